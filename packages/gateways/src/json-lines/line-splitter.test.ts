import { ProtocolError } from '@skein/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

const LINE_BYTES_MAX = 32;

describe('lines', () => {
  it('[GW15] are the same however the bytes are split', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
        (lines, sizes) => {
          const fitting = lines.filter((text) => Buffer.byteLength(text) <= LINE_BYTES_MAX);
          const bytes = Buffer.from(fitting.map((text) => `${text}\n`).join(''));
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < bytes.length; ) {
            const size = sizes.next().value ?? 1;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(split(chunks)).toEqual(fitting);
        },
      ),
    );
  });

  it('[GW15] end with a newline, with or without a carriage return, the last one also with the input', () => {
    expect(split([Buffer.from('a\r\nb\n\nc')])).toEqual(['a', 'b', '']);
    expect(split([Buffer.from('a\nb'), Buffer.from('c')], { isFinished: true })).toEqual(['a', 'bc']);
  });

  it('[GW15] may be as long as the limit and not one byte longer, whole or in pieces', () => {
    const longest = 'x'.repeat(LINE_BYTES_MAX);
    expect(split([Buffer.from(`${longest}\n`)])).toEqual([longest]);
    expect(() => split([Buffer.from(`${longest}x\n`)])).toThrow(ProtocolError);
    expect(() => split([Buffer.from(longest), Buffer.from('x')])).toThrow(ProtocolError);
  });

  it('[GW15] are UTF-8 and nothing else', () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe4, 0xbd]]) {
      expect(() => split([Uint8Array.from([...bytes, 0x0a])])).toThrow(ProtocolError);
    }
  });
});

function split(chunks: readonly Uint8Array[], { isFinished = false } = {}): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(LINE_BYTES_MAX, (line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  if (isFinished) splitter.finish();
  return lines;
}
