import type { ReactNode } from 'react';

const HUES = 8;

/** First letter on one of eight colours, the same for the same person everywhere. Decoration: the name stands beside it. */
export function Avatar({ name, id }: { name: string; id: string }): ReactNode {
  return (
    <span className={`avatar hue-${hueOf(id)}`} aria-hidden="true">
      {initialOf(name)}
    </span>
  );
}

export function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum % HUES;
}

const segmenter = new Intl.Segmenter();

function initialOf(name: string): string {
  for (const { segment } of segmenter.segment(name)) return segment.toUpperCase();
  return '?';
}
