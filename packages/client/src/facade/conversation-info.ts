import { ENTRY_KIND, type UserNumber } from '@skein/model';
import { ConversationKind } from '@skein/protocol';
import type { ConversationInfo } from '../api/conversation.ts';
import type { Attribute, Message, User } from '../api/message.ts';
import type { Engine } from '../engine/engine.ts';
import { roleOf } from '../engine/fold/fold-message.ts';
import { unreadOf } from '../engine/model/unread.ts';
import type { ConversationRow, OutboxRow, PreviewRow } from '../engine/ports/cache-store.ts';

const NO_ATTRIBUTES: readonly Attribute[] = [];

/** What the newest message was made from: the same again is the same message. */
interface LastOf {
  readonly preview: PreviewRow | null;
  readonly unsent: OutboxRow | null;
  readonly sender: User | null;
  readonly isOnWire: boolean;
  readonly markers: unknown;
}

/** The line of a conversation in a list, computed from its row. */
export class ConversationInfoView {
  readonly #engine: Engine;
  readonly #id: string;
  #lastOf: LastOf | null = null;
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
    const isNewest = (unsent: OutboxRow): boolean =>
      unsent.kind === ENTRY_KIND.message && !isPassed(unsent, preview);
    const unsent = outbox.rowsTo(this.#id).findLast(isNewest) ?? null;
    const of: LastOf = {
      preview,
      unsent,
      sender: preview === null ? null : model.user(preview.entry.sender),
      isOnWire: unsent !== null && outbox.isOnWire(unsent),
      markers: row?.markers,
    };
    if (this.#lastOf !== null && isSameLast(this.#lastOf, of)) return this.#last;
    this.#lastOf = of;
    if (unsent !== null) this.#last = logs.foldUnsent(this.#id, unsent);
    else if (row !== undefined && preview !== null) {
      this.#last = logs.foldEntry(row, preview.entry, preview.amendments);
    } else this.#last = null;
    return this.#last;
  }
}

/** [TL7] It was refused, and something was stored since. */
function isPassed({ refusal, afterSeq, createdAtMs }: OutboxRow, preview: PreviewRow | null): boolean {
  if (refusal === '' || preview === null) return false;
  // What never had a counter has no place in the log: the clocks of two machines must do.
  return afterSeq > 0 ? preview.entry.seq > afterSeq : preview.entry.timeMs > createdAtMs;
}

function isSameLast(a: LastOf, b: LastOf): boolean {
  return (
    a.preview === b.preview &&
    a.unsent === b.unsent &&
    a.sender === b.sender &&
    a.isOnWire === b.isOnWire &&
    a.markers === b.markers
  );
}
