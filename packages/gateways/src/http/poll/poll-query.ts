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
