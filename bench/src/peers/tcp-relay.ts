/**
 * The least a message can cost on this runtime: bytes read from one socket are written to another, nothing is looked
 * at, stored or acknowledged. The first four bytes of a connection name its pair; one byte says that both are there.
 */
import { createServer, type Socket } from 'node:net';
import { announce } from './announce.ts';

const PAIRED = Buffer.of(1);
const waiting = new Map<number, Socket>();

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first) => {
    const pair = first.readUInt32BE(0);
    const partner = waiting.get(pair);
    if (partner === undefined) {
      waiting.set(pair, socket);
      socket.pause();
      return;
    }
    waiting.delete(pair);
    relay(socket, partner);
    relay(partner, socket);
    partner.resume();
    for (const end of [socket, partner]) end.write(PAIRED);
  });
});

function relay(from: Socket, to: Socket): void {
  from.on('data', (bytes) => void to.write(bytes));
  from.on('close', () => to.destroy());
}

announce(server);
