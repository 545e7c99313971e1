import type { SentKeyRow } from '@skein/core';
import { conversationId, seq, userNumber } from '@skein/model';
import { expect, it } from 'vitest';
import { KeyLookups } from './key-lookups.ts';
import type { SentKeyPlace } from './worker-calls.ts';

const placeOf = (key: string): SentKeyPlace => ({
  conversation: conversationId(1),
  user: userNumber(1),
  key,
});
const rowOf = (place: SentKeyPlace): SentKeyRow => ({
  ...place,
  seq: seq(1),
  ordinal: 1,
  timeMs: 0,
  hash: 0,
});

it('answers what was asked in one turn by one question, to each its own', async () => {
  const questions: string[][] = [];
  const lookups = new KeyLookups(async (places) => {
    questions.push(places.map(({ key }) => key));
    return places.map((place) => (place.key === 'new' ? null : rowOf(place)));
  });
  const [a, none, b] = await Promise.all(
    [placeOf('a'), placeOf('new'), placeOf('b')].map((place) => lookups.find(place)),
  );
  expect([a?.key, none, b?.key]).toEqual(['a', null, 'b']);
  expect(await lookups.find(placeOf('c'))).toMatchObject({ key: 'c' });
  expect(questions).toEqual([['a', 'new', 'b'], ['c']]);
});

it('tells everybody who asked that it failed, and asks again the next time', async () => {
  let fails = true;
  const lookups = new KeyLookups(async (places) => {
    if (fails) throw new Error('gone');
    return places.map(rowOf);
  });
  const answers = await Promise.allSettled([lookups.find(placeOf('a')), lookups.find(placeOf('b'))]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await lookups.find(placeOf('a'))).toMatchObject({ key: 'a' });
});
