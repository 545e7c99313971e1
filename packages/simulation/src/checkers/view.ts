import type { Client, Conversation, Message, Timeline, TimelineView } from '@skein/client';
import type { UserNumber } from '@skein/model';
import type { ExpectedMessage, StoredConversation, StoredLog } from './stored-log.ts';
import { countUnread, numberOf } from './stored-log.ts';
import { check } from './violations.ts';

/** One window on a conversation; a person may have opened several. */
export interface Window {
  readonly conversation: Conversation;
  readonly timeline: Timeline;
}

interface Checked {
  readonly view: TimelineView;
  readonly stored: StoredConversation | undefined;
}

/** What may be said of one client's screen at any moment, faults or not: I4, I5, I8, I9. */
export class ViewChecker {
  readonly #name: string;
  readonly #user: string;
  // The highest markers of the peer that this client ever showed, by conversation.
  readonly #markers = new Map<string, { delivered: number; read: number }>();
  // What was found good: it stays so until the view or the log becomes another.
  readonly #checked = new WeakMap<Timeline, Checked>();

  constructor(name: string, user: string) {
    this.#name = name;
    this.#user = user;
  }

  /** A restarted client may have forgotten what it had not written down. */
  forget(): void {
    this.#markers.clear();
  }

  check(client: Client, windows: readonly Window[], log: StoredLog): void {
    for (const conversation of client.conversations.list().get()) {
      this.#checkTimeline({ conversation, timeline: conversation.messages }, log);
      this.#checkMarkers(conversation);
    }
    for (const window of windows) this.#checkTimeline(window, log);
  }

  #checkTimeline({ conversation, timeline }: Window, log: StoredLog): void {
    const stored = findStored(conversation.id, this.#user, log);
    const view = timeline.view.get();
    const checked = this.#checked.get(timeline);
    if (checked?.view === view && checked.stored === stored) return;
    const { items, gaps } = view;
    const shown = items.filter((item) => item.seq !== null);
    const pendingAt = items.findIndex((item) => item.seq === null);
    check(
      pendingAt < 0 || pendingAt >= shown.length,
      'I5',
      () => `${this.#where(conversation)}: a pending message is not last`,
    );
    let previous: Message | undefined;
    for (const item of shown) {
      const seq = item.seq as number;
      if (previous !== undefined)
        this.#checkNeighbours(conversation, [previous.seq as number, seq], gaps, stored);
      this.#checkItem(conversation, item, stored, log);
      previous = item;
    }
    this.#checked.set(timeline, { view, stored });
  }

  /** Between two messages on the screen lie only entries that are no messages, or a gap is drawn. */
  #checkNeighbours(
    conversation: Conversation,
    [before, after]: readonly [number, number],
    gaps: readonly { readonly fromSeq: number; readonly toSeq: number }[],
    stored: StoredConversation | undefined,
  ): void {
    check(after > before, 'I4', () => `${this.#where(conversation)}: seq ${after} is shown after ${before}`);
    for (let seq = before + 1; seq < after; seq++) {
      const isDeclared = gaps.some((gap) => gap.fromSeq <= seq && seq <= gap.toSeq);
      const isMessage = stored?.messages.has(seq) ?? false;
      check(
        isDeclared || !isMessage,
        'I5',
        () => `${this.#where(conversation)}: message ${seq} is missing without a gap`,
      );
    }
  }

  #checkItem(
    conversation: Conversation,
    item: Message,
    stored: StoredConversation | undefined,
    log: StoredLog,
  ): void {
    const seq = item.seq as number;
    if (item.kind !== 'text' && item.kind !== 'recalled') return;
    this.#checkVisible(conversation, seq, stored, log);
    const expected = stored?.messages.get(seq);
    check(
      expected !== undefined,
      'I4',
      () => `${this.#where(conversation)}: shows seq ${seq}, which is no message of the log`,
    );
    if (expected === undefined) return;
    const sender = log.users.get(expected.sender)?.id;
    check(
      item.sender.id === sender || item.sender.id.startsWith('#'),
      'I4',
      () => `${this.#where(conversation)}: seq ${seq} is shown as ${item.sender.id}'s, it is ${sender}'s`,
    );
    // An own edit or recall shows before the server has it.
    if (item.mine) return;
    if (item.kind !== 'text') {
      check(
        expected.isRecalled,
        'I4',
        () => `${this.#where(conversation)}: seq ${seq} is shown as recalled and is not`,
      );
      return;
    }
    const isKnown = expected.texts.includes(item.text) || expected.isRecalled;
    check(
      isKnown,
      'I4',
      () =>
        `${this.#where(conversation)}: seq ${seq} shows "${item.text}", never one of "${expected.texts.join('", "')}"`,
    );
  }

  /** I9: nothing from before this user entered or after they left. */
  #checkVisible(
    conversation: Conversation,
    seq: number,
    stored: StoredConversation | undefined,
    log: StoredLog,
  ): void {
    const member = stored?.members.get(numberOf(this.#user, log) as UserNumber);
    if (member === undefined) return;
    const last = member.role === null ? member.leftSeq : Number.MAX_SAFE_INTEGER;
    check(
      seq >= member.firstSeq && seq <= last,
      'I9',
      () => `${this.#where(conversation)}: shows seq ${seq}, may see ${member.firstSeq} to ${last}`,
    );
  }

  #checkMarkers(conversation: Conversation): void {
    const info = conversation.info.get();
    const key = `${conversation.id}`;
    const before = this.#markers.get(key) ?? { delivered: 0, read: 0 };
    const { peerDelivered: delivered, peerRead: read } = info;
    check(
      delivered >= before.delivered && read >= before.read,
      'I8',
      () =>
        `${this.#where(conversation)}: the peer's marker went back from ${before.delivered}/${before.read} to ${delivered}/${read}`,
    );
    check(info.unread >= 0, 'I7', () => `${this.#where(conversation)}: unread is ${info.unread}`);
    this.#markers.set(key, { delivered, read });
  }

  #where(conversation: Conversation): string {
    return `${this.#name} in ${conversation.id}`;
  }
}

