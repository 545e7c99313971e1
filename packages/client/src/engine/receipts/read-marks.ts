import { type Clock, type ConversationId, conversationId, type Seq, type Timer } from '@skein/model';
import type { UpFrameInit, UptoInit } from '@skein/protocol';
import type { Model } from '../model/model.ts';
import { laterRead } from '../model/unread.ts';
import type { ReadPosition } from '../ports/cache-store.ts';

/** Scrolling past ten messages is one marker. */
const DEBOUNCE_MS = 300;
/** What is not confirmed by then may not have been stored: told again, ever less often. */
const RETELL_FIRST_MS = 20_000;
const RETELL_MAX_MS = 320_000;

export interface ReadMarksDeps {
  readonly clock: Clock;
  readonly model: Model;
  readonly send: (frame: UpFrameInit) => void;
  readonly isOnline: () => boolean;
}

/** Own read positions: counted here at once, told when it can be, merged with the next sync otherwise (rules RM4, RM5). */
export class ReadMarks {
  readonly #deps: ReadMarksDeps;
  readonly #unconfirmed = new Set<ConversationId>();
  #timer: Timer | null = null;
  #retellMs = RETELL_FIRST_MS;
  #isSoon = false;

  constructor(deps: ReadMarksDeps) {
    this.#deps = deps;
  }

  /** [RM4] Moves the marker forward; what is at or before it changes nothing. */
  mark(conversation: ConversationId, at: ReadPosition): void {
    const row = this.#deps.model.conversation(conversation);
    if (row === undefined || row.role === 0) return;
    if (at.seq <= Math.max(row.localRead.seq, row.read.seq)) return;
    this.#deps.model.put({ ...row, localRead: laterRead(row.localRead, at) });
    this.#unconfirmed.add(conversation);
    if (this.#isSoon || !this.#deps.isOnline()) return;
    this.#isSoon = true;
    this.#retellMs = RETELL_FIRST_MS;
    this.#tellIn(DEBOUNCE_MS);
  }

  /** [RM5] What the server has not confirmed goes along with the next sync. */
  unconfirmed(): readonly UptoInit[] {
    const ahead: { conversation: ConversationId; seq: Seq }[] = [];
    for (const { number, role, localRead, read } of this.#deps.model.conversations()) {
      if (role !== 0 && localRead.seq > read.seq) ahead.push({ conversation: number, seq: localRead.seq });
    }
    return ahead;
  }

  /** The sync took them along; a server that could not store them then is told again. */
  connected(): void {
    for (const { conversation } of this.unconfirmed())
      this.#unconfirmed.add(conversationId(conversation ?? 0));
    this.#retellMs = RETELL_FIRST_MS;
    if (this.#unconfirmed.size > 0) this.#tellIn(this.#retellMs);
  }

  /** Leaves now, and again until the server has confirmed it: there is no answer that says no. */
  tell(): void {
    this.stop();
    for (const conversation of this.#unconfirmed) {
      const row = this.#deps.model.conversation(conversation);
      if (row === undefined || row.role === 0 || row.localRead.seq <= row.read.seq) {
        this.#unconfirmed.delete(conversation);
      } else {
        this.#deps.send({ case: 'read', value: { conversation, seq: row.localRead.seq } });
      }
    }
    if (this.#unconfirmed.size === 0 || !this.#deps.isOnline()) return;
    this.#tellIn(this.#retellMs);
    this.#retellMs = Math.min(this.#retellMs * 2, RETELL_MAX_MS);
  }

  /** Without a connection nothing is told; the next sync takes it along. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#isSoon = false;
  }

  #tellIn(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#deps.clock.setTimer(delayMs, () => this.tell());
  }
}
