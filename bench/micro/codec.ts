/**
 * What the codec costs per frame: `node bench/micro/codec.ts`. Prints nanoseconds per call, the best of several
 * rounds, since on a shared machine everything but the best is the neighbours.
 */
import {
  contentOfSend,
  decodeUp,
  encodeDown,
  encodePush,
  encodeUp,
  FrameSplitter,
  HEARTBEAT,
  parseContent,
} from '@skein/protocol';
import { downToJson, upFromJson, upToJson } from '@skein/protocol/json';

const CALLS = 100_000;
const ROUNDS = 7;
const NO_BYTES = new Uint8Array(0);

const chinese = '你好';
const sentence = 'The quick brown fox jumps over the lazy dog, twice. ';
const long = '鸿雁传书，'.repeat(40);

measureText('2 Chinese characters', chinese);
measureText(`${sentence.length} ASCII characters`, sentence);
measureText(`${long.length} Chinese characters`, long);

const ack = { conversation: 1300, counter: 88, seq: 4321, timeMs: Date.now(), ordinal: 4000 };
measure('encode Ack', () => encodeDown({ case: 'ack', value: ack }));
measure('encode Received', () =>
  encodeUp({ case: 'received', value: { pushes: 900, delivered: [{ conversation: 1300, seq: 4321 }] } }),
);
measure('split 1 heartbeat', heartbeats());

function measureText(what: string, text: string): void {
  const send = { conversation: 1300, counter: 88, text };
  const framed = encodeUp({ case: 'send', value: send });
  const from = framed.length > 129 ? 2 : 1;
  const body = contentOfSend({ text, content: NO_BYTES });
  const json = upToJson({ case: 'send', value: send });
  const push = { conversation: 1300, sender: 200, timeDeltaMs: 4000, body };
  process.stdout.write(`${what}, ${framed.length} bytes\n`);
  measure('encode Send', () => encodeUp({ case: 'send', value: send }));
  measure('decode Send', () => decodeUp(framed, from, framed.length));
  measure('split and decode Send', splitter(framed));
  measure('text to stored content', () => contentOfSend({ text, content: NO_BYTES }));
  measure('parse stored content', () => parseContent(body));
  measure('encode Push of stored content', () => encodePush(push));
  measure('encode Push of a text', () =>
    encodeDown({ case: 'push', value: { ...push, text, body: NO_BYTES } }),
  );
  measure('Send from JSON', () => upFromJson(json));
  measure('Push to JSON', () => downToJson({ case: 'push', value: push }));
}

function splitter(framed: Uint8Array): () => void {
  const frames = new FrameSplitter(1 << 20, decodeUp, () => {});
  return () => frames.push(framed);
}

function heartbeats(): () => void {
  let count = 0;
  const frames = new FrameSplitter(1 << 20, decodeUp, () => count++);
  return () => frames.push(HEARTBEAT);
}

function measure(what: string, run: () => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    for (let call = 0; call < CALLS; call++) run();
    best = Math.min(best, performance.now() - startedMs);
  }
  process.stdout.write(`  ${what.padEnd(32)} ${((best * 1e6) / CALLS).toFixed(0).padStart(6)} ns\n`);
}
