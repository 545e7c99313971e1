import { createServer, type Socket } from 'node:net';
import { NATIVE_PREFACE } from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { parseTcpAddress, TcpTransport } from './tcp-transport.ts';

describe('addresses', () => {
  it.each([
    ['tcp://host:1234', { host: 'host', port: 1234, isSecure: false }],
    ['tls://chat.example.org', { host: 'chat.example.org', port: 6969, isSecure: true }],
    ['tcp://[::1]:6969/', { host: '::1', port: 6969, isSecure: false }],
    ['http://host:1234', null],
    ['tcp://', null],
    ['nonsense', null],
  ])('%s', (url, address) => {
    expect(parseTcpAddress(url)).toEqual(address);
  });
});

describe('TCP', () => {
  it('[CL1] opens with the preface, tells of bytes and of the end, and is silent once closed', async () => {
    const sockets: Socket[] = [];
    const heard: Uint8Array[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('data', (bytes) => heard.push(bytes));
      socket.on('error', () => undefined);
    });
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const transport = new TcpTransport({ host: 'localhost', port, isSecure: false });
    const first = listen(transport);
    await first.opened;
    first.link.send(Uint8Array.of(7, 8));
    await until(() => Buffer.concat(heard).length === NATIVE_PREFACE.length + 2);
    expect(Buffer.concat(heard)).toEqual(Buffer.from([...NATIVE_PREFACE, 7, 8]));
    sockets[0]?.write(Uint8Array.of(9));
    await until(() => first.told.length === 2);
    sockets[0]?.destroy();
    await until(() => first.told.length === 3);
    expect(first.told).toEqual(['opened', '9', 'closed 0']);
    const second = listen(transport);
    await second.opened;
    second.link.close();
    second.link.close();
    second.link.send(Uint8Array.of(1));
    sockets[1]?.write(Uint8Array.of(9));
    await new Promise((resolve) => {
      server.close(resolve);
    });
    expect(second.told).toEqual(['opened']);
  });

  it('[CL1] tells of an address nobody listens at as of a closed link', async () => {
    const { told } = listen(new TcpTransport({ host: '127.0.0.1', port: 1, isSecure: false }));
    await until(() => told.length > 0);
    expect(told).toEqual(['closed 0']);
  });
});

function listen(transport: TcpTransport) {
  const told: string[] = [];
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const link = transport.open({
    opened: () => {
      told.push('opened');
      open();
    },
    received: (bytes) => told.push(bytes.join(' ')),
    closed: (code) => told.push(`closed ${code}`),
  });
  return { link, told, opened };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}
