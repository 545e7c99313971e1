import { spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeUp, NATIVE_PREFACE } from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { FakeCore } from '../testing/fake-core.ts';
import { HELLO, joined, NativeClient } from '../testing/frames.ts';
import { openPort, TestSocket, until } from '../testing/test-port.ts';
import { refusingGateway } from './refuse.ts';

describe('the one port', () => {
  it('[GW1] serves every protocol, whatever comes first, one byte at a time', async () => {
    const core = new FakeCore();
    const port = await openPort(core);
    const spoken = [
      [joined(NATIVE_PREFACE, encodeUp(HELLO)), 'tcp'],
      [Buffer.from('{"login":"alice","dev":true}\n'), 'lines'],
    ] as const;
    for (const [bytes, gateway] of spoken) {
      const client = await TestSocket.open(port.port);
      for (const byte of bytes) {
        client.write(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
      await until(() => core.received.length > 0);
      expect(core.received.pop()?.case).toBe('hello');
      expect(core.last.peer).toMatchObject({ gateway, isLoopback: true, isSecure: false });
    }
    const http = await TestSocket.open(port.port);
    for (const byte of Buffer.from('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')) http.write(Uint8Array.of(byte));
    await until(() => http.text.includes('200 OK'));
  });

  it('[GW1] sends nothing on its own', async () => {
    const port = await openPort(new FakeCore());
    const client = await TestSocket.open(port.port);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(client.received).toHaveLength(0);
  });

  it('[GW2] closes a connection that says nothing, or too little, after detectTimeoutMs', async () => {
    const port = await openPort(new FakeCore({ detectTimeoutMs: 60 }));
    const silent = await TestSocket.open(port.port);
    const hesitant = await TestSocket.open(port.port);
    hesitant.write('GE');
    await until(() => silent.isEnded || silent.isClosed);
    await until(() => hesitant.isEnded || hesitant.isClosed);
    await until(() => port.socketCount === 0);
  });

  it('[GW2] leaves a connection alone once it has been recognised', async () => {
    const port = await openPort(new FakeCore({ detectTimeoutMs: 30 }));
    const client = await NativeClient.signedIn(port);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.isServed(1);
  });

  it('[GW3] refuses protocols it knows and does not serve in their own words', async () => {
    const port = await openPort(new FakeCore(), {}, [refusingGateway]);
    const mqtt = await TestSocket.open(port.port);
    mqtt.write(Uint8Array.from([0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0]));
    await until(() => mqtt.isEnded);
    expect([...mqtt.received]).toEqual([0x20, 0x02, 0x00, 0x03]);
  });

  it.each([
    'PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n',
    'SSH-2.0-x\r\n',
    '\u0016\u0003\u0001\u0000\u0005',
    '\0\0\0\0',
  ])('[GW3] closes what it does not serve: %j', async (bytes) => {
    const core = new FakeCore();
    const port = await openPort(core);
    const client = await TestSocket.open(port.port);
    client.write(bytes);
    await until(() => client.isClosed);
    expect(client.received).toHaveLength(0);
    expect(core.connections).toEqual([]);
  });

  it('[GW4] listens on both loopback addresses with one port', async () => {
    const port = await openPort(new FakeCore());
    expect(port.addresses).toEqual([`127.0.0.1:${port.port}`, `[::1]:${port.port}`]);
    const six = new NativeClient(await TestSocket.open(port.port, '::1'));
    six.link.write(joined(NATIVE_PREFACE, encodeUp(HELLO)));
    await six.hears('welcome');
  });

  it('[GW4] listens on every address of the machine when asked to', async () => {
    const core = new FakeCore();
    const port = await openPort(core, { endpoints: [{ host: '*', port: 0 }] });
    for (const host of ['127.0.0.1', '::1']) {
      const client = new NativeClient(await TestSocket.open(port.port, host));
      client.link.write(joined(NATIVE_PREFACE, encodeUp(HELLO)));
      await client.hears('welcome');
      expect(core.last.peer).toMatchObject({ address: host, isLoopback: true });
    }
  });

  it('[GW4] listens on a path, also where a dead process left its socket', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'skein-')), 'port');
    const listening = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(spawnSync(process.execPath, ['-e', listening]).signal).toBe('SIGKILL');
    const core = new FakeCore();
    const first = await openPort(core, { endpoints: [{ path }] });
    expect(first.addresses).toEqual([path]);
    const client = new NativeClient(await TestSocket.open(path));
    client.link.write(joined(NATIVE_PREFACE, encodeUp(HELLO)));
    await client.hears('welcome');
    expect(core.last.peer).toMatchObject({ address: 'unix', isLoopback: true });
    await expect(openPort(core, { endpoints: [{ path }] })).rejects.toThrow('EADDRINUSE');
  });

  it('[GW4] says so when the port is taken, and keeps nothing open', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const taken = (other.address() as { port: number }).port;
    await expect(
      openPort(new FakeCore(), { endpoints: [{ host: 'localhost', port: taken }] }),
    ).rejects.toThrow('EADDRINUSE');
    other.close();
  });

  it('[GW4] takes no more than connectionsMax', async () => {
    const port = await openPort(new FakeCore({ connectionsMax: 2 }));
    await NativeClient.signedIn(port);
    await NativeClient.signedIn(port);
    const third = await TestSocket.open(port.port);
    await until(() => third.isEnded || third.isClosed);
    expect(port.socketCount).toBe(2);
  });

  it('[GW4] stops accepting, and ends what is open only when closed', async () => {
    const port = await openPort(new FakeCore());
    const client = await NativeClient.signedIn(port);
    await port.stopAccepting();
    expect(port.isAccepting).toBe(false);
    await expect(TestSocket.open(port.port)).rejects.toThrow('ECONNREFUSED');
    await client.isServed(1);
    await port.close();
    await until(() => client.link.isClosed);
  });
});
