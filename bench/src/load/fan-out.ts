import { type Latency, LatencyRecorder } from './latency.ts';
import { sleep } from './sleep.ts';

export interface FanOutReport {
  readonly elapsedMs: number;
  /** Messages that every receiver has. */
  readonly completed: number;
  /** From the send to each single receiver. */
  readonly deliveryLatency: Latency;
  /** Bytes that one receiver read for one message. */
  readonly bytesPerPush: number;
}

// A message of which one copy is lost must fail the run instead of blocking it for ever.
const STUCK_AFTER_MS = 30_000;

/** One sender, many receivers; the next message starts when all receivers have one of those under way. */
export class FanOut {
  readonly received: number[];
  readonly #sentAt: number[] = [];
  readonly #latency = new LatencyRecorder();
  #complete = 0;
  #pendingOfOldest = 0;
  #inFlight = 0;
  #bytes = 0;
  send: () => void = () => {};
  /** False while the group grows: its entries of who was invited are pushes too. */
  isCounting = false;

  constructor(receivers: number) {
    this.received = Array.from({ length: receivers }, () => 0);
  }

  delivered(receiver: number, count: number): void {
    if (!this.isCounting) return;
    const now = performance.now();
    const before = this.received[receiver] as number;
    for (let i = before; i < before + count; i++) this.#latency.record(now - (this.#sentAt[i] as number));
    this.received[receiver] = before + count;
    // Counting down one message at a time keeps this constant in the number of receivers.
    if (before <= this.#complete && before + count > this.#complete) this.#pendingOfOldest--;
    while (this.#pendingOfOldest === 0 && this.#complete < this.#sentAt.length) this.#completeOldest();
  }

  read(bytes: number): void {
    this.#bytes += bytes;
  }

  async runClosed({ ms, inFlight }: { ms: number; inFlight: number }): Promise<FanOutReport> {
    const startedAt = this.#begin();
    const completeBefore = this.#complete;
    this.#inFlight = inFlight;
    this.#fill();
    await sleep(ms);
    this.#inFlight = 0;
    await this.#drained();
    return this.#report(startedAt, completeBefore);
  }

  /** Sends at a fixed rate, whatever comes back; the clock of a message starts when it should have been sent. */
  async runOpen({ ms, perSecond }: { ms: number; perSecond: number }): Promise<FanOutReport> {
    const startedAt = this.#begin();
    const completeBefore = this.#complete;
    const gapMs = 1_000 / perSecond;
    for (let sent = 0; ; await sleep(0)) {
      const elapsedMs = performance.now() - startedAt;
      if (elapsedMs >= ms) break;
      for (; sent * gapMs <= elapsedMs; sent++) this.#sendOne(startedAt + sent * gapMs);
    }
    await this.#drained();
    return this.#report(startedAt, completeBefore);
  }

  #begin(): number {
    this.#latency.take();
    this.#bytes = 0;
    return performance.now();
  }

  #report(startedAt: number, completeBefore: number): FanOutReport {
    const completed = this.#complete - completeBefore;
    return {
      elapsedMs: performance.now() - startedAt,
      completed,
      deliveryLatency: this.#latency.take(),
      bytesPerPush: this.#bytes / completed / this.received.length,
    };
  }

  #completeOldest(): void {
    this.#complete++;
    this.#pendingOfOldest = this.received.filter((count) => count <= this.#complete).length;
    this.#fill();
  }

  #fill(): void {
    while (this.#sentAt.length - this.#complete < this.#inFlight) this.#sendOne(performance.now());
  }

  #sendOne(intendedAtMs: number): void {
    if (this.#complete === this.#sentAt.length) this.#pendingOfOldest = this.received.length;
    this.#sentAt.push(intendedAtMs);
    this.send();
  }

  async #drained(): Promise<void> {
    for (let waitedMs = 0; this.#complete < this.#sentAt.length; waitedMs += 5) {
      if (waitedMs > STUCK_AFTER_MS) throw new Error('a receiver did not get a message');
      await sleep(5);
    }
  }
}
