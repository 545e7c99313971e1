import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  forEachOf,
  type Line,
  type LineEvents,
  type LineOptions,
  type LineSet,
  OPENING_AT_ONCE,
} from './line.ts';

// What a native Send costs beside its text, so that the relay moves as many bytes.
const FRAME_BYTES_BESIDE_TEXT = 9;
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);

/** Pairs over the bare relay: each connection names its pair in four bytes, then sends messages of one size. */
export async function openRelayLines(options: LineOptions, events: LineEvents): Promise<LineSet> {
  const messageBytes = options.textBytes + FRAME_BYTES_BESIDE_TEXT;
  const message = Buffer.alloc(messageBytes, 0x61);
  let paired = () => {};
  let unpaired = options.pairs * 2;
  const allPaired = new Promise<void>((resolve) => {
    paired = () => {
      if (--unpaired === 0) resolve();
    };
  });
  const sockets = await forEachOf(options.pairs * 2, OPENING_AT_ONCE, async (index) => {
    let received = -1; // the byte that says that both ends are there
    // What arrives at one end was sent on the line of the other.
    const line = partnerOf(index);
    const onBytes = (length: number) => {
      if (received < 0) paired();
      const before = Math.max(0, Math.floor(received / messageBytes));
      received += length;
      const whole = Math.floor(received / messageBytes) - before;
      if (whole > 0) events.delivered(line, whole);
      return true;
    };
    const socket = await open(options.port, onBytes);
    const pair = Buffer.alloc(4);
    pair.writeUInt32BE(Math.floor(index / 2));
    socket.write(pair);
    return socket;
  });
  await allPaired;
  const lines: Line[] = sockets.map((socket) => ({
    send: (count) => void socket.write(count === 1 ? message : Buffer.alloc(messageBytes * count, 0x61)),
  }));
  return { lines, isAcked: false, close: () => sockets.forEach((socket) => socket.destroy()) };
}

export function partnerOf(index: number): number {
  return index % 2 === 0 ? index + 1 : index - 1;
}

async function open(port: number, callback: (length: number) => boolean): Promise<Socket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: { buffer: readBuffer, callback },
  });
  await once(socket, 'connect');
  return socket;
}
