import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:tls';
import { encodeUp, NATIVE_PREFACE } from '@skein/protocol';
import { selfSignedCertificate } from '@skein/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeCore } from '../testing/fake-core.ts';
import { HELLO, joined } from '../testing/frames.ts';
import { REAL_CLOCK } from '../testing/real-clock.ts';
import { openPort, type TestPort, TestSocket, until } from '../testing/test-port.ts';

const CERTIFICATE = selfSignedCertificate();
const UPGRADE = [
  'GET /ws HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Protocol: skein.v1.protobuf',
];
const DRIP_MS = 20;

describe('the one deadline of a stranger', () => {
  it.each(['plain', 'secure'] as const)('[GW40] ends who drips headers, %s', async (kind) => {
    const limits = { signInTimeoutMs: 300, httpHeadersTimeoutMs: 20_000, detectTimeoutMs: 60_000 };
    const port = await openPort(new FakeCore(limits), { certificate: CERTIFICATE });
    const dripping = await open(port, kind);
    const openedAtMs = performance.now();
    dripping.write('GET / HTTP/1.1\r\nHost: x\r\n');
    const dripped = setInterval(() => dripping.write('X: y\r\n'), DRIP_MS);
    await until(() => port.socketCount === 0);
    clearInterval(dripped);
    expect(performance.now() - openedAtMs).toBeGreaterThan(limits.signInTimeoutMs - 100);
  });

  it.each([
    ['plain', joined(NATIVE_PREFACE, encodeUp(HELLO))],
    ['secure', joined(NATIVE_PREFACE, encodeUp(HELLO))],
    ['plain', Buffer.from('{"login":"alice","dev":true}\n')],
    ['plain', Buffer.from(`${UPGRADE.join('\r\n')}\r\n\r\n`)],
    ['secure', Buffer.from(`${UPGRADE.join('\r\n')}\r\n\r\n`)],
  ] as const)(
    '[GW40] tells the core when a connection was accepted, not when it was recognised: %s %#',
    async (kind, bytes) => {
      const core = new FakeCore();
      const port = await openPort(core, { certificate: CERTIFICATE });
      const slow = await open(port, kind);
      const openedAtMs = REAL_CLOCK.monotonicMs();
      slow.write(bytes.subarray(0, 3));
      await new Promise((resolve) => setTimeout(resolve, 150));
      slow.write(bytes.subarray(3));
      await until(() => core.connections.length === 1);
      expect(core.last.peer.acceptedAtMs).toBeLessThan(openedAtMs + 50);
    },
  );

  it('[GW40] leaves the known alone, and times the next request of the answered anew', async () => {
    const core = new FakeCore({ signInTimeoutMs: 100 });
    const port = await openPort(core);
    const signedIn = await open(port, 'plain');
    signedIn.write(joined(NATIVE_PREFACE, encodeUp(HELLO)));
    const asking = await open(port, 'plain');
    asking.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => asking.text.includes('200 OK'));
    await new Promise((resolve) => setTimeout(resolve, 250));
    asking.write(`${UPGRADE.join('\r\n')}\r\n\r\n`);
    await until(() => asking.text.includes('101 Switching'));
    expect(core.last.peer.acceptedAtMs).toBeUndefined();
    expect(port.socketCount).toBe(2);
  });
});

describe('a stranger over HTTP/2', () => {
  it('[GW40] is ended who says no more than the preface, and left alone who has asked', async () => {
    const port = await openPort(new FakeCore({ signInTimeoutMs: 400 }), { certificate: CERTIFICATE });
    const silent = connectHttp2(`https://127.0.0.1:${port.port}`, { rejectUnauthorized: false });
    const asking = connectHttp2(`https://127.0.0.1:${port.port}`, { rejectUnauthorized: false });
    onTestFinished(() => {
      silent.destroy();
      asking.destroy();
    });
    silent.on('error', () => {});
    expect(await statusOf(asking, '/livez')).toBe(200);
    await until(() => silent.closed || silent.destroyed);
    expect(await statusOf(asking, '/livez')).toBe(200);
    expect(port.socketCount).toBe(1);
  });
});

function statusOf(session: ClientHttp2Session, path: string): Promise<number> {
  const request = session.request({ ':path': path });
  request.resume();
  return new Promise((resolve, reject) => {
    request.once('response', ({ ':status': status = 0 }) => resolve(status));
    request.once('error', reject);
  });
}

async function open(port: TestPort, kind: 'plain' | 'secure'): Promise<TestSocket> {
  if (kind === 'plain') return TestSocket.open(port.port);
  const socket = connect({ port: port.port, host: '127.0.0.1', rejectUnauthorized: false });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return TestSocket.over(socket);
}
