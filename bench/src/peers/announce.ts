import type { Server } from 'node:net';

/** Listens on a free port of loopback and says which, in the words that the bench waits for. */
export function announce(server: Server): void {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    console.log(`peer ready port=${address.port}`);
  });
}
