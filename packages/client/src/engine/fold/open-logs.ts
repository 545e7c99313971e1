import { type ConversationId, type Seq, seq } from '@skein/model';
import type { Message, Receipts } from '../../api/message.ts';
import type { CacheWriter } from '../cache/cache-writer.ts';
import type { Model } from '../model/model.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { CacheStore, ConversationRow, EntryRow, OutboxRow, SeqRange } from '../ports/cache-store.ts';
import type { LogSink } from '../ports/log-sink.ts';
import type { People } from '../sync/people.ts';
import { containsSeq, missingIn } from '../sync/range-set.ts';
import { ConversationLog, type Folded } from './conversation-log.ts';
import { clientIdOf, type FoldContext, foldMessage, foldUnsent } from './fold-message.ts';

/** Positions of changes that have no place in the log yet: after everything that has one. */
const UNSENT_SEQ = seq(Number.MAX_SAFE_INTEGER);

export interface OpenLogsDeps {
  readonly model: Model;
  readonly writer: CacheWriter;
  readonly log: LogSink;
  readonly outbox: () => Outbox;
  readonly people: People;
}

/** The logs that somebody looks at: loaded from the store in ranges, kept up to date, folded into messages. */
export class OpenLogs {
  readonly #deps: OpenLogsDeps;
  readonly #logs = new Map<ConversationId, ConversationLog>();
  readonly #clientIds = new Map<ConversationId, Map<Seq, string>>();
  #store: CacheStore | null = null;

  constructor(deps: OpenLogsDeps) {
    this.#deps = deps;
  }

  attach(store: CacheStore): void {
    this.#store = store;
  }

  get(conversation: ConversationId): ConversationLog | undefined {
    return this.#logs.get(conversation);
  }

  open(conversation: ConversationId): ConversationLog {
    const known = this.#logs.get(conversation);
    if (known !== undefined) return known;
    const log = new ConversationLog();
    this.#logs.set(conversation, log);
    return log;
  }

  close(conversation: ConversationId): void {
    this.#logs.delete(conversation);
  }

  clear(): void {
    this.#logs.clear();
    this.#clientIds.clear();
  }

  refoldAll(): void {
    for (const log of this.#logs.values()) log.invalidateAll();
  }

  /** Ticks follow from markers and the number of members: own messages between the old and the new positions change. */
  rowChanged(before: ConversationRow, after: ConversationRow): void {
    const log = this.#logs.get(after.number);
    if (log === undefined) return;
    const me = this.#deps.model.me.number;
    if (before.memberCount !== after.memberCount) log.invalidateOwn(me, seq(0), after.head);
    if (before.markers === after.markers) return;
    for (const marker of after.markers) {
      const old = before.markers.find(({ user }) => user === marker.user);
      if (old !== marker)
        log.invalidateOwn(me, seq(Math.min(old?.read ?? 0, old?.delivered ?? 0)), marker.delivered);
    }
  }

  /** [TL6] An own message keeps its row on the screen when it gets its place in the log. */
  sent(row: OutboxRow, entry: EntryRow): void {
    const clientIds = this.#clientIds.get(entry.conversation) ?? new Map<Seq, string>();
    this.#clientIds.set(entry.conversation, clientIds.set(entry.seq, clientIdOf(row.order)));
    this.#logs.get(entry.conversation)?.invalidate(entry.seq);
  }

  /** An unsent change of a message appeared, moved or went. */
  changed(row: OutboxRow): void {
    if (row.target !== 0) this.#logs.get(row.conversation)?.invalidate(row.target);
  }

  /**
   * Brings what the device has of a range into memory. What it claims to have and has not (a damaged store) becomes a hole
   * again, and is fetched again.
   */
  async load(conversation: ConversationId, range: SeqRange): Promise<void> {
    const log = this.open(conversation);
    const store = this.#store;
    if (store === null) return;
    for (const part of missingIn(log.loaded, range)) {
      await this.#deps.writer.flush().catch(() => undefined);
      const entries = await store.readEntries(conversation, part);
      const amendments = await store.readAmendments(conversation, part);
      // Closed and opened again meanwhile: the newer one loads for itself.
      if (this.#logs.get(conversation) !== log) return;
      this.#deps.model.together(() => {
        for (const entry of [...entries, ...amendments]) log.add(entry);
        log.markLoaded(part);
        this.#verify(conversation, log, part);
      });
    }
  }

  fold(row: ConversationRow, at: Seq): Message {
    const log = this.open(row.number);
    return log.message(at, (folded) => this.#fold(row, folded));
  }

  /** A message that is not, or need not be, in memory. */
  foldEntry(row: ConversationRow, entry: EntryRow, amendments: readonly EntryRow[] = []): Message {
    return this.#fold(row, { entry, amendments, recalledText: null });
  }

  foldUnsent(to: string, row: OutboxRow): Message {
    return foldUnsent(row, this.#deps.outbox().isOnWire(row), this.#context(to, null));
  }

  #fold(row: ConversationRow, folded: Folded): Message {
    const to = this.#deps.model.publicIdOf(row);
    const unsent = this.#unsentChanges(to, folded.entry.seq);
    const amendments = unsent.length === 0 ? folded.amendments : [...folded.amendments, ...unsent];
    return foldMessage({ ...folded, amendments }, this.#context(to, row));
  }

  /** [TL5] Own edits, recalls and reactions show at once; a refusal takes them off again. */
  #unsentChanges(to: string, target: Seq): readonly EntryRow[] {
    const rows = this.#deps.outbox().rowsTo(to);
    if (rows.length === 0) return [];
    const { number: sender, device } = this.#deps.model.me;
    return rows
      .filter((row) => row.target === target)
      .map((row) => ({
        conversation: row.conversation,
        seq: UNSENT_SEQ,
        ordinal: 0,
        kind: row.kind,
        sender,
        timeMs: row.createdAtMs,
        target,
        body: row.body,
        device,
        counter: row.counter,
      }));
  }

  #context(conversationId: string, row: ConversationRow | null): FoldContext {
    const { model } = this.#deps;
    return {
      me: model.me.number,
      conversationId,
      user: (number) => {
        if (!model.isKnown(number)) this.#deps.people.want(number);
        return model.user(number);
      },
      receipts: (at) => receiptsAt(row, at),
      clientId: (at) => (row === null ? null : (this.#clientIds.get(row.number)?.get(at) ?? null)),
    };
  }

  #verify(conversation: ConversationId, log: ConversationLog, range: SeqRange): void {
    const { model } = this.#deps;
    const row = model.conversation(conversation);
    if (row === undefined) return;
    const lost: Seq[] = [];
    for (let at: number = range.from; at <= range.to; at++) {
      if (containsSeq(row.held, seq(at)) && log.get(seq(at)) === undefined) lost.push(seq(at));
    }
    if (lost.length === 0) return;
    this.#deps.log('error', 'the store of this device has lost entries', {
      conversation,
      count: lost.length,
    });
    const held = lost.reduce(
      (set, at) => set.flatMap((part) => missingIn([{ from: at, to: at }], part)),
      row.held,
    );
    model.put({ ...row, held });
  }
}

function receiptsAt(row: ConversationRow | null, at: Seq): Receipts {
  const markers = row?.markers ?? [];
  return {
    delivered: markers.filter(({ delivered }) => delivered >= at).length,
    read: markers.filter(({ read }) => read >= at).length,
    of: Math.max(0, (row?.memberCount ?? 1) - 1),
  };
}
