import { ENTRY_KIND } from '@skein/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseContent } from './content.ts';
import { decodeDown, decodeUp, encodeDown, encodeUp } from './frame-codec.ts';
import type { DownFrame } from './generated/skein.gen.ts';
import { downFromJson, downToJson, upFromJson, upToJson } from './json/frame-json.ts';
import { bodyOfPush } from './push.ts';
import { fromHex } from './testing/hex.ts';
import { readVectors } from './testing/read-vectors.ts';
import { violationOf } from './testing/violation-of.ts';
import { Reader } from './wire/reader.ts';

const RUNS = 3_000;
/** Far above what any of these takes, far below what quadratic work on this many bytes would. */
const SLOW_MS = 500;
const FRAME_BYTES_MAX = 262_144;

const seeds = readVectors<{ from: string; bytes: string; json: object }>('frames').map(({ bytes, json }) => ({
  // The first byte is the length, or its first half.
  bytes: fromHex(bytes).subarray(bytes.length > 2 * 128 ? 2 : 1),
  json: JSON.stringify(json),
}));

/** A valid frame with some bytes changed, put in or taken out. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('set', 'insert', 'remove', 'cut')), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map(([{ bytes }, changes]) => {
    const list = [...bytes];
    for (const [where, byte, change] of changes) {
      const at = list.length === 0 ? 0 : where % list.length;
      if (change === 'set') list[at] = byte;
      else if (change === 'insert') list.splice(at, 0, byte);
      else list.splice(at, change === 'remove' ? 1 : list.length);
    }
    return Uint8Array.from(list);
  });

/** A frame's JSON with one of its values replaced. */
const damagedJson = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.nat(),
    fc.constantFrom(
      'null',
      '-1',
      '0',
      '7',
      '1e20',
      '1.5',
      '"x"',
      '"\\ud800"',
      '""',
      '[]',
      '[null]',
      '{}',
      'true',
    ),
  )
  .map(([{ json }, which, value]) => {
    const values = [...json.matchAll(/"(?:[^"\\]|\\.)*"(?!:)|\b\d+\b|\btrue\b|\{\}/g)];
    const { 0: old = '', index = 0 } = values[which % Math.max(1, values.length)] ?? {};
    return json.slice(0, index) + value + json.slice(index + old.length);
  });

describe('decoding a frame', () => {
  it('[FR5] of arbitrary bytes throws nothing but a protocol error', () => {
    check(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      violationOf(() => decodeUp(bytes, 0, bytes.length));
      violationOf(() => decodeDown(bytes, 0, bytes.length));
    });
  });

  it('[FR4, FR5] of a damaged frame throws nothing but a protocol error, and what it reads is written and read again', () => {
    let readCount = 0;
    check(mutated, (bytes) => {
      readCount += isStable(bytes, decodeUp, encodeUp) + isStable(bytes, decodeDown, encodeDown);
    });
    expect(readCount).toBeGreaterThan(RUNS / 20);
  });

  it('[FR5] stays within its frame', () => {
    check(mutated, (frame) => {
      const around = new Uint8Array(frame.length + 40).fill(0x41);
      around.set(frame, 20);
      const alone = outcomeOf(() => decodeDown(frame, 0, frame.length));
      expect(outcomeOf(() => decodeDown(around, 20, 20 + frame.length))).toEqual(alone);
    });
  });

  it.each<[string, readonly number[]]>([
    ['unknown fields in one run', [0xf8, 0x07, 0x01]],
    ['unknown fields between known ones', [0xf8, 0x07, 0x01, 0x08, 0x01]],
    ['empty parts of a list', [0x12, 0x00]],
    ['empty texts of a list', [0x1a, 0x00]],
    ['the same field', [0x08, 0x01]],
    ['varints in ten bytes', [0x08, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
  ])('[FR5] is quick on the largest frame, full of %s', (_what, unit) => {
    const bytes = Uint8Array.from({ length: FRAME_BYTES_MAX }, (_, at) => unit[at % unit.length] ?? 0);
    const startedMs = performance.now();
    for (const number of [1, 2, 3, 6, 8]) {
      bytes[0] = number;
      violationOf(() => decodeUp(bytes.subarray(0, 1 + unit.length * 20_000), 0, 1 + unit.length * 20_000));
      violationOf(() => decodeDown(bytes, 0, bytes.length));
    }
    expect(performance.now() - startedMs).toBeLessThan(SLOW_MS);
  });
});

describe('the JSON form', () => {
  it('[JS5] of arbitrary JSON throws nothing but a protocol error', () => {
    check(fc.json({ maxDepth: 4 }), (text) => {
      violationOf(() => upFromJson(text));
      violationOf(() => downFromJson(text));
    });
  });

  it('[JS5] of damaged frames throws nothing but a protocol error, and what it reads is written and read again', () => {
    let readCount = 0;
    check(damagedJson, (text) => {
      readCount += isStableJson(text, upFromJson, upToJson) + isStableJson(text, downFromJson, downToJson);
    });
    expect(readCount).toBeGreaterThan(RUNS / 20);
  });

  it('[JS5] of a text nested deeper than any stack throws nothing but a protocol error', () => {
    const depth = 200_000;
    for (const text of ['['.repeat(depth), `${'{"send":'.repeat(depth)}1${'}'.repeat(depth)}`]) {
      expect([null, 'invalid-json']).toContain(violationOf(() => upFromJson(text)));
    }
  });
});

type Decode<Frame> = (bytes: Uint8Array, from: number, to: number) => Frame | undefined;

/** 1 when the bytes were a frame and writing it gives a frame that reads the same, 0 when they were none. */
function isStable<Frame>(
  bytes: Uint8Array,
  decode: Decode<Frame>,
  encode: (frame: Frame) => Uint8Array,
): number {
  const { value: frame } = outcomeOf(() => decode(bytes, 0, bytes.length));
  if (frame === undefined || isUnstorable(frame)) return 0;
  const again = encode(frame);
  const reader = new Reader(again);
  reader.uint();
  expect(settled(decode(again, reader.at, again.length))).toEqual(settled(frame));
  return 1;
}

/** A push has several forms; what it says is its kind and body. */
function settled(frame: unknown): unknown {
  const { case: name, value } = frame as DownFrame;
  if (name !== 'push') return frame;
  return {
    ...value,
    kind: value.kind === ENTRY_KIND.message ? 0 : value.kind,
    text: '',
    body: bodyOfPush(value),
  };
}

/** A push of content that no log would have taken: only a server writes pushes, and it trusts its log. */
function isUnstorable(frame: unknown): boolean {
  const { case: name, value } = frame as DownFrame;
  return name === 'push' && violationOf(() => parseContent(value.body)) !== null;
}

function isStableJson<Frame>(
  text: string,
  read: (text: string) => Frame | undefined,
  write: (frame: Frame) => string,
): number {
  const { value: frame } = outcomeOf(() => read(text));
  if (frame === undefined) return 0;
  // Not the frame itself: what a body holds beside what its kind says has no JSON form.
  const again = read(write(frame));
  expect(again && write(again)).toBe(write(frame));
  return 1;
}

function outcomeOf<Value>(run: () => Value): { value?: Value; violation: string | null } {
  const outcome: { value?: Value } = {};
  const violation = violationOf(() => {
    outcome.value = run();
  });
  return { ...outcome, violation };
}

function check<Case>(cases: fc.Arbitrary<Case>, property: (value: Case) => void): void {
  fc.assert(fc.property(cases, property), { numRuns: RUNS });
}
