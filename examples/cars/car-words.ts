import type { Place } from './fleet.ts';

/** A place as it travels: whole metres and degrees, "1240,388,92". What a map shows needs no more. */
export function toWords({ x, y, heading }: Place): string {
  return [x, y, heading].map(Math.round).join(',');
}

/** Null for what is none: whoever may publish may publish anything. */
export function parseWords(words: string): Place | null {
  const [x, y, heading, more] = words.split(',').map(Number);
  if (x === undefined || y === undefined || heading === undefined || more !== undefined) return null;
  return [x, y, heading].every(Number.isFinite) ? { x, y, heading } : null;
}
