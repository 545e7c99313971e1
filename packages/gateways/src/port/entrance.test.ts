import { connect, type TLSSocket } from 'node:tls';
import { encodeUp, NATIVE_PREFACE } from '@skein/protocol';
import { selfSignedCertificate } from '@skein/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeCore } from '../testing/fake-core.ts';
import { HELLO, joined, NativeClient } from '../testing/frames.ts';
import { openPort, TestSocket, until } from '../testing/test-port.ts';
import type { Doors, TakeSocket } from './doors.ts';

const certificate = selfSignedCertificate();
const MQTT_3 = Uint8Array.of(0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0);
const MQTT_5 = Uint8Array.of(0x10, 0x0d, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 2, 0, 60, 0, 0, 0);
const XMPP = Buffer.from("<?xml version='1.0'?><stream:stream to='x'>");
const GET = Buffer.from('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
const HTTP_2 = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const NATIVE = joined(NATIVE_PREFACE, encodeUp(HELLO));

describe('names agreed on inside TLS', () => {
  it.each([
    ['mqtt', MQTT_3, 'mqtt'],
    ['xmpp-client', XMPP, 'xmpp'],
    ['h2', HTTP_2, 'h2'],
    ['http/1.1', GET, 'HTTP/1.1 200'],
  ] as const)('[GW27] lead to who speaks that: %s', async (alpn, bytes, answer) => {
    const port = await openPort(new FakeCore(), { certificate }, [() => SERVING]);
    const client = TestSocket.over(await secure(port.port, [alpn]));
    client.write(bytes);
    await until(() => client.text.includes(answer));
  });

  it('[GW27] lead to the native protocol by our own name', async () => {
    const port = await openPort(new FakeCore(), { certificate });
    const client = new NativeClient(TestSocket.over(await secure(port.port, ['skein'])));
    client.link.write(NATIVE);
    await client.hears('welcome');
  });

  it.each([
    ['http/1.1', MQTT_3],
    ['mqtt', GET],
    ['xmpp-client', NATIVE],
    ['skein', GET],
    ['h2', GET],
  ])('[GW27] leave nothing else to be spoken: %s', async (alpn, bytes) => {
    const port = await openPort(new FakeCore(), { certificate }, [() => SERVING]);
    const client = TestSocket.over(await secure(port.port, [alpn]));
    client.write(bytes);
    await until(() => client.isClosed);
    expect(client.received).toHaveLength(0);
  });

  it('[GW27] are the best that both sides have, and refused by TLS where there is none', async () => {
    const port = await openPort(new FakeCore(), { certificate });
    expect((await secure(port.port, ['http/1.1', 'h2'])).alpnProtocol).toBe('h2');
    expect((await secure(port.port, ['http/1.1'])).alpnProtocol).toBe('http/1.1');
    await expect(secure(port.port, ['smtp'])).rejects.toThrow(/alert no application protocol/);
  });
});

describe('a port of one protocol', () => {
  const ports = ['mqtt', 'mqtts', 'https'] as const;
  const endpoints = [
    { host: 'localhost', port: 0 },
    ...ports.map((only) => ({ host: 'localhost', port: 0, only })),
  ];

  it('[GW28] speaks it, beside the port of all', async () => {
    const port = await openPort(new FakeCore(), { certificate, endpoints }, [() => SERVING]);
    expect(Object.keys(port.usualPorts)).toEqual(ports);
    expect(port.addresses).toEqual([`127.0.0.1:${port.port}`, `[::1]:${port.port}`]);
    const plain = await TestSocket.open(port.usualPorts.mqtt ?? 0);
    const inside = TestSocket.over(await secure(port.usualPorts.mqtts ?? 0, []));
    for (const client of [plain, inside]) {
      client.write(MQTT_3);
      await until(() => client.text.includes('mqtt'));
    }
    const page = TestSocket.over(await secure(port.usualPorts.https ?? 0, ['h2', 'http/1.1']));
    page.write(HTTP_2);
    await until(() => page.text.includes('h2'));
  });

  it.each([
    ['mqtt', GET],
    ['mqtt', Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00)],
    ['mqtts', MQTT_3],
    ['https', GET],
  ] as const)('[GW28] closes on anything else: %s %#', async (name, bytes) => {
    const port = await openPort(new FakeCore(), { certificate, endpoints });
    const client = await TestSocket.open(port.usualPorts[name] ?? 0);
    client.write(bytes);
    await until(() => client.isClosed);
    expect(client.received).toHaveLength(0);
  });

  it('[GW28] closes on anything else inside TLS', async () => {
    const port = await openPort(new FakeCore(), { certificate, endpoints });
    const client = TestSocket.over(await secure(port.usualPorts.mqtts ?? 0, []));
    client.write(GET);
    await until(() => client.isClosed);
    expect(client.received).toHaveLength(0);
  });
});

