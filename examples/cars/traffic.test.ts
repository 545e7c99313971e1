import { expect, it } from 'vitest';
import { parseWords, toWords } from './car-words.ts';
import { Fleet } from './fleet.ts';
import { differenceOf } from './page/feed.ts';
import { between, Traffic } from './page/traffic.ts';
import { makeTown, seeded, TOWN_M, tileOf } from './town.ts';

const at = (x: number, heading = 0) => ({ x, y: 0, heading });

it('moves a car between two places that were heard of, and lets it go when nothing more is heard', () => {
  const traffic = new Traffic();
  traffic.moved('c1', at(0), 0);
  traffic.moved('c1', at(10), 1_000);
  const xAt = (nowMs: number) => [...traffic.shown(nowMs)].map(({ x }) => Math.round(x));
  expect([1_100, 1_600, 2_100, 2_500].map(xAt)).toEqual([[0], [5], [10], [10]]);
  expect([...traffic.shown(3_400)][0]?.opacity).toBeCloseTo(0.5);
  expect(xAt(4_001)).toEqual([]);
});

it('does not draw a car across the town that was out of sight', () => {
  const traffic = new Traffic();
  traffic.moved('c1', at(0), 0);
  traffic.moved('c1', at(900), 20_000);
  expect([...traffic.shown(20_500)].map(({ x }) => x)).toEqual([900]);
});

it('turns a car the shorter way round', () => {
  expect(between(at(0, 170), at(0, -170), 0.5).heading).toBe(180);
  expect(between(at(0, -90), at(0, 0), 0.5).heading).toBe(-45);
});

it('asks for what has come into sight and gives up what has left it', () => {
  expect(differenceOf(new Set(['a', 'b']), new Set(['b', 'c']))).toEqual({ more: ['c'], less: ['a'] });
});

it('takes nothing for a place that is none', () => {
  const place = { x: 12, y: 345, heading: -90 };
  expect(parseWords(toWords(place))).toEqual(place);
  for (const words of ['', '1,2', '1,2,3,4', '1,2,x', '1,2,Infinity']) expect(parseWords(words)).toBeNull();
});

it('keeps all cars on the streets of one town, whatever they do', () => {
  const fleet = new Fleet(makeTown(), 50, seeded(3));
  const before = new Map(fleet.places());
  const tiles = new Set<string>();
  for (let second = 0; second < 600; second++) {
    fleet.advance(1);
    for (const [id, place] of fleet.places()) {
      const last = before.get(id);
      expect(Math.hypot(place.x - (last?.x ?? 0), place.y - (last?.y ?? 0))).toBeLessThan(30);
      expect(Math.min(place.x, place.y)).toBeGreaterThan(-10);
      expect(Math.max(place.x, place.y)).toBeLessThan(TOWN_M + 10);
      tiles.add(tileOf(place));
      before.set(id, place);
    }
  }
  expect(tiles.size).toBeGreaterThan(40);
});
