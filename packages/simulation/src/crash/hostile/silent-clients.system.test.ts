import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerAccount } from '../register-account.ts';
import { until } from '../waiting.ts';
import { connectPacket } from './hostile-packets.ts';
import { RawPeer } from './raw-peer.ts';
import { type OwnServer, openServer } from './server-on-any-port.ts';
import { bindForXmpp, hears, keepForXmpp, signInToXmpp } from './xmpp-peer.ts';

const HEARTBEAT_S = 4;
const PATIENCE = 1.5;
// One look of the sweep of MQTT; that of XMPP comes several times a heartbeat.
const SWEEP_MS = 1_500;
const ANSWER_MS_MAX = 20_000;

let own: OwnServer;
beforeAll(async () => (own = await openServer({ 'limits.heartbeat_interval_ms': `${HEARTBEAT_S}s` })));
afterAll(() => own[Symbol.asyncDispose]());

it.each([4, 5] as const)(
  '[HO4] lets go of a silent client of MQTT level %i, and keeps its session',
  async (version) => {
    const connect = async (): Promise<RawPeer> => {
      const peer = new RawPeer(own.port);
      await peer.opened;
      peer.write(connectPacket('gone', `gone-${version}-k`, version, HEARTBEAT_S));
      await until('the CONNACK is there', ANSWER_MS_MAX, () => peer.bytesRead >= 4);
      return peer;
    };
    using peer = await connect();
    // Session present, MQTT 5 §3.2.2.1.1: not the first time.
    expect(peer.heard[2]).toBe(0);
    await expectGone(peer);
    using back = await connect();
    expect(back.heard[2]).toBe(1);
  },
);

it('[HO4] lets go of a silent client of XMPP, and takes its session up again', async () => {
  await registerAccount(own.port, 'lost');
  using peer = await signInToXmpp(own.port, 'lost');
  await bindForXmpp(peer);
  const session = await keepForXmpp(peer);
  await expectGone(peer);
  using back = await signInToXmpp(own.port, 'lost');
  back.write(`<resume xmlns='urn:xmpp:sm:3' h='0' previd='${session}'/>`);
  await hears(back, '<resumed');
});

async function expectGone(peer: RawPeer): Promise<void> {
  const silentAtMs = performance.now();
  const heartbeatMs = HEARTBEAT_S * 1_000;
  await until('the silent one is gone', ANSWER_MS_MAX, () => !peer.isOpen);
  const tookMs = (peer.endedAtMs ?? 0) - silentAtMs;
  console.log(`a silent peer was gone after ${(tookMs / heartbeatMs).toFixed(2)} heartbeats`);
  expect(tookMs).toBeGreaterThan(heartbeatMs);
  expect(tookMs).toBeLessThan(heartbeatMs * PATIENCE + SWEEP_MS);
}
