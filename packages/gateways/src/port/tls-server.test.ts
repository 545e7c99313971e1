import { connect, type TLSSocket } from 'node:tls';
import { encodeUp, NATIVE_PREFACE } from '@skein/protocol';
import { selfSignedCertificate } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { FakeCore } from '../testing/fake-core.ts';
import { framesIn, HELLO, joined, NativeClient } from '../testing/frames.ts';
import { openPort, type TestPort, TestSocket, until } from '../testing/test-port.ts';
import { WebSocketClient } from '../testing/web-socket-client.ts';

const LOCALHOST = selfSignedCertificate();
const REPLACED = selfSignedCertificate();

describe('TLS on the one port', () => {
  it('[GW5] serves every protocol inside TLS, beside the same without', async () => {
    const core = new FakeCore();
    const port = await openPort(core, { certificate: LOCALHOST });
    const native = new NativeClient(TestSocket.over(await secure(port)));
    native.link.write(joined(NATIVE_PREFACE, encodeUp(HELLO)));
    await native.hears('welcome');
    expect(core.last.peer).toMatchObject({
      gateway: 'tcp',
      address: '127.0.0.1',
      isLoopback: true,
      isSecure: true,
    });

    const lines = TestSocket.over(await secure(port));
    lines.write('{"login":"alice","dev":true}\n');
    await until(() => core.connections.length === 2 && core.last.frames.length === 1);
    expect(core.last.peer).toMatchObject({ gateway: 'lines', isSecure: true });

    const webSocket = await WebSocketClient.open(port, { isSecure: true });
    webSocket.send(HELLO);
    await until(() => framesIn(webSocket.bytes).length === 1);
    expect(core.last.peer).toMatchObject({ gateway: 'websocket', isSecure: true });

    const plain = await NativeClient.signedIn(port);
    await plain.isServed(1);
    expect(core.last.peer).toMatchObject({ gateway: 'tcp', isSecure: false });
  });

  it('[GW5] uses a replaced certificate for new connections and leaves the others alone', async () => {
    const port = await openPort(new FakeCore(), { certificate: LOCALHOST });
    const before = await secure(port);
    const { fingerprint256 } = before.getPeerCertificate();
    const client = new NativeClient(TestSocket.over(before));
    port.setCertificate(REPLACED);
    expect((await secure(port)).getPeerCertificate().fingerprint256).not.toBe(fingerprint256);
    client.link.write(joined(NATIVE_PREFACE, encodeUp(HELLO)));
    await client.hears('welcome');
  });

  it('[GW5] speaks nothing older than TLS 1.2', async () => {
    const port = await openPort(new FakeCore(), { certificate: LOCALHOST });
    const old = connect({
      port: port.port,
      host: '127.0.0.1',
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    const failed = await new Promise<string>((resolve) =>
      old.once('error', (error) => resolve(error.message)),
    );
    expect(failed).not.toBe('');
  });

  it('[GW2] closes who opens TLS and says nothing inside, or never finishes the handshake', async () => {
    const port = await openPort(new FakeCore({ detectTimeoutMs: 80 }), { certificate: LOCALHOST });
    const silent = TestSocket.over(await secure(port));
    const half = await TestSocket.open(port.port);
    half.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01));
    await until(() => silent.isEnded || silent.isClosed);
    await until(() => half.isEnded || half.isClosed);
    await until(() => port.socketCount === 0);
  });

  it('[GW3] refuses TLS inside TLS', async () => {
    const port = await openPort(new FakeCore(), { certificate: LOCALHOST });
    const client = TestSocket.over(await secure(port));
    client.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01));
    await until(() => client.isClosed);
  });

  it('[GW12] survives bytes that are no handshake', async () => {
    const port = await openPort(new FakeCore(), { certificate: LOCALHOST });
    for (let round = 0; round < 30; round++) {
      const client = await TestSocket.open(port.port);
      const noise = Array.from({ length: 100 }, (_, index) => (round * 31 + index * index * 7) & 0xff);
      client.write(Uint8Array.from([0x16, 0x03, ...noise]));
      client.socket.end();
    }
    const canary = await NativeClient.signedIn(port);
    await canary.isServed(1);
    expect(port.bugs).toEqual([]);
  });
});

async function secure(port: TestPort): Promise<TLSSocket> {
  const socket = connect({ port: port.port, host: '127.0.0.1', rejectUnauthorized: false });
  socket.on('error', () => {});
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return socket;
}
