import type { Clock, ConversationId, Seq, Timer } from '@skein/model';
import type { UpFrameInit, UptoInit } from '@skein/protocol';
import type { Model } from '../model/model.ts';
import { laterRead } from '../model/unread.ts';
import type { ReadPosition } from '../ports/cache-store.ts';

/** Scrolling past ten messages is one marker. */
const DEBOUNCE_MS = 300;

export interface ReadMarksDeps {
  readonly clock: Clock;
  readonly model: Model;
  readonly send: (frame: UpFrameInit) => void;
}

/** Own read positions: counted here at once, told when it can be, merged with the next sync otherwise (rules RM4, RM5). */
export class ReadMarks {
  readonly #deps: ReadMarksDeps;
  readonly #untold = new Set<ConversationId>();
  #timer: Timer | null = null;

  constructor(deps: ReadMarksDeps) {
    this.#deps = deps;
  }

  /** [RM4] Moves the marker forward; what is at or before it changes nothing. */
  mark(conversation: ConversationId, at: ReadPosition): void {
    const row = this.#deps.model.conversation(conversation);
    if (row === undefined || row.role === 0) return;
    if (at.seq <= Math.max(row.localRead.seq, row.read.seq)) return;
    this.#deps.model.put({ ...row, localRead: laterRead(row.localRead, at) });
    this.#untold.add(conversation);
    this.#timer ??= this.#deps.clock.setTimer(DEBOUNCE_MS, () => this.tell());
  }

  /** [RM5] What the server has not confirmed goes along with the next sync. */
  unconfirmed(): readonly UptoInit[] {
    const ahead: { conversation: ConversationId; seq: Seq }[] = [];
    for (const { number, role, localRead, read } of this.#deps.model.conversations()) {
      if (role !== 0 && localRead.seq > read.seq) ahead.push({ conversation: number, seq: localRead.seq });
    }
    return ahead;
  }

  /** Leaves now; without a connection it is dropped, and told by the next sync. */
  tell(): void {
    this.#timer?.cancel();
    this.#timer = null;
    for (const conversation of this.#untold) {
      const row = this.#deps.model.conversation(conversation);
      if (row === undefined || row.localRead.seq <= row.read.seq) continue;
      this.#deps.send({ case: 'read', value: { conversation, seq: row.localRead.seq } });
    }
    this.#untold.clear();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
