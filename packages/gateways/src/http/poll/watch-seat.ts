import type { Delivery } from '@skein/core';
import type { DownFrameInit, SyncInit, SyncResultInit } from '@skein/protocol';
import { type Outcome, Seat } from '../seat/seat.ts';

/** Takes the parts of an answer, and says how much of them has not left yet. */
export interface Sink {
  readonly queuedBytes: number;
  take(part: SyncResultInit): void;
}

/** Nothing is pushed to whoever is not asking; the core keeps a bit per conversation instead. */
const NO_ROOM = Number.MAX_SAFE_INTEGER;

/**
 * A seat that polls wait on. It says *that* something changed; *what* changed is always asked for with the poll's own
 * cursor, so an answer is exact whatever was pushed in between (rule HT11).
 */
export class WatchSeat extends Seat {
  #newsCount = 0;
  #pushes = 0;
  #pollCount = 0;
  #looks = 0;
  // The polls that are being answered, the oldest first.
  readonly #sinks: Sink[] = [];
  readonly #waiting = new Set<() => void>();

  /** A poll begins: its client is there, so what was pushed for the ones before has arrived. */
  begin(): void {
    this.#pollCount++;
    this.received(this.#pushes, []);
  }

  finish(): void {
    this.#pollCount--;
  }

  /** Polls that are being answered. */
  get pollCount(): number {
    return this.#pollCount;
  }

  /** How much has happened so far; see `newsAfter`. */
  get newsCount(): number {
    return this.#newsCount;
  }

  /** Gives what changed since a cursor to a sink, as fast as it takes it. */
  async syncTo(sync: SyncInit, sink: Sink): Promise<Outcome<true>> {
    this.#sinks.push(sink);
    const outcome = await this.sync(sync, (part) => sink.take(part));
    this.#sinks.splice(this.#sinks.indexOf(sink), 1);
    return outcome;
  }

  /** Calls once when something has happened after that count, at once where it did already. The answer takes it back. */
  newsAfter(count: number, tell: () => void): () => void {
    if (this.#newsCount > count || !this.isOpen) tell();
    else this.#waiting.add(tell);
    return () => this.#waiting.delete(tell);
  }

  protected override pushed(_delivery: Delivery): void {
    this.#pushes++;
    this.#tell();
  }

  protected override heard(frame: DownFrameInit): void {
    if (frame.case === 'typing' || frame.case === 'pong') return;
    // Others' markers move whenever somebody reads something; they come along with the next change.
    if (frame.case === 'marker' && frame.value.mine === undefined) return;
    this.#tell();
  }

  protected override ended(): void {
    this.#tell();
  }

  protected override queuedBytes(): number {
    const [sink] = this.#sinks;
    if (sink !== undefined) return sink.queuedBytes;
    if (this.#pollCount > 0) return 0;
    // A little less each time: a reader between two polls has not stalled.
    return NO_ROOM - ++this.#looks;
  }

  #tell(): void {
    this.#newsCount++;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const tell of waiting) tell();
  }
}
