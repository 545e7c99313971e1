import { describe, expect, it } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

const DRAWS = 20_000;

describe('SeededRandom', () => {
  it('repeats itself from the same seed, and differs from its neighbours', () => {
    const words = (seed: number) => Array.from({ length: 8 }, takeFrom(new SeededRandom(seed)));
    expect(words(7)).toEqual(words(7));
    expect(words(7)).not.toEqual(words(8));
    expect(words(7)).not.toEqual(words(7 + 2 ** 32));
  });

  it('draws every number of a range about equally often', () => {
    const random = new SeededRandom(1);
    const counts = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < DRAWS; draw++) {
      const at = random.int(counts.length);
      counts[at] = (counts[at] as number) + 1;
    }
    for (const count of counts) expect(Math.abs(count / DRAWS - 0.2)).toBeLessThan(0.02);
  });

  it('keeps both ends of between()', () => {
    const random = new SeededRandom(2);
    const drawn = new Set(Array.from({ length: 200 }, () => random.between(3, 5)));
    expect(drawn).toEqual(new Set([3, 4, 5]));
  });

  it('shuffles a copy that holds the same items', () => {
    const items = Array.from({ length: 20 }, (_, index) => index);
    const shuffled = new SeededRandom(3).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });

  it('forks a generator that shares nothing with it', () => {
    const [one, two] = [new SeededRandom(4), new SeededRandom(4)];
    const fork = one.fork();
    two.fork();
    fork.word();
    expect(one.word()).toBe(two.word());
  });
});

function takeFrom(random: SeededRandom): () => number {
  return () => random.word();
}
