import type { Script, Speech } from './script.ts';

/** One thing to say. */
export type Part = Pick<Speech, 'speaker' | 'text'>;

/** A conversation of the demonstration: who is in it, and what must be said there, in this order. */
export interface Scene {
  readonly title: string;
  readonly isGroup: boolean;
  readonly characters: readonly string[];
  readonly parts: readonly Part[];
}

/**
 * What is said where: the whole play in a group of the whole cast, and the exchanges of the pairs that talk most with each
 * other once more between the two alone.
 */
export function planOf({ title, cast, speeches }: Script, pairCount: number): readonly Scene[] {
  const group: Scene = { title, isGroup: true, characters: cast.map(({ id }) => id), parts: speeches };
  const pairs = [...exchangesOf(speeches).values()].toSorted((a, b) => b.parts.length - a.parts.length);
  return [group, ...pairs.slice(0, pairCount)];
}

/** By pair: every speech that answers the other, or is answered by the other, in the same scene. */
function exchangesOf(speeches: readonly Speech[]): ReadonlyMap<string, Scene> {
  const indexes = new Map<string, Set<number>>();
  for (const [index, speech] of speeches.entries()) {
    const next = speeches[index + 1];
    if (next === undefined || !isAnswer(speech, next)) continue;
    const pair = [speech.speaker, next.speaker].toSorted().join(' ');
    const spoken = indexes.get(pair) ?? new Set();
    indexes.set(pair, spoken.add(index).add(index + 1));
  }
  return new Map(
    [...indexes].map(([pair, spoken]) => {
      const characters = pair.split(' ');
      const parts = speeches.filter((_, index) => spoken.has(index));
      return [pair, { title: characters.join(' & '), isGroup: false, characters, parts }];
    }),
  );
}

function isAnswer(speech: Speech, next: Speech): boolean {
  return next.speaker !== speech.speaker && next.act === speech.act && next.scene === speech.scene;
}
