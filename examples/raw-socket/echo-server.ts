/**
 * The smallest server there is: it greets, says back what it hears, and logs who comes, speaks and goes. What a chat server is
 * made of, before there is any chat: create, listen, accept, receive and send, close.
 *
 * Run: node examples/raw-socket/echo-server.ts [--port 6969]
 */
import { type AddressInfo, createServer, type Server } from 'node:net';
import { parseArgs } from 'node:util';

export const GREETING = '服务端发出：连接成功\n';

/** Listens on loopback; `log` gets a line for everything that happens. */
export function serveEcho(port: number, log: (line: string) => void): Promise<Server> {
  const server = createServer((socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    log(`CONNECTED ${peer}`);
    // Bytes are not messages: a character may come in two pieces, so the decoder keeps what is not whole yet.
    socket.setEncoding('utf8');
    socket.write(GREETING);
    socket.on('data', (text: string) => {
      log(`DATA ${peer}: ${text.trimEnd()}`);
      socket.write(`You said "${text.trimEnd()}"\n`);
    });
    // Without a listener a reset connection would end the process.
    socket.on('error', (error) => log(`ERROR ${peer}: ${error.message}`));
    socket.on('close', () => log(`CLOSED ${peer}`));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      log(`LISTENING 127.0.0.1:${(server.address() as AddressInfo).port}`);
      resolve(server);
    });
  });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '6969' } } });
  await serveEcho(Number(values.port), console.log);
}
