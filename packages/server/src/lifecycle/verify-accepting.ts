import { connect, type Socket } from 'node:net';

// Everybody who was connected before a restart comes back at the same moment, and is served first: on a machine with twenty
// others at work 5 s were too few, and to give up would be another restart.
const ANSWER_MS_MAX = 60_000;
// Answered by the HTTP gateway, hence only after the listener, the detector and a gateway all did their part.
const QUESTION = 'GET /livez HTTP/1.1\r\nHost: skein\r\nConnection: close\r\n\r\n';

/**
 * Connects to every address as a client would and waits for an answer, so that "ready" is seen and not assumed. [OP2]
 *
 * Errors: throws when an address does not answer.
 */
export async function verifyAccepting(addresses: readonly string[]): Promise<void> {
  await Promise.all(addresses.map(ask));
}

function ask(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connectTo(address);
    const fail = (reason: string): void => {
      socket.destroy();
      reject(new Error(`${address} does not answer: ${reason}`));
    };
    socket.setTimeout(ANSWER_MS_MAX, () => fail(`nothing came in ${ANSWER_MS_MAX} ms`));
    socket.once('error', (error) => fail(error.message));
    socket.once('end', () => fail('the connection was closed'));
    socket.once('connect', () => socket.write(QUESTION));
    socket.once('data', (bytes) => {
      socket.destroy();
      if (bytes.toString('latin1').startsWith('HTTP/1.1 200 ')) resolve();
      else fail('not as expected');
    });
  });
}

function connectTo(address: string): Socket {
  const [, host, port] = /^(?:\[([^\]]+)\]|[^:/]+):(\d+)$/.exec(address) ?? [];
  if (port === undefined) return connect(address);
  const given = host ?? address.slice(0, address.lastIndexOf(':'));
  return connect(Number(port), given === '0.0.0.0' ? '127.0.0.1' : given === '::' ? '::1' : given);
}
