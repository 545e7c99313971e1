import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sharedBufferReader } from './shared-read-buffer.ts';

let server: Server;

afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('reading into a shared buffer', () => {
  it('is offered by this runtime', async () => {
    const { accepted, client } = await pair();
    expect(readShared(accepted, () => {})).toBe(true);
    client.destroy();
    accepted.destroy();
  });

  it('[GW6] hands out what came, in order, and nothing of what other sockets got', async () => {
    const first = await pair();
    const second = await pair();
    const heard = { first: '', second: '' };
    readShared(first.accepted, (bytes) => (heard.first += Buffer.from(bytes).toString()));
    readShared(second.accepted, (bytes) => (heard.second += Buffer.from(bytes).toString()));
    for (let round = 0; round < 20; round++) {
      first.client.write('a'.repeat(1 + round));
      second.client.write('b'.repeat(100_000));
    }
    await ended(first);
    await ended(second);
    expect(heard.first).toBe('a'.repeat(210));
    expect(heard.second).toBe('b'.repeat(2_000_000));
  });

  it('[GW11] reads nothing while the socket is paused', async () => {
    const ends = await pair();
    let heard = 0;
    readShared(ends.accepted, (bytes) => {
      heard += bytes.length;
      ends.accepted.pause();
    });
    ends.client.write(Buffer.alloc(1_000_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toBeLessThanOrEqual(65_536);
    readShared(ends.accepted, (bytes) => (heard += bytes.length));
    ends.accepted.resume();
    await ended(ends);
    expect(heard).toBe(1_000_000);
  });
});

function readShared(socket: Socket, onBytes: (bytes: Uint8Array) => void): boolean {
  return sharedBufferReader(onBytes)(socket);
}

interface Ends {
  readonly accepted: Socket;
  readonly client: Socket;
}

async function pair(): Promise<Ends> {
  if (server?.listening !== true) {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const { port } = server.address() as AddressInfo;
  const accepting = once(server, 'connection') as Promise<[Socket]>;
  const client = connect({ port, host: '127.0.0.1', noDelay: true });
  const [accepted] = await accepting;
  return { accepted, client };
}

/** Both ends are closed and everything that was written has been read. */
async function ended({ accepted, client }: Ends): Promise<void> {
  accepted.resume();
  const closed = once(accepted, 'close');
  client.end();
  await closed;
}
