import { ENTRY_KIND, type UserNumber } from '@skein/model';
import { ConversationKind } from '@skein/protocol';
import type { ConversationInfo } from '../api/conversation.ts';
import type { Attribute, Message, User } from '../api/message.ts';
import type { Engine } from '../engine/engine.ts';
import { roleOf } from '../engine/fold/fold-message.ts';
import { unreadOf } from '../engine/model/unread.ts';
import type { ConversationRow, OutboxRow } from '../engine/ports/cache-store.ts';

const NO_ATTRIBUTES: readonly Attribute[] = [];

/** The line of a conversation in a list, computed from its row. */
export class ConversationInfoView {
  readonly #engine: Engine;
  readonly #id: string;
  /** What the newest message was made from: the same again is the same message. */
  #lastOf: readonly unknown[] = [];
  #last: Message | null = null;
  #at: Date | null = null;

  constructor(engine: Engine, id: string) {
    this.#engine = engine;
    this.#id = id;
  }

  compute(row: ConversationRow | undefined): ConversationInfo {
    const isDirect = row === undefined ? this.#id.startsWith('@') : row.kind === ConversationKind.direct;
    const peer = isDirect ? this.#peer(row) : null;
    const marker = row?.markers.find(({ user }) => user === row.peer);
    return {
      id: this.#id,
      kind: isDirect ? 'direct' : 'group',
      exists: row !== undefined,
      title: peer?.name ?? row?.title ?? '',
      peer,
      role: roleOf(row?.role ?? 0),
      memberCount: row?.memberCount ?? 0,
      isOpen: row?.isOpen ?? false,
      attributes: row?.attributes ?? NO_ATTRIBUTES,
      unread: row === undefined ? 0 : unreadOf(row),
      last: this.#newest(row),
      at: this.#newestAt(row?.headTimeMs ?? 0),
      peerDelivered: marker?.delivered ?? 0,
      peerRead: marker?.read ?? 0,
    };
  }

  #peer(row: ConversationRow | undefined): User {
    const { model } = this.#engine.parts;
    const number: UserNumber | null = row?.peer ?? model.numberOf(this.#id.slice(1));
    if (number !== null) return model.user(number);
    return { id: this.#id.slice(1), name: this.#id.slice(1) };
  }

  #newestAt(timeMs: number): Date | null {
    if (timeMs === 0) return null;
    if (this.#at?.getTime() !== timeMs) this.#at = new Date(timeMs);
    return this.#at;
  }

  #newest(row: ConversationRow | undefined): Message | null {
    const { outbox, logs, model } = this.#engine.parts;
    const preview = row?.preview ?? null;
    const seq = preview?.entry.seq ?? 0;
    // [TL7] What was refused is passed by what is stored after it.
    const isNewest = ({ kind, refusal, afterSeq }: OutboxRow): boolean =>
      kind === ENTRY_KIND.message && (refusal === '' || seq <= afterSeq);
    const unsent = outbox.rowsTo(this.#id).findLast(isNewest) ?? null;
    const of = [
      preview,
      unsent,
      preview === null ? null : model.user(preview.entry.sender),
      unsent !== null && outbox.isOnWire(unsent),
      row?.markers,
    ];
    if (of.every((value, at) => value === this.#lastOf[at])) return this.#last;
    this.#lastOf = of;
    if (unsent !== null) this.#last = logs.foldUnsent(this.#id, unsent);
    else if (row !== undefined && preview !== null) {
      this.#last = logs.foldEntry(row, preview.entry, preview.amendments);
    } else this.#last = null;
    return this.#last;
  }
}
