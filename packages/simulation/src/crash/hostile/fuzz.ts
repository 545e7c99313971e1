import {
  encodeUp,
  NATIVE_PREFACE,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  SUBPROTOCOL,
} from '@skein/protocol';
import { SeededRandom, selfSignedCertificate } from '@skein/testkit';
import { liveBytes } from '../live-memory.ts';
import { registerAccount } from '../register-account.ts';
import { sleep } from '../waiting.ts';
import type { AnswerTable } from './answer-table.ts';
import { DistantCanary, type Song } from './distant-canary.ts';
import { hostileFrame, hostileLine, hostileRequest } from './hostile-bytes.ts';
import { connectPacket, hostilePacket, type MqttVersion } from './hostile-packets.ts';
import { hostileXml } from './hostile-xml.ts';
import { RawPeer } from './raw-peer.ts';
import { openServer } from './server-on-any-port.ts';
import { type Line, talkerOn, type Way } from './way.ts';
import { HTTP_BEFORE, http2After, http2Procedures, httpAfter, httpProcedures } from './ways-of-http.ts';
import { bindForXmpp, signInToXmpp, XMPP_HEADER } from './xmpp-peer.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Frames, lines and requests for each way in. */
  readonly frames: number;
  /** Each way ends after this long, however many there were. */
  readonly msMax?: number;
  /** Only the ways in whose name has this in it; left out, all of them. */
  readonly way?: string;
  readonly progress?: (line: string) => void;
}

export interface FuzzReport {
  readonly seed: number;
  readonly sent: Readonly<Record<string, number>>;
  /** Of the ways whose requests have an answer each. */
  readonly answers: Readonly<Record<string, AnswerTable>>;
  readonly song: Song;
  /** The process, at most. */
  readonly grewMiB: number;
  /** What its main thread still has a use for after the storms. Asked last: the inspector that tells it takes memory too. */
  readonly liveMiB: number;
  readonly bugs: number;
  readonly isAlive: boolean;
  readonly serverLog: string;
}

const FRAMES_PER_CONNECTION = 40;
const AT_ONCE = 8;
// Time for the server to answer or to cut, before the next connection of this lane.
const LINGER_MS = 4;
const SIGNED_IN_MS = 40;
const WARM_UP_FRAMES = 3_000;
const WARM_UP_MS = 2_000;
const MIB = 2 ** 20;
// What a fuzz stores fills the cache of recent entries up to its limit, which is no leak: kept small, it is full after the warm-up.
const SETTINGS = {
  'limits.recent_bytes_max': '8MiB',
  // Every exchange that is under way counts as a try, and eight lanes sign in as one of ten people: now and then six of them as the
  // same at once, of whom the sixth would be refused, wait for a word that does not come, and end the run.
  'limits.failed_sign_ins_per_minute_max': '1000',
  // Seats and tunnels that nobody uses any more would fill their time for a minute, which is no leak either: short, they have a warm-up's.
  'limits.http_seat_idle_ms': '2s',
  'limits.http_poll_idle_ms': '2s',
  'limits.http_tunnel_idle_ms': '2s',
  // Whoever is told to come later tries nothing of what lies behind.
  'limits.requests_per_second_max': '100000',
  'limits.requests_burst_max': '100000',
  'limits.sends_per_second_max': '100000',
  'limits.sends_burst_max': '100000',
};
// Connections outlive two collections of the young generation, so all that they leave behind waits for one of the old, and that
// waits until the heap has grown from 20 MiB, which are in use, to 125. Collected at half as much again, the process shows what it needs:
// at twice as much, 100,000 requests on short connections grew it by 72 MiB, of which a collection left nothing.
const NODE_OPTIONS = ['--heap-growing-percent=50'];
const FUZZERS = 10;
// Some of them keep their session, so that a later one meets what an earlier one left.
const MQTT_CLIENTS = 4;

const WAYS: readonly Way[] = [
  rawWay('tcp before', false, () => NATIVE_PREFACE, hostileFrame),
  rawWay('tcp after', true, (random) => Buffer.concat([NATIVE_PREFACE, hello(random)]), hostileFrame),
  rawWay(
    'lines before',
    false,
    () => '{',
    (random) => `${hostileLine(random)}\n`,
  ),
  rawWay(
    'lines after',
    true,
    (random) => `{"login":"${nameOf(random)}","dev":true}\n`,
    (random) => `${hostileLine(random)}\n`,
  ),
  rawWay('http odd', false, () => '', hostileRequest),
  HTTP_BEFORE,
  httpAfter(),
  rawWay(
    'mqtt before',
    false,
    (random) => hostilePacket(random, 4),
    (random) => hostilePacket(random, random.pick([4, 5])),
  ),
  mqttWay('mqtt 3.1.1 after', 4),
  mqttWay('mqtt 5 after', 5),
  rawWay('xmpp before', false, () => XMPP_HEADER, hostileXml),
  xmppWay(),
  webSocketWay('websocket before', false),
  webSocketWay('websocket after', true),
];

/** Asked for by name: each request waits for an answer, so they take as long as ten times as many of the others. */
const ASKING_WAYS: readonly Way[] = [httpProcedures()];

/** Inside TLS, and asked for by name: a server with a certificate lets nobody sign in to XMPP without it. */
const SECURE_WAYS: readonly Way[] = [http2After(), http2Procedures()];

