import { once } from 'node:events';
import { connect } from 'node:net';
import { encodeUp, HEARTBEAT, NATIVE_PREFACE, SUBPROTOCOL } from '@skein/protocol';
import { WebSocket } from 'ws';
import { devHello } from './native-client.ts';
import { sleep } from './sleep.ts';

/** What one heartbeat takes in bytes, up and down. */
export interface Heartbeat {
  readonly protocol: string;
  readonly up: number;
  readonly down: number;
}

// Until everything that a sign-in brings has come, and until an answer has.
const SETTLE_MS = 400;

/** Counts what passes between one client, which connects to its port, and the server. */
export interface Meter {
  readonly port: number;
  /** Bytes so far. */
  read(): { readonly up: number; readonly down: number };
  close(): void;
}

type OpenMeter = () => Meter | Promise<Meter>;

/** Signs in over each protocol that keeps a connection, and counts what one sign of life takes. */
export async function measureHeartbeats(open: OpenMeter): Promise<readonly Heartbeat[]> {
  return [
    await overTcp(open, 'native TCP', [NATIVE_PREFACE, encodeUp(hello('beat-tcp'))], HEARTBEAT),
    await overWebSocket(open),
    await overTcp(open, 'MQTT', [mqttConnect('beat-mqtt')], Buffer.of(0xc0, 0)),
    await overTcp(open, 'XMPP, white space', xmppSignIn('beat-xmpp'), Buffer.from(' ')),
  ];
}

async function overTcp(
  open: OpenMeter,
  protocol: string,
  signIn: readonly Uint8Array[],
  beat: Uint8Array,
): Promise<Heartbeat> {
  const meter = await open();
  const socket = connect(meter.port, '127.0.0.1');
  socket.resume();
  await once(socket, 'connect');
  for (const bytes of signIn) {
    socket.write(Uint8Array.from(bytes));
    await sleep(SETTLE_MS);
  }
  const counted = await count(meter, () => socket.write(Uint8Array.from(beat)));
  socket.destroy();
  meter.close();
  return { protocol, ...counted };
}

async function overWebSocket(open: OpenMeter): Promise<Heartbeat> {
  const meter = await open();
  const socket = new WebSocket(`ws://127.0.0.1:${meter.port}/ws`, SUBPROTOCOL.protobuf);
  await once(socket, 'open');
  socket.send(Uint8Array.from(encodeUp(hello('beat-ws'))));
  await sleep(SETTLE_MS);
  const counted = await count(meter, () => socket.send(new Uint8Array(0)));
  socket.terminate();
  meter.close();
  return { protocol: 'native WebSocket', ...counted };
}

async function count(meter: Meter, beat: () => void): Promise<{ up: number; down: number }> {
  const before = meter.read();
  beat();
  await sleep(SETTLE_MS);
  const after = meter.read();
  return { up: after.up - before.up, down: after.down - before.down };
}

function hello(name: string): Parameters<typeof encodeUp>[0] {
  return { case: 'hello', value: devHello(name) };
}

function mqttConnect(name: string): Buffer {
  const field = (text: string): Buffer => Buffer.from([0, text.length, ...Buffer.from(text)]);
  const body = Buffer.concat([field('MQTT'), Buffer.of(4, 0x82, 0, 60), field(name), field(name)]);
  return Buffer.concat([Buffer.of(0x10, body.length), body]);
}

/** With stream management, as phones do; a name alone signs in on a server for development. */
function xmppSignIn(name: string): Buffer[] {
  const header =
    "<stream:stream to='localhost' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
  const plain = Buffer.from(`\0${name}\0${name}`).toString('base64');
  return [
    header,
    `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`,
    header,
    "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
  ].map((words) => Buffer.from(words));
}
