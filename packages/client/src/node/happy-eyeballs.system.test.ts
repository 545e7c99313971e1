import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TcpTransport } from './tcp-transport.ts';

const HAS_IPV6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
const NAME = 'two-families.example';
/** The stagger is 250 ms; the rest is for a machine with other things to do. */
const WAIT_MS_MAX = 2_000;
/** Enough for the queue of a listener with a backlog of 1. */
const QUEUE_COUNT = 4;

const LISTENER = `require('node:net').createServer().listen({ port: 0, host: '::1', backlog: 1 }, function () {
  console.log(this.address().port);
})`;

describe('a name with addresses of both families', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const end of ends.splice(0).toReversed()) await end();
  });

  it.skipIf(!HAS_IPV6)(
    '[CL18] is reached over the other one when packets of the first are lost',
    async () => {
      const port = await blackHole();
      const server = createServer((socket) => socket.on('error', () => undefined));
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      ends.push(() => server.close());
      vi.spyOn(dns, 'lookup').mockImplementation(((name: string, _options: unknown, found: Found) => {
        expect(name).toBe(NAME);
        found(null, [
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ]);
      }) as never);
      const startedAt = performance.now();
      await new Promise<void>((resolve, reject) => {
        const link = new TcpTransport({ host: NAME, port, isSecure: false }).open({
          opened: resolve,
          received: () => undefined,
          closed: (_code, reason) => reject(new Error(reason)),
        });
        ends.push(() => link.close());
      });
      const tookMs = performance.now() - startedAt;
      console.log(`connected in ${tookMs.toFixed(0)} ms`);
      expect(tookMs).toBeGreaterThan(200);
      expect(tookMs).toBeLessThan(WAIT_MS_MAX);
    },
  );

  /** A port of ::1 at which a program listens that is stopped, and whose queue is full: the next packets get no answer. */
  async function blackHole(): Promise<number> {
    const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
    ends.push(() => child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(line.toString());
    child.kill('SIGSTOP');
    const sockets: Socket[] = Array.from({ length: QUEUE_COUNT }, () => connect({ port, host: '::1' }));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      ends.push(() => socket.destroy());
    }
    // The queue is full when one of them has waited in vain.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sockets.some(({ connecting }) => connecting)).toBe(true);
    return port;
  }
});

type Found = (
  error: null,
  addresses: readonly { readonly address: string; readonly family: number }[],
) => void;
