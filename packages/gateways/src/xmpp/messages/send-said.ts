import { ENTRY_KIND } from '@skein/model';
import { encodeMessage, writeContent } from '@skein/protocol';
import type { Place } from '../session/conversation-book.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { errorForRefusal, StanzaError } from '../stream/stanza-error.ts';
import { lookUp, seqOf } from './prepare-entry.ts';
import type { Said } from './read-message.ts';

/** What becomes an entry of the log. */
export type Entered = Extract<Said, { says: 'text' | 'edit' | 'recall' | 'reactions' }>;

type Readable = Pick<Extract<Said, { says: 'text' }>, 'text' | 'details'>;

export interface SendTerms {
  /** The sender's name for it, or one that was made up: recognised when it comes again. */
  readonly key: string;
}

interface Written {
  readonly kind: number;
  readonly target: number;
  readonly content?: Uint8Array;
  readonly reaction?: { readonly key: string; readonly removed: boolean };
}

/**
 * Sends what was said, as one entry or, for reactions, as one per change. Resolves with the seq of the last one when all is
 * stored; resolves null when nothing had to be. Rejects with StanzaError.
 */
export function sendSaid(
  session: XmppSession,
  place: Place,
  said: Entered,
  { key }: SendTerms,
): Promise<number | null> {
  switch (said.says) {
    case 'text':
      return said.replyTo === null
        ? send(session, place, { kind: ENTRY_KIND.message, target: 0, content: contentOf(said, key) }, key)
        : sendReply(session, place, { ...said, replyTo: said.replyTo }, key);
    case 'edit':
      return targetOf(session, place, said.id).then((target) =>
        send(session, place, { kind: ENTRY_KIND.edit, target, content: contentOf(said, key) }, key),
      );
    case 'recall':
      return targetOf(session, place, said.id).then((target) =>
        send(session, place, { kind: ENTRY_KIND.recall, target }, key),
      );
    case 'reactions':
      return sendReactions(session, place, said, key);
  }
}

async function sendReply(
  session: XmppSession,
  place: Place,
  reply: Readable & { readonly replyTo: string },
  key: string,
): Promise<number | null> {
  const answered = (await seqOf(session, place.number, reply.replyTo)) ?? 0;
  const content = contentOf(reply, key, answered);
  return send(session, place, { kind: ENTRY_KIND.message, target: 0, content }, key);
}

/** XEP-0444 §3: the list replaces the one before. */
async function sendReactions(
  session: XmppSession,
  place: Place,
  { id, keys }: Extract<Said, { says: 'reactions' }>,
  key: string,
): Promise<number | null> {
  const target = await targetOf(session, place, id);
  const { reactions } = session.host;
  const me = session.user.number;
  if (reactions.get(place.number, target, me) === null) await lookUp(session, place.number, target);
  const before = reactions.get(place.number, target, me) ?? new Set();
  const changes = [
    ...[...before].filter((old) => !keys.includes(old)).map((old) => ({ key: old, removed: true })),
    ...keys.filter((added) => !before.has(added)).map((added) => ({ key: added, removed: false })),
  ];
  let last: number | null = null;
  for (const [index, reaction] of changes.entries()) {
    const written = { kind: ENTRY_KIND.reaction, target, reaction };
    last = await send(session, place, written, `${key}#${index}`.slice(-KEY_CHARACTERS_MAX));
  }
  return last;
}

const KEY_CHARACTERS_MAX = 64;

async function targetOf(session: XmppSession, place: Place, id: string): Promise<number> {
  const seq = await seqOf(session, place.number, id);
  if (seq === null) throw new StanzaError('item-not-found');
  return seq;
}

async function send(
  session: XmppSession,
  place: Place,
  written: Written,
  key: string,
): Promise<number | null> {
  const sending = session.client.send({ conversation: place.number, key, ...written });
  session.direct.sending(key, sending);
  const sent = await sending;
  if (sent.outcome === 'stored') return sent.seq;
  if (sent.outcome === 'refused') throw errorForRefusal(sent.code);
  throw new StanzaError('resource-constraint');
}

function contentOf({ text, details }: Readable, key: string, replyTo = 0): Uint8Array {
  return encodeMessage(writeContent, { of: { case: 'text', value: text }, key, replyTo, ...details });
}
