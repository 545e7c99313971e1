import { type ChildProcess, spawn } from 'node:child_process';
import { describeNeeding } from '@skein/needs';
import { encodeUp, type HelloInit, NATIVE_PREFACE, SUBPROTOCOL, type UpFrameInit } from '@skein/protocol';
import { downFromJson, upToJson } from '@skein/protocol/json';
import { CoreScene, type CoreSceneOptions, SeededRandom } from '@skein/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { framesIn, joined, NativeClient } from './testing/frames.ts';
import { Person } from './testing/person.ts';
import { openPort, type TestPort, TestSocket, until } from './testing/test-port.ts';
import { WebSocketClient } from './testing/web-socket-client.ts';

describe('the core behind the port', () => {
  it('[GW1, GW6, GW13] brings together people on TCP, WebSocket, JSON and lines', async () => {
    const { port, scene } = await open();
    const bob = await Person.arrive(port, 'bob');
    const carol = await WebSocketClient.open(port);
    carol.send(helloOf('carol'));
    const dan = await WebSocketClient.open(port, { subprotocol: SUBPROTOCOL.json });
    dan.webSocket.send(upToJson(helloOf('dan')));
    await until(() => framesIn(carol.bytes).some((frame) => frame.case === 'syncResult'));
    await until(() => dan.messages.length === 2);

    const alice = await signIn(port, 'alice');
    const users = ['bob', 'carol', 'dan'];
    alice.send({
      case: 'request',
      value: { id: 1, ask: { case: 'createGroup', value: { key: 'a-group-of-four', title: '四人', users } } },
    });
    expect(await alice.hears('response')).toMatchObject({ answer: { case: 'conversation' } });
    alice.send({ case: 'send', value: { conversation: 1, counter: 1, text: '你好' } });
    expect(await alice.hears('ack')).toMatchObject({ conversation: 1, counter: 1, seq: 2, ordinal: 1 });

    expect(await bob.reads('text')).toMatchObject({ from: 'alice', text: '你好', group: '四人', seq: 2 });
    await until(() => framesIn(carol.bytes).at(-1)?.case === 'push');
    expect(framesIn(carol.bytes).at(-1)?.value).toMatchObject({ conversation: 1, text: '你好', seq: 0 });
    await until(() => dan.messages.some(({ bytes }) => bytes.includes('"push"')));
    const push = downFromJson(dan.messages.at(-1)?.bytes.toString('utf8') ?? '');
    expect(push).toMatchObject({ case: 'push', value: { conversation: 1, seq: 2 } });
    expect(scene.core.connectionsByGateway()).toEqual({ tcp: 1, websocket: 2, lines: 1 });
  });

  it('[GW6] takes at most 12 bytes beside the text for a live group message of two characters', async () => {
    const { port } = await open();
    const bob = await signIn(port, 'bob');
    const alice = await signIn(port, 'alice');
    alice.send({
      case: 'request',
      value: {
        id: 1,
        ask: { case: 'createGroup', value: { key: 'a-small-group', title: 'g', users: ['bob'] } },
      },
    });
    await bob.hears('membership');
    const before = bob.link.received.length;
    alice.send({ case: 'send', value: { conversation: 1, counter: 1, text: '你好' } });
    await bob.hears('push');
    const beside = bob.link.received.length - before - Buffer.byteLength('你好');
    expect(beside).toBeLessThanOrEqual(12);
  });

  it('[GW7] tells everyone to come back when the server stops, each in its own way', async () => {
    const { port, scene } = await open();
    const [alice, bob] = [await signIn(port, 'alice'), await Person.arrive(port, 'bob')];
    const carol = await WebSocketClient.open(port);
    carol.send(helloOf('carol'));
    await until(() => scene.core.connectionsByGateway()['websocket'] === 1 && carol.messages.length > 0);
    await scene.core.drain();
    expect(await alice.hears('close')).toMatchObject({ code: 4000 });
    expect(await bob.reads('closed')).toMatchObject({ code: 4000, say: 'Connect again.' });
    await until(() => carol.closed?.code === 4000);
    const late = await NativeClient.open(port);
    late.send(helloOf('dan'));
    expect(await late.hears('close')).toMatchObject({ code: 4000 });
  });

  it('[GW11] answers one who asks for much and reads nothing in bounded memory', async () => {
    const limits = { partBytesMax: 20_000, outboundBytesMax: 40_000, outboundPauseBytes: 80_000 };
    const { port, scene } = await open({ limits: { ...limits, sendsBurstMax: 1e6, requestsBurstMax: 1e6 } });
    const alice = await signIn(port, 'alice');
    alice.send({
      case: 'request',
      value: { id: 1, ask: { case: 'createGroup', value: { key: 'a-big-log', title: 'g', users: [] } } },
    });
    await alice.hears('response');
    for (let counter = 1; counter <= 10; counter++) {
      alice.send({ case: 'send', value: { conversation: 1, counter, text: 'x'.repeat(1_500) } });
    }
    await until(() => alice.frames.filter((frame) => frame.case === 'ack').length === 10);
    alice.link.socket.pause();
    let queuedMax = 0;
    const ask = encodeUp({
      case: 'request',
      value: { id: 2, ask: { case: 'history', value: { conversation: 1, limit: 100 } } },
    });
    for (let count = 0; count < 2_000; count++) {
      alice.link.write(ask);
      if (count % 10 === 0) await new Promise(setImmediate);
      queuedMax = Math.max(queuedMax, scene.core.queuedBytes());
    }
    expect(queuedMax).toBeGreaterThan(0);
    expect(queuedMax).toBeLessThanOrEqual(limits.outboundPauseBytes + limits.partBytesMax);
  });

  it('[GW12] survives any frames, before and after sign-in, while a canary is served', async () => {
    const { port, scene } = await open();
    const random = new SeededRandom(Math.floor(Math.random() * 2 ** 31));
    const canary = await signIn(port, 'canary');
    const stuff = [helloOf('fuzzer'), ...FRAMES].map((frame) => Buffer.from(encodeUp(frame)));
    for (let round = 0; round < 150; round++) {
      const client = await TestSocket.open(port.port);
      client.write(NATIVE_PREFACE);
      if (round % 2 === 0) client.write(encodeUp(helloOf('fuzzer')));
      if (round % 4 === 0) await until(() => client.received.length > 0);
      for (let count = 0; count < 6; count++) client.write(spoiled(random.pick(stuff), random));
      if (round % 10 === 0) await canary.isServed(round + 1);
      if (round % 3 === 0) client.socket.end();
    }
    await canary.isServed(1_000);
    expect([...port.bugs, ...scene.bugs]).toEqual([]);
  });
});

