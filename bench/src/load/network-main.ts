/** Runs in a network of its own: what a message costs there by quality of service while packets are lost, and what a heartbeat does. */
import { INTENSITIES } from '../harness/intensity.ts';
import type { BenchContext } from '../harness/measurement.ts';
import { hasMosquitto, startMosquitto } from '../harness/mosquitto.ts';
import { OwnLoopback, type Traffic, tellResult } from '../harness/network-namespace.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import { type Heartbeat, measureHeartbeats } from './heartbeats.ts';
import { type DialogueReport, type Qos, QosDialogue } from './qos-dialogue.ts';

export interface NetworkOrder {
  readonly messages: number;
  readonly lossPercents: readonly number[];
}

export interface QosRun {
  readonly broker: 'mosquitto' | 'skein';
  readonly qos: Qos;
  readonly lossPercent: number;
  readonly report: DialogueReport;
  /** Per message, both ways, sender's and receiver's. */
  readonly traffic: Traffic;
}

export interface NetworkReport {
  readonly runs: readonly QosRun[];
  /** In bytes of IP. */
  readonly heartbeats: readonly Heartbeat[];
}

const PAYLOAD_BYTES = 200;
const QUALITIES: readonly Qos[] = [0, 1, 2];

const order = JSON.parse(process.argv[2] ?? '') as NetworkOrder;
const network = new OwnLoopback();
const context: BenchContext = {
  intensity: INTENSITIES.quick,
  profileFolder: null,
  progress: (line) => console.log(line),
};

const runs: QosRun[] = [];
if (hasMosquitto()) {
  const mosquitto = await startMosquitto();
  runs.push(...(await measureQualities('mosquitto', mosquitto.port)));
  await mosquitto.stop();
}
const skein = await SkeinProcess.start(context, { name: 'network' });
runs.push(...(await measureQualities('skein', skein.port)));
const heartbeats = await measureHeartbeats(() => {
  const count = network.count(skein.port);
  return {
    port: skein.port,
    read: () => ({ up: count.up().bytes, down: count.down().bytes }),
    close: () => undefined,
  };
});
await skein.stop();
const report: NetworkReport = { runs, heartbeats };
tellResult(report);

async function measureQualities(broker: QosRun['broker'], port: number): Promise<QosRun[]> {
  const measured: QosRun[] = [];
  for (const lossPercent of order.lossPercents) {
    for (const qos of QUALITIES) {
      const { messages } = order;
      const dialogue = await QosDialogue.open({ port, qos });
      network.lose(lossPercent / 100);
      const count = network.count(port);
      const report = await dialogue.run(messages, PAYLOAD_BYTES);
      const [up, down] = [count.up(), count.down()];
      network.lose(0);
      await dialogue.close();
      const perMessage = (of: keyof Traffic): number => (up[of] + down[of]) / messages;
      const traffic = { packets: perMessage('packets'), bytes: perMessage('bytes') };
      measured.push({ broker, qos, lossPercent, report, traffic });
      context.progress(
        `${broker}, QoS ${qos}, ${lossPercent} % lost: ${traffic.packets.toFixed(1)} packets, ${Math.round(traffic.bytes)} bytes a message`,
      );
    }
  }
  return measured;
}
