import { costOf } from '../harness/cost.ts';
import { hasEjabberd, startEjabberd } from '../harness/ejabberd.ts';
import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { hasProsody, startProsody } from '../harness/prosody.ts';
import { registerAll } from '../harness/register.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import { xmppPerson } from '../load/xmpp-load.ts';

const PAIRS = 50;
const TEXT_BYTES = 200;
const IN_FLIGHT = [1, 8] as const;

type Peer = 'prosody' | 'ejabberd';
type Server = Peer | 'skein';

const PEERS: Readonly<Record<Peer, { isHere(): boolean; start: typeof startProsody }>> = {
  prosody: { isHere: hasProsody, start: startProsody },
  ejabberd: { isHere: hasEjabberd, start: startEjabberd },
};
// The aim is set against the cheaper one.
const AIM: Readonly<Partial<Record<Peer, number>>> = { prosody: 0.2 };

interface Run {
  readonly server: Server;
  readonly inFlight: number;
  readonly usPerMessage: number;
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** A chat over XMPP that is kept, beside well-known XMPP servers. */
export const xmpp: Scenario = {
  name: 'xmpp',
  title: 'XMPP: one to one, with archive and stream management',
  doesNotShow:
    'TLS, presence among many contacts, or rooms. The peers acknowledge before their archives are on the disk (prosody: files ' +
    'without fsync, ejabberd: mnesia); here a stanza is acknowledged when it is on the disk.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const all = Object.keys(PEERS) as Peer[];
    const peers = all.filter((peer) => PEERS[peer].isHere());
    const missing = all.filter((peer) => !peers.includes(peer));
    const servers: readonly Server[] = [...peers, 'skein'];
    const pairs = scaled(context.intensity, PAIRS, 2);
    const runs: Run[] = [];
    for (let run = 0; run < context.intensity.runs; run++) {
      for (const server of servers) runs.push(...(await measure(context, server, pairs)));
    }
    return {
      measurements: IN_FLIGHT.flatMap((inFlight) => [
        ...servers.flatMap((server) => ofServer(runs, server, inFlight)),
        ...peers.flatMap((peer) => ratio(runs, peer, inFlight)),
      ]),
      setup:
        `${pairs} pairs over TCP, SASL PLAIN, stream management on both ends; texts of ${TEXT_BYTES} bytes with an ` +
        `origin-id, ${IN_FLIGHT.join(' and ')} under way per sender. A message is done when the server has acknowledged ` +
        'it (XEP-0198) and the other one has it. All servers archive it (XEP-0313). CPU of all threads of the server.' +
        missing.map((peer) => ` ${peer} is not installed and was left out.`).join(''),
    };
  },
};

async function measure(context: BenchContext, name: Server, pairs: number): Promise<Run[]> {
  const { intensity, progress } = context;
  const people = Array.from({ length: pairs * 2 }, (_, index) => xmppPerson(index));
  const server = name === 'skein' ? await startSkein(context, people) : await PEERS[name].start(people);
  const load = await LoadProcess.start();
  try {
    await load.call('openXmppPairs', { port: server.port, pairs, textBytes: TEXT_BYTES });
    const runs: Run[] = [];
    for (const inFlight of IN_FLIGHT) {
      await load.call('runXmppPairs', { ms: intensity.warmUpMs, inFlight });
      const { result, cost } = await costOf({ server: server.pid, load: load.pid }, () =>
        load.call('runXmppPairs', { ms: intensity.measureMs, inFlight }),
      );
      const usPerMessage = cost.serverUs / (result.completed + result.unfinished);
      const perSecond = (result.completed / result.elapsedMs) * 1_000;
      runs.push({ server: name, inFlight, usPerMessage, perSecond, p99Ms: result.deliveryLatency.p99Ms });
      progress(
        `${name}, ${inFlight} under way: ${usPerMessage.toFixed(1)} µs per message, ${Math.round(perSecond)} /s`,
      );
    }
    return runs;
  } finally {
    await load.stop();
    await server.stop();
  }
}

async function startSkein(
  context: BenchContext,
  people: readonly { readonly user: string; readonly password: string }[],
): Promise<SkeinProcess> {
  const server = await SkeinProcess.start(context, { name: 'xmpp' });
  await registerAll(server.port, people);
  return server;
}

function ofServer(runs: readonly Run[], server: Server, inFlight: number): Measurement[] {
  const mine = runs.filter((run) => run.server === server && run.inFlight === inFlight);
  const label = `${inFlight} under way: ${server}`;
  return [
    { what: `${label}, CPU per message`, unit: 'µs', values: mine.map((run) => run.usPerMessage) },
    { what: `${label}, messages`, unit: '/s', values: mine.map((run) => run.perSecond) },
    { what: `${label}, delivery p99`, unit: 'ms', values: mine.map((run) => run.p99Ms) },
  ];
}

function ratio(runs: readonly Run[], peer: Peer, inFlight: number): Measurement[] {
  const cost = (server: Server): number[] =>
    runs.filter((run) => run.server === server && run.inFlight === inFlight).map((run) => run.usPerMessage);
  const theirs = cost(peer);
  const atMost = AIM[peer];
  const values = cost('skein').map((us, at) => us / (theirs[at] ?? Number.NaN));
  const what = `${inFlight} under way: skein ÷ ${peer}`;
  return [{ what, unit: '×', values, ...(atMost === undefined ? {} : { target: { atMost } }) }];
}
