import type { Clock, ConversationId, Seq, Timer } from '@skein/model';
import type { UpFrameInit } from '@skein/protocol';

/** Acks wait this long for company: far below the server's 15 seconds, and one frame for a whole burst. */
const COALESCE_MS = 200;
/** Positions in one frame; a first sync of ten thousand conversations needs several. */
const POSITIONS_MAX = 1_000;

export interface ReceiptBookDeps {
  readonly clock: Clock;
  /** Resolves when what was received survives a crash, or can't be kept at all. */
  readonly stored: () => Promise<void>;
  readonly send: (frame: UpFrameInit) => void;
}

/**
 * Tells the server what arrived: the number of pushes, which proves that somebody is there, and per conversation the newest
 * entry held without a gap. Only after the store has it (rules RM2, RM3).
 */
export class ReceiptBook {
  readonly #deps: ReceiptBookDeps;
  readonly #delivered = new Map<ConversationId, Seq>();
  #pushes = 0;
  #toldPushes = 0;
  #timer: Timer | null = null;
  #connection = 0;

  constructor(deps: ReceiptBookDeps) {
    this.#deps = deps;
  }

  pushed(): void {
    this.#pushes++;
    this.#soon();
  }

  delivered(conversation: ConversationId, upTo: Seq): void {
    this.#delivered.set(conversation, upTo);
    this.#soon();
  }

  /** Counts start again with every connection. */
  reset(): void {
    this.#connection++;
    this.#timer?.cancel();
    this.#timer = null;
    this.#pushes = 0;
    this.#toldPushes = 0;
    this.#delivered.clear();
  }

  #soon(): void {
    this.#timer ??= this.#deps.clock.setTimer(COALESCE_MS, () => void this.#tell(this.#connection));
  }

  async #tell(connection: number): Promise<void> {
    const pushes = this.#pushes;
    const delivered = [...this.#delivered].map(([conversation, at]) => ({ conversation, seq: at }));
    this.#delivered.clear();
    await this.#deps.stored();
    if (connection !== this.#connection) return;
    this.#timer = null;
    for (let at = 0; at < delivered.length || (at === 0 && pushes > this.#toldPushes); at += POSITIONS_MAX) {
      const part = delivered.slice(at, at + POSITIONS_MAX);
      this.#deps.send({ case: 'received', value: { pushes, delivered: part } });
      this.#toldPushes = pushes;
    }
    if (this.#pushes > pushes || this.#delivered.size > 0) this.#soon();
  }
}
