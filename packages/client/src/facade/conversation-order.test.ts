import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConversationOrder } from './conversation-order.ts';

const change = fc.tuple(
  fc.constantFrom('@a', '@b', '@c', '1', '2', '3'),
  fc.option(fc.integer({ min: 1, max: 9 })),
);

describe('the order of conversations', () => {
  it('is by last activity, the newest first, whatever moved before', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 20 }), (updates) => {
        const order = new ConversationOrder();
        const expected = new Map<string, number>();
        for (const changes of updates) {
          order.update(new Map(changes));
          for (const [id, atMs] of new Map(changes)) {
            if (atMs === null) expected.delete(id);
            else expected.set(id, atMs);
          }
        }
        const sorted = [...expected].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
        expect(order.ids).toEqual(sorted.map(([id]) => id));
      }),
    );
  });

  it('is the same list when nothing moved', () => {
    const order = new ConversationOrder();
    order.update(
      new Map([
        ['@a', 1],
        ['@b', 2],
      ]),
    );
    const { ids } = order;
    order.update(
      new Map([
        ['@a', 1],
        ['@z', null],
      ]),
    );
    expect(order.ids).toBe(ids);
  });

  it('moves one of ten thousand in a few milliseconds', () => {
    const order = new ConversationOrder();
    order.update(new Map(Array.from({ length: 10_000 }, (_, i) => [`${i}`, i])));
    const startedAtMs = performance.now();
    for (let i = 0; i < 10; i++) order.update(new Map([[`${i * 900}`, 20_000 + i]]));
    const eachMs = (performance.now() - startedAtMs) / 10;
    console.log(`one of 10,000 conversations moved in ${eachMs.toFixed(1)} ms`);
    expect(eachMs).toBeLessThan(50);
    expect(order.ids[0]).toBe('8100');
  });
});
