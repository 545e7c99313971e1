/**
 * The same 1:1 work on Socket.IO: an event with an acknowledgement, passed on to the room of the named user. It stores
 * nothing and promises nothing, so it is allowed to be cheaper.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce } from './announce.ts';

const http = createServer();
const io = new Server(http, { serveClient: false, perMessageDeflate: false });

io.on('connection', (socket) => {
  socket.on('name', (name: string, done: () => void) => {
    void socket.join(name);
    done();
  });
  socket.on('send', (to: string, text: string, done: () => void) => {
    io.to(to).emit('message', text);
    done();
  });
});

announce(http);
