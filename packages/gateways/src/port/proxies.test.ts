import { encodeUp, NATIVE_PREFACE } from '@skein/protocol';
import { SeededRandom } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { FakeCore } from '../testing/fake-core.ts';
import { HELLO, joined, NativeClient } from '../testing/frames.ts';
import { proxyV2 } from '../testing/proxy-v2.ts';
import { openPort, TestSocket, until } from '../testing/test-port.ts';
import { isNetwork, Proxies } from './proxies.ts';

const HEADER = Buffer.from('PROXY TCP4 192.0.2.7 127.0.0.1 12345 6969\r\n');
const HELLO_BYTES = joined(NATIVE_PREFACE, encodeUp(HELLO));
const TRUSTED = { trustedProxies: ['127.0.0.1'] };

describe('behind a proxy', () => {
  it('[GW26] a connection has the address of who is there, and is not this machine', async () => {
    const core = new FakeCore();
    const port = await openPort(core, TRUSTED);
    const client = new NativeClient(await TestSocket.open(port.port));
    client.link.write(Buffer.concat([HEADER, HELLO_BYTES]));
    await client.hears('welcome');
    expect(core.last.peer).toMatchObject({ address: '192.0.2.7', isLoopback: false, isSecure: false });
  });

  it('[GW26] bytes are told apart however they are split', async () => {
    const core = new FakeCore();
    const port = await openPort(core, TRUSTED);
    const client = new NativeClient(await TestSocket.open(port.port));
    for (const byte of Buffer.concat([HEADER, HELLO_BYTES])) {
      client.link.write(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    await client.hears('welcome');
    expect(core.last.peer).toMatchObject({ address: '192.0.2.7' });
  });

  it('[GW26] TLS that the proxy took off counts as TLS', async () => {
    const core = new FakeCore();
    const port = await openPort(core, TRUSTED);
    const client = new NativeClient(await TestSocket.open(port.port));
    const payload = [192, 0, 2, 7, 10, 0, 0, 1, 0, 1, 0, 2, 0x20, 0, 5, 1, 0, 0, 0, 0];
    client.link.write(Buffer.concat([proxyV2(0x11, payload), HELLO_BYTES]));
    await client.hears('welcome');
    expect(core.last.peer).toMatchObject({ address: '192.0.2.7', isSecure: true });
  });

  it('[GW26] figures are not shown to who only looks like this machine', async () => {
    const port = await openPort(new FakeCore(), TRUSTED);
    const client = await TestSocket.open(port.port);
    client.write('PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => client.text.includes('HTTP/1.1'));
    expect(client.text).toContain('404 Not Found');
  });

  it('[GW26] a proxy may speak for itself, with a header or without', async () => {
    const core = new FakeCore();
    const port = await openPort(core, TRUSTED);
    for (const before of [Buffer.alloc(0), proxyV2(0x00, [], 0x20)]) {
      const client = new NativeClient(await TestSocket.open(port.port));
      client.link.write(Buffer.concat([before, HELLO_BYTES]));
      await client.hears('welcome');
      expect(core.last.peer.address).toBe('127.0.0.1');
    }
  });

  it.each([
    ['from elsewhere', ['192.0.2.1'], [HEADER]],
    ['with none trusted', [], [HEADER]],
    ['twice', ['127.0.0.1'], [HEADER, HEADER]],
    ['malformed', ['127.0.0.1'], [Buffer.from('PROXY TCP4 x\r\n')]],
  ])('[GW26] a header closes: %s', async (_name, trustedProxies, headers) => {
    const core = new FakeCore();
    const port = await openPort(core, { trustedProxies });
    const client = await TestSocket.open(port.port);
    client.write(Buffer.concat([...headers, HELLO_BYTES]));
    await until(() => client.isClosed);
    expect([client.received.length, core.connections]).toEqual([0, []]);
  });

  it('[GW2, GW26] a header that stops is closed in time', async () => {
    const port = await openPort(new FakeCore({ signInTimeoutMs: 100 }), TRUSTED);
    const half = await TestSocket.open(port.port);
    half.write(HEADER.subarray(0, 20));
    await until(() => half.isClosed);
    const ended = await TestSocket.open(port.port);
    ended.write(HEADER.subarray(0, 20));
    ended.socket.end();
    await until(() => port.socketCount === 0);
  });

  it('[GW12, GW26] any bytes after a beginning of a header harm nobody else', async () => {
    const core = new FakeCore();
    const port = await openPort(core, TRUSTED);
    const random = new SeededRandom(26);
    const whole = Buffer.concat([
      proxyV2(0x11, [192, 0, 2, 7, 10, 0, 0, 1, 0, 1, 0, 2, 0x20, 0, 9]),
      HELLO_BYTES,
    ]);
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(random.chance(0.5) ? whole : Buffer.concat([HEADER, HELLO_BYTES]));
      for (let time = 0; time < 3; time++) bytes[6 + random.int(bytes.length - 6)] = random.int(256);
      const client = await TestSocket.open(port.port);
      client.write(bytes.subarray(0, random.int(bytes.length)));
      client.socket.end();
    }
    const canary = await NativeClient.signedIn(port);
    await canary.isServed(1);
    await until(() => port.socketCount === 1);
    expect(port.bugs).toEqual([]);
  });

  it('[GW26, GW29] limits count who is behind it, and not the proxy', async () => {
    const core = new FakeCore({ connectionsPerAddressMax: 1 });
    const port = await openPort(core, TRUSTED);
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      const client = new NativeClient(await TestSocket.open(port.port));
      client.link.write(Buffer.concat([Buffer.from(`PROXY TCP4 ${address} 127.0.0.1 1 2\r\n`), HELLO_BYTES]));
      await client.hears('welcome');
    }
    const again = new NativeClient(await TestSocket.open(port.port));
    again.link.write(Buffer.concat([Buffer.from('PROXY TCP4 192.0.2.2 127.0.0.1 1 2\r\n'), HELLO_BYTES]));
    expect(await again.hears('close')).toMatchObject({ code: 4007 });
  });
});

describe('the list of trusted proxies', () => {
  it('[GW26] holds addresses, networks and the word unix', () => {
    const proxies = new Proxies(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', 'unix'], 100);
    const trusted = ['10.1.2.3', '192.0.2.1', '2001:db8:1::1', 'unix'];
    const others = ['11.0.0.1', '192.0.2.2', '2001:db9::1', 'unknown', ''];
    expect(trusted.filter((address) => !proxies.isTrusted(address))).toEqual([]);
    expect(others.filter((address) => proxies.isTrusted(address))).toEqual([]);
  });

  it('[GW26] names nothing else', () => {
    expect(
      ['10.0.0.0/33', '10.0.0', '::/129', 'example.com', '10.0.0.0/8/8', '/8', ''].filter(isNetwork),
    ).toEqual([]);
  });
});
