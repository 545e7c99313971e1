import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Packer, Unpacker } from './packer.ts';

const item = fc.oneof(
  fc.maxSafeNat(),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.uint8Array({ maxLength: 200 }),
);

it('unpacks what was packed, in the same order, for every batch anew', () => {
  const packer = new Packer();
  fc.assert(
    fc.property(fc.array(item, { maxLength: 12 }), (items) => {
      for (const each of items) {
        if (typeof each === 'number') packer.number(each);
        else if (typeof each === 'string') packer.text(each);
        else packer.bytes(each);
      }
      const unpacker = new Unpacker(packer.finish());
      const read = items.map((each) => {
        if (typeof each === 'number') return unpacker.number();
        return typeof each === 'string' ? unpacker.text() : unpacker.ownBytes();
      });
      expect(read).toEqual(items);
      expect(unpacker.isAtEnd).toBe(true);
    }),
  );
});

it('grows for what is larger than it began with', () => {
  const packer = new Packer();
  const large = new Uint8Array(1_000_000).fill(7);
  packer.text('before');
  packer.bytes(large);
  packer.text('after');
  const unpacker = new Unpacker(packer.finish());
  expect(unpacker.text()).toBe('before');
  expect(Buffer.compare(unpacker.ownBytes(), large)).toBe(0);
  expect(unpacker.text()).toBe('after');
});
