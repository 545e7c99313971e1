/**
 * What recognising a protocol adds to connecting: from `connect` to the first answer, through the port with all its
 * detection, and on a bare listener that answers the same bytes. Both take turns, one connection at a time; a third turn
 * asks again on a connection that stands, where detection has nothing to do any more.
 *
 * Run: node bench/micro/detect.ts [--connections 200] [--rounds 61]
 */
import { connect, createServer, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { type CoreDoor, openGateways } from '@skein/gateways';
import { LIMITS } from '@skein/model';
import { systemClock } from '@skein/server';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '61' },
  },
});
const connections = Number(values.connections);

const QUESTION = Buffer.from([0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0]);
const ANSWER = Buffer.from([0x20, 0x02, 0x00, 0x00]);

const bare = createServer({ noDelay: true, allowHalfOpen: true }, answering);
await new Promise<void>((resolve) => {
  bare.listen(0, '127.0.0.1', resolve);
});
const barePort = (bare.address() as { port: number }).port;

// Nobody comes as far as the core.
const core: CoreDoor = {
  limits: LIMITS,
  proofs: { hasScram: false, password: async () => fail(), scram: async () => fail() },
  registrations: { policy: 'closed', register: () => fail() },
  users: { byNumber: () => fail(), byId: () => fail() },
  get topics() {
    return fail();
  },
  get avatars() {
    return fail();
  },
  get contacts() {
    return fail();
  },
  get groupNames() {
    return fail();
  },
  get personalItems() {
    return fail();
  },
  passingDevices: { add: () => fail(), remove: () => fail() },
  connect: () => fail(),
};
const gateways = await openGateways(
  {
    core,
    clock: systemClock,
    endpoints: [{ host: '127.0.0.1', port: 0 }],
    certificate: null,
    trustedProxies: [],
    webFolder: null,
    health: { notReadyReason: () => null, metrics: async () => '' },
    areMetricsPublic: false,
    allowedOrigins: [],
    xmppDomain: 'localhost',
    isEchoServed: false,
    report: fail,
  },
  [() => ({ sockets: { mqtt: (socket) => answering(socket).write(ANSWER) } })],
);
const skeinPort = gateways.port ?? 0;

await connectMany(barePort);
await connectMany(skeinPort);
const connecting = { bare: [] as number[], skein: [] as number[] };
const standing = { bare: [] as number[], skein: [] as number[] };
for (let round = 0; round < Number(values.rounds); round++) {
  connecting.bare.push(await connectMany(barePort));
  connecting.skein.push(await connectMany(skeinPort));
  standing.bare.push(await askMany(barePort));
  standing.skein.push(await askMany(skeinPort));
}
report('connect to first answer', connecting);
report('question to answer, on a connection that stands', standing);
bare.close();
await gateways.close();

function answering(socket: Socket): Socket {
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  return socket.on('data', () => socket.write(ANSWER));
}

/** Microseconds per connection. */
async function connectMany(port: number): Promise<number> {
  const startedMs = performance.now();
  for (let count = 0; count < connections; count++) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await ask(socket);
    socket.destroy();
  }
  return perConnection(startedMs);
}

async function askMany(port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await ask(socket);
  const startedMs = performance.now();
  for (let count = 0; count < connections; count++) await ask(socket);
  socket.destroy();
  return perConnection(startedMs);
}

function ask(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('data', () => resolve());
    socket.write(QUESTION);
  });
}

function perConnection(startedMs: number): number {
  return ((performance.now() - startedMs) * 1e3) / connections;
}

function report(what: string, { bare: without, skein: withDetection }: typeof connecting): void {
  // Of neighbours in time, which a busy machine slows down alike.
  const difference = median(withDetection.map((value, round) => value - (without[round] ?? 0)));
  process.stdout.write(
    `${what}: bare ${describe(without)}, port ${describe(withDetection)}, difference ${difference.toFixed(1)} µs\n`,
  );
}

function describe(values: readonly number[]): string {
  return `${median(values).toFixed(1)} µs (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function fail(): never {
  throw new Error('a bug');
}
