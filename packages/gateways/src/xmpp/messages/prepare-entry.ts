import { ENTRY_KIND } from '@skein/model';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { contentOf } from './write-entry.ts';

/**
 * Takes note of what an entry is called, and finds out what its target is called and what its reactions add up to, where
 * that is not known. Afterwards the entry can be written.
 */
export function prepareEntry(
  session: XmppSession,
  conversation: number,
  entry: ToldEntry,
): void | Promise<void> {
  const { ids, reactions } = session.host;
  const kind = entry.kind === 0 ? ENTRY_KIND.message : entry.kind;
  if (kind === ENTRY_KIND.message) {
    noteName(session, conversation, entry);
    return;
  }
  if (entry.target === 0) return;
  const isNamed = ids.idOf(conversation, entry.target) !== undefined;
  const of = { conversation, target: entry.target, user: entry.sender };
  if (kind === ENTRY_KIND.reaction) {
    if (isNamed && reactions.get(conversation, entry.target, entry.sender) !== null) {
      reactions.apply(of, entry);
      return;
    }
    return lookUp(session, conversation, entry.target).then(() => reactions.apply(of, entry));
  }
  return isNamed ? undefined : lookUp(session, conversation, entry.target);
}

export function noteName(session: XmppSession, conversation: number, { seq, body }: ToldEntry): void {
  const { key } = contentOf(body);
  if (key !== '') session.host.ids.note(conversation, seq, key);
}

/** Reads a message with everything that changes it: its name, and who reacted how. */
export async function lookUp(session: XmppSession, conversation: number, seq: number): Promise<void> {
  const range = { conversation, from: seq, to: seq, limit: 1 };
  const answer = await session.client.askUntilAnswered({ case: 'history', value: range });
  const { ids, reactions } = session.host;
  if (!('case' in answer) || answer.case !== 'history') return;
  const [message] = answer.value.entries;
  const { key } = message === undefined ? { key: '' } : contentOf(message.body);
  ids.note(conversation, seq, key === '' ? String(seq) : key);
  const changes = answer.value.amendments.filter(({ kind }) => kind === ENTRY_KIND.reaction);
  const people = new Set([session.user.number, ...changes.map(({ sender }) => sender)]);
  for (const user of people) {
    const own = changes.filter(({ sender }) => sender === user);
    reactions.fill({ conversation, target: seq, user }, own);
  }
}

/** The seq that a message id stands for, or null when it is not found among the newest. */
export async function seqOf(session: XmppSession, conversation: number, id: string): Promise<number | null> {
  const known = session.host.ids.seqOf(conversation, id);
  if (known !== undefined) return known;
  const head = session.book.get(conversation)?.head ?? 0;
  const asSeq = /^[1-9]\d{0,14}$/.test(id) ? Number(id) : 0;
  if (asSeq > 0 && asSeq <= head) return asSeq;
  const range = { conversation, limit: session.host.deps.core.limits.pageEntriesMax, newest: true };
  const answer = await session.client.askUntilAnswered({ case: 'history', value: range });
  if (!('case' in answer) || answer.case !== 'history') return null;
  for (const entry of answer.value.entries) {
    if (entry.kind === 0 || entry.kind === ENTRY_KIND.message) noteName(session, conversation, entry);
  }
  return session.host.ids.seqOf(conversation, id) ?? null;
}
