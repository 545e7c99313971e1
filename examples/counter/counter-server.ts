/**
 * A WebSocket server that tells everyone the how manyth they are, and answers whatever it hears.
 *
 * Run: node examples/counter/counter-server.ts [--port 6969]
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';

/** Serves on loopback; `log` gets a line for everything that happens. */
export async function serveCounter(port: number, log: (line: string) => void): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port, host: '127.0.0.1' });
  server.on('connection', (webSocket, request) => {
    const peer = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
    log(`CONNECTED ${peer}`);
    // The new one is among them already.
    webSocket.send(`你是第${server.clients.size}位`);
    // Whole messages in one piece each, which is what a `ws` server gives unless told otherwise.
    webSocket.on('message', (message: Buffer) => webSocket.send(`收到:${message.toString('utf8')}`));
    webSocket.on('error', (error) => log(`ERROR ${peer}: ${error.message}`));
    webSocket.on('close', (code) => log(`CLOSED ${peer} ${code}`));
  });
  await once(server, 'listening');
  return server;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '6969' } } });
  await serveCounter(Number(values.port), console.log);
}
