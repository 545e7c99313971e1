/**
 * The least a fan-out can cost on this runtime: what the first connection sends is written, as the same bytes, to every
 * other one in a loop. The first byte of a connection says which it is: `S` sends, `R` receives.
 */
import { createServer, type Socket } from 'node:net';
import { announce } from './announce.ts';

const SENDER = 'S'.charCodeAt(0);
const receivers = new Set<Socket>();

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('close', () => receivers.delete(socket));
  socket.once('data', (first) => {
    if (first[0] === SENDER) socket.on('data', fanOut);
    else receivers.add(socket);
    socket.resume();
  });
});

function fanOut(bytes: Buffer): void {
  for (const receiver of receivers) receiver.write(bytes);
}

announce(server);