describe('too many from one address', () => {
  it.each([
    ['native', NATIVE, '[0-9]*.*too many connections from this address'],
    ['lines', Buffer.from('{"login":"x"}\n'), '"code":4007'],
    ['http', GET, '^HTTP/1.1 429 Too Many Requests'],
    ['mqtt', MQTT_3, '^\\u0020\\u0002\\u0000\\u0003$'],
    ['mqtt 5', MQTT_5, '^\\u0020\\u0003\\u0000\\ufffd\\u0000$'],
    ['xmpp', XMPP, 'resource-constraint'],
  ])('[GW29] are told so in their own words: %s', async (_name, bytes, said) => {
    const core = new FakeCore({ connectionsPerAddressMax: 1 });
    const port = await openPort(core);
    const first = await NativeClient.signedIn(port);
    const second = await TestSocket.open(port.port);
    second.write(bytes);
    await until(() => second.isEnded);
    expect(second.text).toMatch(new RegExp(said, 's'));
    expect(core.connections).toHaveLength(1);
    await first.isServed(1);
    first.link.socket.destroy();
    await until(() => port.socketCount === 0);
    await NativeClient.signedIn(port);
  });

  it('[GW29] are not heard at all when they are far too many', async () => {
    const core = new FakeCore({ connectionsPerAddressMax: 1, detectTimeoutMs: 60_000 });
    const port = await openPort(core);
    const clients: TestSocket[] = [];
    for (let count = 0; count < 4; count++) clients.push(await TestSocket.open(port.port));
    await until(() => clients[3]?.isClosed === true);
    expect(port.socketCount).toBeLessThan(4);
  });
});

describe('TLS on a connection that was plain', () => {
  it('[GW5] begins when a gateway says so, and gives the socket inside back', async () => {
    const core = new FakeCore();
    const port = await openPort(core, { certificate }, [
      ({ startTls }) => ({
        sockets: {
          xmpp: (socket) => {
            socket.write('<proceed/>');
            startTls?.(socket, (inside) => inside.on('data', (bytes) => inside.write(`secret ${bytes}`)));
          },
        },
      }),
    ]);
    const plain = await TestSocket.open(port.port);
    plain.write('<starttls/>');
    await until(() => plain.text === '<proceed/>');
    plain.socket.removeAllListeners('data');
    const inside = connect({ socket: plain.socket, rejectUnauthorized: false });
    const client = TestSocket.over(inside);
    await new Promise((resolve) => inside.once('secureConnect', resolve));
    client.write('hello');
    await until(() => client.text === 'secret hello');
  });
});

/** Says what was recognised. */
const SERVING: Doors = {
  sockets: Object.fromEntries(
    ['mqtt', 'xmpp', 'h2'].map((name): [string, TakeSocket] => [name, (socket) => socket.end(name)]),
  ),
};

async function secure(port: number, alpn: readonly string[]): Promise<TLSSocket> {
  const names = alpn.length === 0 ? {} : { ALPNProtocols: [...alpn] };
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...names });
  onTestFinished(() => {
    socket.destroy();
  });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return socket;
}
