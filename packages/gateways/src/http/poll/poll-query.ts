import type { Poll } from '@skein/protocol';
import { invalid } from '../problem.ts';
import type { Outcome } from '../seat/seat.ts';

const NUMBER = /^\d{1,9}$/;

/** `?cursor=…&wait=50&entries=20` as the message that the procedure takes. */
export function pollOfQuery(query: URLSearchParams): Outcome<Poll> {
  const wait = query.get('wait') ?? '0';
  const entries = query.get('entries') ?? '0';
  if (!NUMBER.test(wait) || !NUMBER.test(entries)) {
    return { problem: invalid('wait is a number of seconds, entries a count.') };
  }
  const cursor = query.get('cursor') ?? '';
  return { value: { cursor, wait: Number(wait), entries: Number(entries), unknown: undefined } };
}

const NUMBERS = /^\d{1,15}(?:,\d{1,15})*$/;

/** `?presence=2,3` as user numbers; none where it is not there, null where it is something else. */
export function usersOfQuery(query: URLSearchParams): readonly number[] | null {
  const asked = query.get('presence');
  if (asked === null) return [];
  return NUMBERS.test(asked) ? asked.split(',').map(Number) : null;
}
