/**
 * [DL4] The 15-second rule: every pushed entry is a ping and its acknowledgement the pong.
 *
 * One checkpoint instead of a time per push: "when this many had been pushed, at this moment". It moves on when the
 * acknowledgements reach it, so two numbers find a peer that stopped answering, however many entries are on their way.
 */
export class Liveness {
  #pushed = 0;
  #acknowledged = 0;
  // 0: everything pushed was acknowledged.
  #checkpoint = 0;
  #checkpointAtMs = 0;

  get unacknowledged(): number {
    return this.#pushed - this.#acknowledged;
  }

  notePush(nowMs: number): void {
    this.#pushed++;
    if (this.#checkpoint !== 0) return;
    this.#checkpoint = this.#pushed;
    this.#checkpointAtMs = nowMs;
  }

  /** Takes a cumulative count and answers how many that newly acknowledges; a count beyond what was pushed counts as all. */
  noteReceived(pushes: number, nowMs: number): number {
    const acknowledged = Math.min(pushes, this.#pushed);
    const fresh = acknowledged - this.#acknowledged;
    if (fresh <= 0) return 0;
    this.#acknowledged = acknowledged;
    if (acknowledged >= this.#checkpoint) {
      this.#checkpoint = acknowledged < this.#pushed ? this.#pushed : 0;
      this.#checkpointAtMs = nowMs;
    }
    return fresh;
  }

  isOverdue(nowMs: number, timeoutMs: number): boolean {
    return this.#checkpoint !== 0 && nowMs - this.#checkpointAtMs >= timeoutMs;
  }
}
