import { Buffer } from 'node:buffer';
import { BugError } from '@skein/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reader } from './reader.ts';
import { Writer as SmallWriter } from './small-writer.ts';
import { varintWidth, Writer } from './writer.ts';

describe('the writer of a browser', () => {
  type Step = readonly [keyof Writer, unknown] | readonly ['part', readonly Step[]];
  const step: fc.Arbitrary<Step> = fc.letrec<{ step: Step }>((tie) => ({
    step: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(fc.constant('uint' as const), fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat())),
      fc.tuple(fc.constant('string' as const), fc.string({ unit: 'binary', maxLength: 200 })),
      fc.tuple(fc.constant('text' as const), fc.string({ unit: 'binary', maxLength: 20 })),
      fc.tuple(fc.constant('bytes' as const), fc.uint8Array({ maxLength: 200 })),
      fc.tuple(fc.constant('fixed32' as const), fc.nat({ max: 2 ** 32 - 1 })),
      fc.tuple(fc.constant('bool' as const), fc.boolean()),
      fc.tuple(fc.constant('part' as const), fc.array(tie('step'), { maxLength: 5 })),
    ) as fc.Arbitrary<Step>,
  })).step;

  it('writes the same bytes as that of a server, whatever is written', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        expect(written(new SmallWriter() as unknown as Writer, steps)).toEqual(written(new Writer(), steps));
      }),
    );
    expect(() => new SmallWriter().uint(-1)).toThrow(BugError);
    expect(() => new SmallWriter().uint(2 ** 53)).toThrow(BugError);
  });

  function written(writer: Writer, steps: readonly Step[]): Uint8Array {
    const write = (all: readonly Step[]): void => {
      for (const [name, value] of all) {
        if (name !== 'part') (writer[name] as (value: unknown) => void).call(writer, value);
        else {
          const mark = writer.begin();
          write(value as readonly Step[]);
          writer.end(mark);
        }
      }
    };
    write(steps);
    return writer.finish();
  }
});

describe('a writer', () => {
  it('writes any number below 2^53 so that it reads back, in the fewest bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat()), (value) => {
        const writer = new Writer();
        writer.uint(value);
        const bytes = writer.finish();
        expect(bytes).toHaveLength(varintWidth(value));
        expect(new Reader(bytes).uint()).toBe(value);
      }),
    );
  });

  it.each([127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 49, Number.MAX_SAFE_INTEGER])(
    'writes %d',
    (value) => {
      const writer = new Writer();
      writer.uint(value);
      expect(new Reader(writer.finish()).uint()).toBe(value);
    },
  );

  it.each([-1, 0.5, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])(
    'calls %d a bug of ours',
    (value) => {
      expect(() => new Writer().uint(value)).toThrow(BugError);
    },
  );

  it('moves a part of 128 bytes or more to make room for its length, wherever its block ends', () => {
    for (let before = 8000; before < 8200; before += 7) {
      for (const size of [0, 1, 126, 127, 128, 129, 16_383, 16_384]) {
        const writer = new Writer();
        const padding = new Uint8Array(before).fill(1);
        const part = new Uint8Array(size).fill(2);
        writer.raw(padding);
        writer.take();
        const mark = writer.begin();
        writer.raw(part);
        writer.end(mark);
        const reader = new Reader(writer.finish());
        expect(reader.copy()).toEqual(part);
        expect(reader.at).toBe(reader.end);
      }
    }
  });

  it('never writes again to what was taken out', () => {
    const texts = Array.from({ length: 2_000 }, (_, at) => `${at} `.repeat(1 + (at % 40)));
    const writer = new Writer();
    const taken = texts.map((text, at) => {
      writer.string(text);
      return at % 5 === 0 ? writer.finish() : writer.take();
    });
    expect(taken.map((bytes) => new Reader(bytes).string())).toEqual(texts);
  });

  it('keeps what it finished in a buffer of its own', () => {
    const writer = new Writer();
    writer.string('你好');
    const bytes = writer.finish();
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });

  it('starts anew after an encoding that failed half-way', () => {
    const writer = new Writer();
    writer.byte(1);
    writer.clear();
    writer.byte(2);
    expect(writer.take()).toEqual(Uint8Array.of(2));
  });

  it('writes 32 bits, least significant first', () => {
    const writer = new Writer();
    writer.fixed32(0xfedcba98);
    const bytes = writer.finish();
    expect(bytes).toEqual(Uint8Array.of(0x98, 0xba, 0xdc, 0xfe));
    expect(new Reader(bytes).fixed32()).toBe(0xfedcba98);
  });
});

describe('a reader', () => {
  it('copies bytes and unknown fields out of a Buffer, whose slice would be a view', () => {
    const chunk = Buffer.from('03010203f80705', 'hex');
    const reader = new Reader(chunk);
    const bytes = reader.copy();
    const unknown = reader.joined(reader.unknown(reader.uint(), 4));
    chunk.fill(0);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(unknown).toEqual(Uint8Array.of(0xf8, 0x07, 5));
  });
});
