import { ENTRY_KIND } from '@skein/model';
import { decodeBody, encodeBody, type UpFrameInit } from '@skein/protocol';
import type { Outgoing } from '../../api/message.ts';
import type { OutboxRow } from '../ports/cache-store.ts';

const NO_BYTES = new Uint8Array(0);

/** The body of a message, as it will be in the log. */
export function bodyOf(outgoing: Outgoing, numberOf: (user: string) => number | null): Uint8Array {
  if (typeof outgoing === 'string') return bodyOfText(outgoing);
  if ('custom' in outgoing) {
    const { custom, fallback, replyTo } = outgoing;
    return encodeBody('Content', { of: { case: 'custom', value: custom }, fallback, replyTo });
  }
  const { text, replyTo, mentions = [] } = outgoing;
  return encodeBody('Content', {
    of: { case: 'text', value: text },
    replyTo,
    // Somebody this device has never heard of cannot be meant.
    mentions: mentions.flatMap((user) => numberOf(user) ?? []),
  });
}

export function bodyOfText(text: string): Uint8Array {
  return encodeBody('Content', { of: { case: 'text', value: text } });
}

export function bodyOfReaction(key: string, removed: boolean): Uint8Array {
  return encodeBody('Reaction', { key, removed });
}

/** The frame of a row; plain text in its short form, everything else byte for byte. */
export function sendFrameOf(row: OutboxRow): UpFrameInit {
  const { conversation, counter, target } = row;
  const kind = row.kind === ENTRY_KIND.message ? 0 : row.kind;
  const identity = { conversation, counter, kind, target };
  if (row.kind === ENTRY_KIND.reaction) {
    const { key, removed } = decodeBody('Reaction', row.body);
    return { case: 'send', value: { ...identity, reaction: { key, removed } } };
  }
  const text = plainTextOf(row.body);
  return { case: 'send', value: { ...identity, ...(text === null ? { content: row.body } : { text }) } };
}

function plainTextOf(body: Uint8Array): string | null {
  if (body === NO_BYTES || body.length === 0) return null;
  const { of, fallback, replyTo, mentions, unknown } = decodeBody('Content', body);
  const isPlain = fallback === '' && replyTo === 0 && mentions.length === 0 && unknown === undefined;
  return of?.case === 'text' && isPlain ? of.value : null;
}
