import { connect, createServer } from 'node:net';

const LOOK_MS = 20;
const READY_WITHIN_MS = 10_000;

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Waits until somebody listens: what is no program of ours prints no line when it is ready. */
export async function accepts(port: number): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await isOpen(port))) {
    if (performance.now() > deadline) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
