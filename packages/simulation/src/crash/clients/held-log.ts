import { ENTRY_KIND } from '@skein/model';
import type { Told } from '@skein/protocol';
import type { SeenEntry } from '../history/facts.ts';
import type { History } from '../history/history.ts';

export type Arrived = Pick<SeenEntry, 'seq' | 'id' | 'kind' | 'target'>;

/**
 * What one device holds of one conversation. Entries arrive in any order and more than once; the screen shows each once and in the
 * order of seq, so what lies beyond a hole waits until the hole is filled.
 */
export class HeldLog {
  /** The newest seq on the screen; all before it is there too. */
  shown = 0;
  head = 0;
  told: Told = { seq: 0, timeMs: 0, ordinal: 0 };
  isMember = true;
  /** The user's own read marker, as far as the server has confirmed it, and as far as this device moved it. */
  read = 0;
  wantedRead = 0;
  isAsking = false;
  /** Messages that were shown and may still be edited, newest last: what the load picks from. */
  readonly ownMessages: number[] = [];
  readonly #device: string;
  readonly #conversation: number;
  readonly #history: History;
  readonly #waiting = new Map<number, Arrived>();

  constructor(device: string, conversation: number, history: History) {
    this.#device = device;
    this.#conversation = conversation;
    this.#history = history;
  }

  get hasHole(): boolean {
    return this.shown < this.head;
  }

  learnHead(seq: number): void {
    this.head = Math.max(this.head, seq);
  }

  take(entry: Arrived): void {
    this.learnHead(entry.seq);
    if (entry.seq <= this.shown || this.#waiting.has(entry.seq)) {
      this.#history.add(this.#fact('repeated', entry));
      return;
    }
    this.#waiting.set(entry.seq, { ...entry, kind: entry.kind === 0 ? ENTRY_KIND.message : entry.kind });
    for (let next = this.#waiting.get(this.shown + 1); next !== undefined; ) {
      this.#waiting.delete(next.seq);
      this.shown = next.seq;
      this.#history.add(this.#fact('seen', next));
      next = this.#waiting.get(this.shown + 1);
    }
  }

  #fact<Name extends 'seen' | 'repeated'>(fact: Name, { seq, id, kind, target }: Arrived) {
    const place = { device: this.#device, conversation: this.#conversation };
    return { fact, ...place, seq, id, kind: kind === 0 ? ENTRY_KIND.message : kind, target } as const;
  }
}