describeNeeding('nc', 'nc', () => {
  it('[GW16] is all it takes to chat', async () => {
    const { port } = await open();
    const [alice, bob] = [new Nc(port), new Nc(port)];
    bob.type('{"login":"bob","dev":true}');
    await bob.reads('"welcome":"bob"');
    alice.type('{"login":"alice","dev":true}');
    await alice.reads('"welcome":"alice"');
    alice.type('{"to":"bob","text":"你好"}');
    await alice.reads('"sent":2');
    await bob.reads('"from":"alice","text":"你好"');
    bob.type('{"to":"alice","text":"🪿"}');
    await alice.reads('"from":"bob","text":"🪿"');
    alice.type('{"to":"bob"');
    await alice.reads('"say":"Every line is one JSON object');
    alice.type('{"bye":true}');
    alice.endInput();
    await until(() => alice.exitCode === 0);
  });
});

/** A person with the program. */
class Nc {
  readonly #process: ChildProcess;
  #output = '';
  exitCode: number | null = null;

  constructor(port: TestPort) {
    this.#process = spawn('nc', ['127.0.0.1', String(port.port)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString('utf8');
    });
    this.#process.on('exit', (code) => {
      this.exitCode = code;
    });
    onTestFinished(() => {
      this.#process.kill();
    });
  }

  type(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  endInput(): void {
    this.#process.stdin?.end();
  }

  async reads(text: string): Promise<void> {
    await until(() => this.#output.includes(text));
  }
}

const FRAMES: readonly UpFrameInit[] = [
  { case: 'send', value: { conversation: 1, counter: 1, text: 'x', target: 9, kind: 3 } },
  { case: 'received', value: { pushes: 5, delivered: [{ conversation: 1, seq: 99 }] } },
  { case: 'read', value: { conversation: 1, seq: 2 ** 40 } },
  { case: 'typing', value: { conversation: 7 } },
  {
    case: 'sync',
    value: { epoch: 'x', cursor: 9, conversations: 5, entriesEach: 5, read: [{ conversation: 1, seq: 3 }] },
  },
  {
    case: 'request',
    value: { id: 1, ask: { case: 'history', value: { conversation: 1, from: 9, to: 1, limit: 2 ** 31 } } },
  },
  {
    case: 'request',
    value: { id: 2, ask: { case: 'createGroup', value: { key: 'k', title: 't', users: ['fuzzer', 'x y'] } } },
  },
  {
    case: 'request',
    value: { id: 3, ask: { case: 'changeMembers', value: { conversation: 1, action: 77, users: [''] } } },
  },
  {
    case: 'request',
    value: { id: 4, ask: { case: 'findUsers', value: { numbers: [1, 2, 3], users: ['a'] } } },
  },
  { case: 'request', value: { id: 5, ask: { case: 'refreshSession', value: { refreshToken: 'x' } } } },
  { case: 'probe', value: { id: 1 } },
  { case: 'goodbye', value: {} },
];

/** Cut, flipped, doubled, or left as it is. */
function spoiled(frame: Buffer, random: SeededRandom): Uint8Array {
  const bytes = Buffer.from(frame);
  switch (random.int(4)) {
    case 0:
      return bytes.subarray(0, random.int(bytes.length));
    case 1:
      bytes[random.int(bytes.length)] = random.int(256);
      return bytes;
    case 2:
      return joined(bytes, bytes);
    default:
      return bytes;
  }
}

async function open(options: CoreSceneOptions = {}): Promise<{ port: TestPort; scene: CoreScene }> {
  const scene = await CoreScene.open(options);
  return { scene, port: await openPort(scene.core) };
}

function helloOf(name: string): { case: 'hello'; value: HelloInit } {
  const installation = `installation-of-${name}`;
  return {
    case: 'hello',
    value: { version: 1, versionMin: 1, installation, auth: { case: 'dev', value: name }, sync: {} },
  };
}

/** A native client that has caught up. */
async function signIn(port: TestPort, name: string): Promise<NativeClient> {
  const client = await NativeClient.open(port);
  client.send(helloOf(name));
  await client.hears('syncResult');
  return client;
}
