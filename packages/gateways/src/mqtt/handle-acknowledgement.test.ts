import { CoreScene } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MqttClient } from '../testing/mqtt-client.ts';
import { openPort, type TestPort, TestSocket, until } from '../testing/test-port.ts';

const FREE = { prefix: 'topics', hasOwnTrees: true, hasFreeSpace: true };

let scene: CoreScene;
let port: TestPort;

beforeEach(async () => {
  scene = await CoreScene.open({ topics: FREE });
  port = await openPort(scene.core);
});
afterEach(() => {
  scene.throwBugs();
  if (port.bugs.length > 0) throw port.bugs[0];
});

/** Acknowledgements of a value with this QoS that nobody would give, as bytes up to its identifier. */
const OUT_OF_STEP = [
  ['PUBREC', 1, '5002'],
  ['PUBCOMP', 1, '7002'],
  ['PUBACK', 2, '4002'],
  ['PUBCOMP', 2, '7002'],
] as const;

describe('acknowledgements of MQTT clients', () => {
  it.each(OUT_OF_STEP)('[MQ20] end the connection: %s with QoS %i', async (_name, qos, head) => {
    for (const version of [4, 5] as const) {
      const { client, packetId } = await receiving(version, qos);
      client.link.socket.write(Buffer.from(head + packetId, 'hex'));
      await client.isEnded();
      expect(client.all('disconnect').map(({ reasonCode }) => reasonCode)).toEqual(
        version === 5 ? [0x82] : [],
      );
    }
  });

  it('[MQ20] may be of something that is over: only a PUBREC that says yes is answered', async () => {
    const client = await MqttClient.connected(port, {}, 5);
    // PUBACK, PUBREC with 0x80, PUBCOMP, PUBREC, PINGREQ.
    client.link.socket.write(
      Buffer.from('40020009' + '5003000980' + '70020009' + '50020009' + 'c000', 'hex'),
    );
    await client.hears('pingresp');
    expect(client.all('pubrel')).toMatchObject([{ messageId: 9, reasonCode: 0x92 }]);
  });

  it('[MQ21] are refused in as many bytes as the client takes', async () => {
    const connect = (packetBytesMax: string) => `101200044d5154540502003c0527${packetBytesMax}0000`;
    const tiny = await TestSocket.open(port.port);
    tiny.write(Buffer.from(connect('00000002'), 'hex'));
    await until(() => tiny.isEnded);
    expect(tiny.received).toHaveLength(0);
    const small = await TestSocket.open(port.port);
    // Room for CONNACK, which has the client's name in it, and not for what is wrong with packet type 0.
    small.write(Buffer.from(connect('00000050'), 'hex'));
    await until(() => small.received.length > 0);
    const { length } = small.received;
    small.write(Buffer.from('0000', 'hex'));
    await until(() => small.isEnded);
    expect(small.received.length - length).toBeLessThanOrEqual(0x50);
    expect(small.received[length]).toBe(0xe0);
  });
});

async function receiving(version: 4 | 5, qos: 1 | 2): Promise<{ client: MqttClient; packetId: string }> {
  const client = await MqttClient.connected(port, {}, version);
  await client.subscribe('x', qos);
  client.publish('x', 'value', { qos, messageId: 7 });
  const { messageId } = await client.hears('publish');
  return { client, packetId: (messageId ?? 0).toString(16).padStart(4, '0') };
}
