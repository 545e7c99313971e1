import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerAccount } from '../register-account.ts';
import { sleep, until } from '../waiting.ts';
import { connectPacket } from './hostile-packets.ts';
import { HttpAccount } from './http-accounts.ts';
import { RawPeer } from './raw-peer.ts';
import { type OwnServer, openServer } from './server-on-any-port.ts';
import { bindForXmpp, signInToXmpp, XMPP_HEADER } from './xmpp-peer.ts';

const BEFORE_BYTES = 20_000;
const AFTER_BYTES = 300_000;
const CUT_MS_MAX = 1_000;
const GREW_MIB_MAX = 32;
// A remaining length of 300,000, MQTT 5 §1.5.5.
const MQTT_LENGTH = [0xe0, 0xa7, 0x12];
const RPC = 'POST /rpc/skein.v1.Users/Find HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n';
const [LONG, LONGER] = ['x'.repeat(BEFORE_BYTES), 'x'.repeat(AFTER_BYTES)];

let own: OwnServer;
let before = 0;
beforeAll(async () => {
  own = await openServer();
  await registerAccount(own.port, 'loud');
  before = own.server.residentBytes();
});
afterAll(() => own[Symbol.asyncDispose]());

it.each<readonly [string, Uint8Array | string]>([
  [
    'MQTT',
    Buffer.concat([
      Uint8Array.of(0x10, ...MQTT_LENGTH),
      Buffer.from('\0\u0004MQTT\u0004\u0002\0\0'),
      Buffer.from(LONGER),
    ]),
  ],
  [
    'XMPP, one element',
    `${XMPP_HEADER}<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${LONG}`,
  ],
  ['XMPP, a header', `<stream:stream to='${LONG}`],
  ['XMPP, many elements', `${XMPP_HEADER}${"<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>".repeat(400)}`],
  ['HTTP, a body', `${RPC}Content-Length: ${AFTER_BYTES}\r\n\r\n${LONGER}`],
  ['HTTP, chunks', `${RPC}Transfer-Encoding: chunked\r\n\r\n${AFTER_BYTES.toString(16)}\r\n${LONGER}`],
  ['HTTP, a body that never comes', `${RPC}Content-Length: 99999999999\r\n\r\n${LONG}`],
])('[HO2] cuts a stranger who says too much: %s', async (_name, bytes) => {
  using peer = new RawPeer(own.port);
  await peer.opened;
  await expectCutOf(peer, bytes);
});

it.each([4, 5] as const)('[HO2] cuts a client of MQTT level %i with too long a packet', async (version) => {
  using peer = new RawPeer(own.port);
  await peer.opened;
  peer.write(connectPacket('loud', 'loud', version));
  await until('it is let in', 5_000, () => peer.bytesRead >= 4);
  const publish = Buffer.concat([
    Uint8Array.of(0x30, ...MQTT_LENGTH),
    Buffer.from('\0\u0001t'),
    Buffer.from(LONGER),
  ]);
  await expectCutOf(peer, publish.subarray(0, AFTER_BYTES));
});

it('[HO2] cuts a client of XMPP with too long a stanza', async () => {
  using peer = await signInToXmpp(own.port, 'loud');
  await bindForXmpp(peer);
  await expectCutOf(peer, `<message to='loud@localhost'><body>${LONGER}`);
});

it.each(['Content-Length: 300000\r\n\r\n', 'Transfer-Encoding: chunked\r\n\r\n493e0\r\n'])(
  '[HO2] cuts whoever has signed in and sends too long a body: %j',
  async (framing) => {
    const { token } = (await HttpAccount.open(own.server.url, 'loud')).words;
    using peer = new RawPeer(own.port);
    await peer.opened;
    await expectCutOf(peer, `${RPC}Authorization: Bearer ${token}\r\n${framing}${LONGER}`);
    expect(peer.heard.toString()).toMatch(/^HTTP\/1\.1 413 /);
  },
);

it('[HO2] has not grown by what it refused', () => {
  const grewMiB = (own.server.residentBytes() - before) / 2 ** 20;
  console.log(`after all floods: ${grewMiB.toFixed(1)} MiB more`);
  expect(grewMiB).toBeLessThan(GREW_MIB_MAX);
});

async function expectCutOf(peer: RawPeer, bytes: Uint8Array | string): Promise<void> {
  expect(peer.isOpen).toBe(true);
  const startedAtMs = performance.now();
  peer.write(bytes);
  await Promise.race([peer.ended, sleep(CUT_MS_MAX * 3)]);
  expect((peer.endedAtMs ?? Number.POSITIVE_INFINITY) - startedAtMs).toBeLessThan(CUT_MS_MAX);
}
