/**
 * The least that values over MQTT can cost on this runtime: packets are cut out of the stream, and a PUBLISH is written to
 * those who subscribed to its topic as the same bytes, its identifier included. Nobody is checked, no receiver's PUBACK is
 * looked at, and nothing is kept. MQTT 3.1.1, exact topics alone.
 */
import { createServer, type Socket } from 'node:net';
import { announce } from './announce.ts';

const CONNECT = 1;
const PUBLISH = 3;
const SUBSCRIBE = 8;
const CONNACK = Buffer.of(0x20, 2, 0, 0);

const subscribers = new Map<string, Socket[]>();

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer | null = null;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
    const usedUp = takePackets(socket, bytes);
    rest = usedUp === bytes.length ? null : bytes.subarray(usedUp);
  });
});

/** Answers how far the bytes are used up. Values for one topic that came together leave together. */
function takePackets(socket: Socket, bytes: Buffer): number {
  let at = 0;
  let run = { topic: '', from: 0, to: 0 };
  const acks: Buffer[] = [];
  for (;;) {
    const place = bodyOf(bytes, at);
    if (place === null) break;
    const { from, to } = place;
    const type = (bytes[at] ?? 0) >> 4;
    if (type === PUBLISH) {
      const topicTo = from + 2 + bytes.readUInt16BE(from);
      const topic = bytes.toString('latin1', from + 2, topicTo);
      if (topic !== run.topic) {
        send(bytes, run);
        run = { topic, from: at, to };
      }
      run.to = to;
      const hasId = ((bytes[at] ?? 0) & 6) !== 0;
      if (hasId) acks.push(Buffer.of(0x40, 2, bytes[topicTo] ?? 0, bytes[topicTo + 1] ?? 0));
    } else if (type === CONNECT) {
      socket.write(CONNACK);
    } else if (type === SUBSCRIBE) {
      const topic = bytes.toString('latin1', from + 4, from + 4 + bytes.readUInt16BE(from + 2));
      subscribers.set(topic, [...(subscribers.get(topic) ?? []), socket]);
      socket.write(Buffer.of(0x90, 3, bytes[from] ?? 0, bytes[from + 1] ?? 0, bytes[to - 1] ?? 0));
    }
    at = to;
  }
  send(bytes, run);
  if (acks.length > 0) socket.write(Buffer.concat(acks));
  return at;
}

function send(bytes: Buffer, { topic, from, to }: { topic: string; from: number; to: number }): void {
  if (from === to) return;
  const packets = bytes.subarray(from, to);
  for (const receiver of subscribers.get(topic) ?? []) receiver.write(packets);
}

/** Where the packet at `at` has its variable header and its end; null while it is not whole. */
function bodyOf(bytes: Buffer, at: number): { from: number; to: number } | null {
  let length = 0;
  for (let width = 1; width <= 4; width++) {
    const byte = bytes[at + width];
    if (byte === undefined) return null;
    length += (byte & 0x7f) << (7 * (width - 1));
    if (byte >= 0x80) continue;
    const to = at + 1 + width + length;
    return to > bytes.length ? null : { from: at + 1 + width, to };
  }
  throw new Error('a packet has no length');
}

announce(server);
