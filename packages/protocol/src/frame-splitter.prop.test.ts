import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameSplitter } from './frame-splitter.ts';
import { toHex } from './testing/hex.ts';
import { violationOf } from './testing/violation-of.ts';
import { Writer } from './wire/writer.ts';

const LIMIT = 20_000;
const LARGE = 262_144;
/** Ten times what it takes; copying all for each byte would take far longer. */
const SLOW_MS = 1_000;

/** Frames as a stream; an empty one is a heartbeat. */
const stream = fc
  .array(fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ maxLength: 300 })), { maxLength: 12 })
  .map((frames) => ({ frames: frames.map(toHex), bytes: streamOf(frames) }));
/** Where to cut, as fractions of the length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('a frame splitter', () => {
  it('[FR1] hands out the same frames however the stream is split', () => {
    fc.assert(
      fc.property(stream, cuts, ({ frames, bytes }, at) => {
        expect(split(chunksOf(bytes, at)).frames).toEqual(frames);
      }),
    );
  });

  it('[FR1] hands out the same frames byte by byte, and from every two halves', () => {
    const frames = [
      new Uint8Array(0),
      Uint8Array.of(1),
      new Uint8Array(130).fill(7),
      new Uint8Array(0),
      Uint8Array.of(2, 3),
    ];
    const bytes = streamOf(frames);
    const expected = frames.map(toHex);
    expect(split(Array.from(bytes, (byte) => Uint8Array.of(byte))).frames).toEqual(expected);
    for (let at = 0; at <= bytes.length; at++) {
      expect(split([bytes.subarray(0, at), bytes.subarray(at)]).frames).toEqual(expected);
    }
  });

  it('[FR5, FR7] takes any bytes, cut anywhere, and sees the same in them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), cuts, (bytes, at) => {
        expect(split(chunksOf(bytes, at))).toEqual(split([bytes]));
      }),
    );
  });

  it('[FR7] keeps no more than what has arrived, whatever the length promises', () => {
    const splitter = new FrameSplitter(
      LIMIT,
      () => {},
      () => {},
    );
    splitter.push(Uint8Array.of(0xff, 0x7f));
    expect(splitter.heldBytes).toBe(0);
    splitter.push(new Uint8Array(10));
    expect(splitter.heldBytes).toBe(10);
    splitter.push(new Uint8Array(16_383 - 10));
    expect(splitter.heldBytes).toBe(0);
    expect(splitter.isBetweenFrames).toBe(true);
  });

  it('[FR7] gathers a large frame that comes byte by byte without copying it again for each', () => {
    const bytes = streamOf([new Uint8Array(LARGE).fill(7)]);
    let length = 0;
    const splitter = new FrameSplitter(
      LARGE,
      (_bytes, from, to) => (length = to - from),
      () => {},
    );
    const startedMs = performance.now();
    for (let at = 0; at < bytes.length; at++) splitter.push(bytes.subarray(at, at + 1));
    expect(length).toBe(LARGE);
    expect(performance.now() - startedMs).toBeLessThan(SLOW_MS);
  });

  it('[FR7] applies a raised limit to the frames that follow', () => {
    const splitter = new FrameSplitter(
      4,
      () => {},
      () => {},
    );
    splitter.setFrameBytesMax(5);
    expect(violationOf(() => splitter.push(Uint8Array.of(5)))).toBeNull();
    splitter.push(new Uint8Array(5));
    expect(violationOf(() => splitter.push(Uint8Array.of(6)))).toBe('frame-too-large');
  });

  it('[FR9] says whether a message ends where a frame ends', () => {
    const splitter = new FrameSplitter(
      LIMIT,
      () => {},
      () => {},
    );
    expect(splitter.isBetweenFrames).toBe(true);
    const bytes = streamOf([Uint8Array.of(1, 2), new Uint8Array(200), new Uint8Array(0)]);
    const ends = Array.from(bytes, (byte, at) => {
      splitter.push(Uint8Array.of(byte));
      return splitter.isBetweenFrames ? at + 1 : 0;
    });
    expect(ends.filter((at) => at > 0)).toEqual([3, 205, 206]);
  });

  it('hands out a view of the chunk that a frame lies whole in', () => {
    const chunk = Uint8Array.of(0, 2, 8, 9);
    const seen: unknown[] = [];
    new FrameSplitter(
      LIMIT,
      (bytes, from, to) => seen.push([bytes === chunk, from, to]),
      () => seen.push('heartbeat'),
    ).push(chunk);
    expect(seen).toEqual(['heartbeat', [true, 2, 4]]);
  });
});

function split(chunks: readonly Uint8Array[]): {
  frames: string[];
  violation: string | null;
  isBetweenFrames: boolean;
} {
  const frames: string[] = [];
  const splitter = new FrameSplitter(
    LIMIT,
    (bytes, from, to) => frames.push(toHex(bytes.subarray(from, to))),
    () => frames.push(''),
  );
  const violation = violationOf(() => chunks.forEach((chunk) => splitter.push(chunk)));
  return { frames, violation, isBetweenFrames: violation !== null || splitter.isBetweenFrames };
}

function chunksOf(bytes: Uint8Array, cutsAt: readonly number[]): Uint8Array[] {
  const points = [
    0,
    ...cutsAt.map((at) => Math.floor(at * bytes.length)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return points.slice(1).map((to, at) => bytes.slice(points[at], to));
}

function streamOf(frames: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer();
  for (const frame of frames) writer.bytes(frame);
  return writer.finish();
}
