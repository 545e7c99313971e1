/**
 * [SS7] Notices a reader that takes nothing. What waits for it grows and never shrinks; one smaller reading, or an
 * acknowledgement of something pushed, shows that it reads.
 */
export class StallWatch {
  #queuedBytes = 0;
  #unacknowledged = 0;
  #sinceMs = 0;

  /** Looks once per sweep; true when nothing was taken for `stalledMs`. */
  isStalled(now: { queuedBytes: number; unacknowledged: number; nowMs: number }, stalledMs: number): boolean {
    const hasTaken = now.queuedBytes < this.#queuedBytes || now.unacknowledged < this.#unacknowledged;
    if (now.queuedBytes === 0 || this.#queuedBytes === 0 || hasTaken) this.#sinceMs = now.nowMs;
    this.#queuedBytes = now.queuedBytes;
    this.#unacknowledged = now.unacknowledged;
    return now.queuedBytes > 0 && now.nowMs - this.#sinceMs >= stalledMs;
  }
}