/** Throws everything at a real server, by every way in, while two people talk. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, frames, msMax = Number.POSITIVE_INFINITY, way: wanted = '', progress } = options;
  const random = new SeededRandom(seed);
  const isWanted = ({ name }: Way): boolean => name.includes(wanted);
  const ways = [WAYS, ASKING_WAYS, SECURE_WAYS].map((group) => group.filter(isWanted)).find(isSome) ?? [];
  const isSecure = ways.some((way) => SECURE_WAYS.includes(way));
  const settings = isSecure ? { ...SETTINGS, ...certified() } : SETTINGS;
  await using own = await openServer(settings, NODE_OPTIONS);
  await using canary = await DistantCanary.open(own.port);
  // A first round brings the server to where any work brings it: compiled code, tables, a heap that was used.
  for (const way of ways)
    await storm(way, own.port, { frames: Math.min(WARM_UP_FRAMES, 2 * frames), msMax, random });
  await sleep(WARM_UP_MS);
  const before = own.server.residentBytes();
  let peak = before;
  const sent: Record<string, number> = {};
  for (const way of ways) {
    const watching = setInterval(() => (peak = Math.max(peak, own.server.residentBytes())), 100);
    sent[way.name] = await storm(way, own.port, { frames, msMax, random });
    clearInterval(watching);
    progress?.(`${way.name}: ${sent[way.name]} sent, memory +${((peak - before) / MIB).toFixed(0)} MiB`);
  }
  const song = await canary.finish();
  const bugs = await own.server.metric('skein_bugs_total');
  const { isRunning: isAlive, log: serverLog } = own.server;
  const answers = Object.fromEntries(
    ways.flatMap(({ name, answers: table }) => (table === undefined ? [] : [[name, table]])),
  );
  const liveMiB = isAlive ? (await liveBytes(own.server)) / MIB : 0;
  return { seed, sent, answers, song, grewMiB: (peak - before) / MIB, liveMiB, bugs, isAlive, serverLog };
}

function isSome(ways: readonly Way[]): boolean {
  return ways.length > 0;
}

function certified(): Readonly<Record<string, string>> {
  const { cert, key } = selfSignedCertificate();
  return { 'listen.tls.cert': cert, 'listen.tls.key': key };
}

interface Storm {
  readonly frames: number;
  readonly msMax: number;
  readonly random: SeededRandom;
}

async function storm(way: Way, port: number, { frames, msMax, random }: Storm): Promise<number> {
  const endMs = performance.now() + msMax;
  let sent = 0;
  const lane = async (own: SeededRandom): Promise<void> => {
    while (sent < frames && performance.now() < endMs) {
      using talker = await way.open(port, own);
      for (let said = 0; said < FRAMES_PER_CONNECTION && talker.isOpen && sent < frames; said++, sent++) {
        talker.say(own);
        // What breaks the rules is cut when it is read; all at once would be one frame per connection.
        if (said % 4 === 3) await sleep(LINGER_MS);
      }
      await (talker.settled?.() ?? sleep(LINGER_MS));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, () => lane(random.fork())));
  return sent;
}

function rawWay(
  name: string,
  isSignedIn: boolean,
  first: (random: SeededRandom) => Uint8Array | string,
  next: (random: SeededRandom) => Uint8Array | string,
): Way {
  return {
    name,
    async open(port, random) {
      const peer = new RawPeer(port);
      await peer.opened;
      peer.write(first(random));
      if (isSignedIn) await sleep(SIGNED_IN_MS);
      return talkerOn(peer, next);
    },
  };
}

function mqttWay(name: string, version: MqttVersion): Way {
  const connect = (random: SeededRandom): Uint8Array =>
    connectPacket(nameOf(random), `client-${random.int(MQTT_CLIENTS)}${random.pick(['', 'k'])}`, version);
  return rawWay(name, true, connect, (random) => hostilePacket(random, version));
}

/** Signed in as somebody with a password, which is made the first time. */
function xmppWay(): Way {
  const registered = new Map<string, Promise<void>>();
  return {
    name: 'xmpp after',
    async open(port, random) {
      const user = `xmpp-${nameOf(random)}`;
      const registering = registered.get(user) ?? registerAccount(port, user);
      registered.set(user, registering);
      await registering;
      const peer = await signInToXmpp(port, user);
      await bindForXmpp(peer);
      return talkerOn(peer, hostileXml);
    },
  };
}

function webSocketWay(name: string, isSignedIn: boolean): Way {
  return {
    name,
    async open(port, random) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, SUBPROTOCOL.protobuf);
      await new Promise((resolve) => {
        socket.addEventListener('open', resolve);
        socket.addEventListener('close', resolve);
        socket.addEventListener('error', resolve);
      });
      if (isSignedIn && socket.readyState === WebSocket.OPEN) {
        socket.send(Uint8Array.from(hello(random)));
        await sleep(SIGNED_IN_MS);
      }
      const line: Line = {
        get isOpen() {
          return socket.readyState === WebSocket.OPEN;
        },
        write: (bytes) => socket.send(typeof bytes === 'string' ? bytes : Uint8Array.from(bytes)),
        [Symbol.dispose]: () => socket.close(),
      };
      return talkerOn(line, (said) => (said.chance(0.9) ? hostileFrame(said) : hostileLine(said)));
    },
  };
}

function nameOf(random: SeededRandom): string {
  return `fuzzer${random.int(FUZZERS)}`;
}

function hello(random: SeededRandom): Uint8Array {
  const name = nameOf(random);
  const installation = `installation-of-${name}`;
  return encodeUp({
    case: 'hello',
    value: {
      version: PROTOCOL_VERSION,
      versionMin: PROTOCOL_VERSION_MIN,
      installation,
      auth: { case: 'dev', value: name },
      sync: {},
    },
  });
}
