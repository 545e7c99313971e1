import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { violationOf } from '../testing/violation-of.ts';
import * as host from './host-utf8.ts';
import { decodeUtf8, encodeUtf8, UTF8_BYTES_PER_UNIT_MAX } from './utf8.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Where well-formed second, third and fourth bytes begin and end. */
const EDGES = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];

describe('UTF-8', () => {
  it('[FR6] of every code point is the platform’s, alone and in a long text', () => {
    const wrong: number[] = [];
    for (let point = 0; point <= 0x10ffff; point += point < 0x10000 ? 1 : 17) {
      const text = String.fromCodePoint(point);
      const isSurrogate = point >= 0xd800 && point < 0xe000;
      if (!isSurrogate && decode(encode(text)) !== text) wrong.push(point);
      if (!isSame(encode(text), encoder.encode(text))) wrong.push(point);
    }
    expect(wrong).toEqual([]);
    expect(decode(encode('水🪿é'.repeat(100)))).toBe('水🪿é'.repeat(100));
  });

  it('[FR6] of any text, well-formed or not, is the platform’s, after what is there already', () => {
    fc.assert(
      fc.property(
        fc.array(anyUnit, { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
        (text) => {
          expect(encode(text)).toEqual(encoder.encode(text));
        },
      ),
    );
  });

  it('[FR6] is the same where a browser leaves all of it to its platform', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        const into = new Uint8Array(3 + text.length * UTF8_BYTES_PER_UNIT_MAX);
        const bytes = into.slice(3, host.encodeUtf8(text, into, 3));
        expect(isSame(bytes, encode(text))).toBe(true);
        expect(host.decodeUtf8(bytes, 0, bytes.length)).toBe(decode(bytes));
      }),
    );
    expect(violationOf(() => host.decodeUtf8(Uint8Array.of(0xc0, 0x80), 0, 2))).toBe('invalid-utf8');
  });

  it('[FR6] is read as the platform reads it: all of one and two bytes', () => {
    const differing: number[][] = [];
    for (let first = 0; first < 256; first++) {
      if (!isReadAlike(Uint8Array.of(first))) differing.push([first]);
      for (const second of EDGES) {
        if (!isReadAlike(Uint8Array.of(first, second))) differing.push([first, second]);
      }
    }
    expect(differing).toEqual([]);
  });

  it('[FR6] is read as the platform reads it: three bytes at every edge, and what surrounds them', () => {
    const differing: number[][] = [];
    for (const first of [0x41, 0x80, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf4]) {
      for (const second of EDGES) {
        for (const third of EDGES) {
          for (const more of [[], [0x41], [0x80], [0xbf]]) {
            if (!isReadAlike(Uint8Array.of(first, second, third, ...more)))
              differing.push([first, second, third, ...more]);
          }
        }
      }
    }
    expect(differing).toEqual([]);
  });

  it('[FR6] is read as the platform reads it: any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => isReadAlike(bytes)));
  });
});

const anyUnit = fc.oneof(
  fc.nat({ max: 0x7f }),
  fc.nat({ max: 0xffff }),
  fc.integer({ min: 0xd800, max: 0xdfff }),
);

function encode(text: string): Uint8Array {
  const into = new Uint8Array(3 + text.length * UTF8_BYTES_PER_UNIT_MAX);
  return into.slice(3, encodeUtf8(text, into, 3));
}

function decode(bytes: Uint8Array): string {
  return decodeUtf8(bytes, 0, bytes.length);
}

function isReadAlike(bytes: Uint8Array): boolean {
  let expected: string | null = null;
  try {
    expected = decoder.decode(bytes);
  } catch {
    // Not well-formed.
  }
  let text: string | null = null;
  const violation = violationOf(() => {
    text = decode(bytes);
  });
  return text === expected && (violation === null) === (expected !== null);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
