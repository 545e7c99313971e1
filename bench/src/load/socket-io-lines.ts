import { io, type Socket } from 'socket.io-client';
import {
  forEachOf,
  type Line,
  type LineEvents,
  type LineOptions,
  type LineSet,
  OPENING_AT_ONCE,
} from './line.ts';
import { partnerOf } from './relay-lines.ts';
import { textOfBytes } from './send-frames.ts';

/** Pairs over the Socket.IO relay: an event with an acknowledgement, passed on to the partner's room. */
export async function openSocketIoLines(options: LineOptions, events: LineEvents): Promise<LineSet> {
  const text = textOfBytes(options.textBytes);
  const sockets = await forEachOf(options.pairs * 2, OPENING_AT_ONCE, async (index) => {
    const socket = io(`http://127.0.0.1:${options.port}`, { transports: ['websocket'], forceNew: true });
    socket.on('message', () => events.delivered(partnerOf(index), 1));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    await socket.emitWithAck('name', `user-${index}`);
    return socket;
  });
  const lines: Line[] = sockets.map((socket, index) => lineOf(socket, index, text, events));
  return { lines, isAcked: true, close: () => sockets.forEach((socket) => void socket.disconnect()) };
}

function lineOf(socket: Socket, index: number, text: string, events: LineEvents): Line {
  const to = `user-${partnerOf(index)}`;
  return {
    send: (count) => {
      for (let i = 0; i < count; i++) socket.emit('send', to, text, () => events.acked(index, 1));
    },
  };
}
