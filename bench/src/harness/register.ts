import { connect } from 'node:net';

const AT_ONCE = 4;

/** Makes accounts on a server of ours, which lets anybody register on loopback. */
export async function registerAll(
  port: number,
  people: readonly { readonly user: string; readonly password: string }[],
): Promise<void> {
  for (let at = 0; at < people.length; at += AT_ONCE) {
    await Promise.all(people.slice(at, at + AT_ONCE).map((person) => register(port, person)));
  }
}

function register(port: number, { user, password }: { user: string; password: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end(`${JSON.stringify({ register: user, password })}\n`);
    });
    let answer = '';
    socket.on('data', (bytes) => (answer += String(bytes)));
    socket.on('error', reject);
    socket.on('close', () => {
      if (answer.includes('"welcome"')) resolve();
      else reject(new Error(`${user} could not register: ${answer}`));
    });
  });
}
