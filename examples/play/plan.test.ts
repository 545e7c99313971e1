import { expect, test } from 'vitest';
import { planOf } from './plan.ts';
import { readScript, type Script } from './script.ts';

test('the whole play goes to the whole cast', async () => {
  const script = await readScript();
  const [group] = planOf(script, 0);
  expect(group).toMatchObject({ isGroup: true, parts: script.speeches });
  expect(group?.characters).toHaveLength(script.cast.length);
});

test('a pair says to each other what answers each other, most talkative pair first', () => {
  const script = scriptOf('a1 b2 a3 c4 / b5 c6 b7 / a8');
  const [, ...pairs] = planOf(script, 9);
  expect(pairs.map(({ title, parts }) => [title, parts.map(({ text }) => text).join('')])).toEqual([
    ['a & b', '123'],
    ['b & c', '567'],
    ['a & c', '34'],
  ]);
});

test('of the real play there are six pairs with a conversation worth the name', async () => {
  const [, ...pairs] = planOf(await readScript(), 6);
  expect(pairs).toHaveLength(6);
  for (const { parts } of pairs) expect(parts.length).toBeGreaterThanOrEqual(20);
});

/** `a1 b2 / c3`: a says "1" and b "2" in the first scene, c says "3" in the second. */
function scriptOf(words: string): Script {
  const speeches = words.split(' / ').flatMap((scene, index) =>
    scene.split(' ').map((word) => ({
      act: 1,
      scene: index + 1,
      speaker: word.slice(0, 1),
      text: word.slice(1),
    })),
  );
  const cast = [...new Set(speeches.map(({ speaker }) => speaker))].map((id) => ({ id, name: id }));
  return { title: 'Test', cast, speeches };
}