/** Whose screen it is. */
export interface Viewer {
  readonly name: string;
  readonly user: string;
  readonly client: Client;
  readonly windows: readonly Window[];
}

/** Once faults have stopped and everything has settled: I6, I7, I10, and I4 exactly. */
export function checkConverged({ name, user, client, windows }: Viewer, log: StoredLog): void {
  const { state } = client.connection.get();
  check(state === 'online', 'I6', () => `${name}: is ${state}`);
  const waiting = client.outbox.get().filter((item) => item.state !== 'failed');
  check(waiting.length === 0, 'I6', () => `${name}: ${waiting.length} sends are still on their way`);
  const number = numberOf(user, log);
  const known = client.conversations.list().get();
  for (const [id, stored] of log.conversations) {
    const role = number === undefined ? null : (stored.members.get(number)?.role ?? null);
    if (number === undefined || role === null) continue;
    const where = `${name} in conversation ${id}`;
    const conversation = known.find((one) => findStored(one.id, user, log) === stored);
    check(conversation !== undefined, 'I6', () => `${where}: is a member and does not know the conversation`);
    if (conversation === undefined) continue;
    checkFinalTimeline(where, conversation, stored);
    const unread = countUnread(stored, number);
    const shown = conversation.info.get().unread;
    check(shown === unread, 'I7', () => `${where}: shows ${shown} unread, there are ${unread}`);
  }
  for (const { conversation, timeline } of windows) {
    const stored = findStored(conversation.id, user, log);
    // What was changed after this user left is not theirs to see.
    const role = stored?.members.get(number as UserNumber)?.role ?? null;
    if (stored !== undefined && role !== null)
      checkFinalItems(`${name}, a window on ${conversation.id}`, timeline, stored);
  }
}

function checkFinalTimeline(where: string, conversation: Conversation, stored: StoredConversation): void {
  const { items, gaps } = conversation.messages.view.get();
  const newest = [...stored.messages.keys()].at(-1);
  const shown = items.findLast((item) => item.seq !== null && item.kind !== 'tip');
  if (newest !== undefined) {
    // Behind a gap of what a small window left out, which is drawn and fetched when somebody looks.
    const isInGap = gaps.some(({ fromSeq, toSeq }) => fromSeq <= newest && newest <= toSeq);
    check(
      shown?.seq === newest || isInGap,
      'I6',
      () => `${where}: ends at seq ${shown?.seq}, the log at message ${newest}`,
    );
  }
  checkFinalItems(where, conversation.messages, stored);
}

function checkFinalItems(where: string, timeline: Timeline, stored: StoredConversation): void {
  for (const item of timeline.view.get().items) {
    const expected = item.seq === null ? undefined : stored.messages.get(item.seq);
    if (expected !== undefined) checkFinalItem(where, item, expected);
  }
}

function checkFinalItem(where: string, item: Message, expected: ExpectedMessage): void {
  const at = `${where}, seq ${item.seq}`;
  check(
    (item.kind === 'recalled') === expected.isRecalled,
    'I10',
    () => `${at}: shown as ${item.kind}, recalled: ${expected.isRecalled}`,
  );
  if (item.kind !== 'text') return;
  check(
    item.text === expected.text,
    'I10',
    () => `${at}: shows "${item.text}", the log ends with "${expected.text}"`,
  );
  const reactions = item.reactions.reduce((count, reaction) => count + reaction.users.length, 0);
  check(
    reactions === expected.reactions.size,
    'I10',
    () => `${at}: shows ${reactions} of ${expected.reactions.size} reactions`,
  );
}

/** What the log holds of a conversation that `user` calls by its public id: a number, or "@peer". */
export function findStored(id: string, user: string, log: StoredLog): StoredConversation | undefined {
  const peer = id.startsWith('@') ? numberOf(id.slice(1), log) : undefined;
  const viewer = numberOf(user, log);
  for (const [number, stored] of log.conversations) {
    if (String(number) === id) return stored;
    if (peer === undefined || viewer === undefined || stored.row.kind !== 'direct') continue;
    if (stored.members.has(peer) && stored.members.has(viewer)) return stored;
  }
  return undefined;
}
