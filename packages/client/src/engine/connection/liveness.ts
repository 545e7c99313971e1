import type { Clock, Timer } from '@skein/model';
import type { HeartbeatPolicy } from './heartbeat-policy.ts';

export interface LivenessDeps {
  readonly clock: Clock;
  readonly policy: HeartbeatPolicy;
  readonly sendHeartbeat: () => void;
  readonly sendProbe: (id: number) => void;
  /** Nobody is there: the connection must be given up. */
  readonly dead: () => void;
}

/**
 * Finds out whether somebody is still there, for one connection: from the login receipt to its end, with one timer at a
 * time. A heartbeat is one byte and leaves only when nothing else was said; a probe asks at once because an answer is
 * overdue. Rules HB1–HB5.
 */
export class Liveness {
  readonly #deps: LivenessDeps;
  #intervalMs: number;
  #timer: Timer | null = null;
  #probeTimer: Timer | null = null;
  #sentAtMs = 0;
  #beatAtMs = 0;
  #receivedAtMs = 0;
  /** When the heartbeat left that nothing has answered yet. */
  #askedAtMs: number | null = null;
  #probeId = 0;
  #probedAtMs = 0;
  #rttMs: number | null = null;

  constructor(deps: LivenessDeps) {
    this.#deps = deps;
    this.#intervalMs = deps.policy.intervalMs;
  }

  /** Of the last heartbeat or probe; null before the first answer. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  /** [HB1] Begins with the login receipt. A server that asks for a shorter interval gets it. */
  start(serverIntervalMs: number): void {
    const { policy, clock } = this.#deps;
    if (serverIntervalMs > 0 && policy.isIdleOnly) {
      this.#intervalMs = Math.min(policy.intervalMs, serverIntervalMs);
    }
    this.#sentAtMs = clock.monotonicMs();
    this.#receivedAtMs = this.#sentAtMs;
    this.#beatAtMs = this.#sentAtMs;
    this.#arm(this.#intervalMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#probeTimer?.cancel();
    this.#timer = null;
    this.#probeTimer = null;
  }

  /** A frame of ours left. */
  sent(): void {
    this.#sentAtMs = this.#deps.clock.monotonicMs();
  }

  /** Any byte arrived: somebody is there. */
  received(): void {
    this.#receivedAtMs = this.#deps.clock.monotonicMs();
    if (this.#askedAtMs === null) return;
    this.#rttMs = this.#receivedAtMs - this.#askedAtMs;
    this.#askedAtMs = null;
  }

  /** [HB4] An answer is overdue: the server proves that it still works, or the connection is dead. */
  probe(): void {
    if (this.#probeTimer !== null || this.#timer === null) return;
    this.#probeId++;
    this.#probedAtMs = this.#deps.clock.monotonicMs();
    this.#probeTimer = this.#deps.clock.setTimer(this.#deps.policy.replyTimeoutMs, this.#deps.dead);
    this.#deps.sendProbe(this.#probeId);
  }

  probeAnswered(id: number): void {
    if (id !== this.#probeId) return;
    this.#probeTimer?.cancel();
    this.#probeTimer = null;
    this.#rttMs = this.#deps.clock.monotonicMs() - this.#probedAtMs;
  }

  /** [HB2] Silence in either direction counts: we must be heard, and we must know that the other side is there. */
  #idleSinceMs(): number {
    return Math.min(this.#sentAtMs, this.#receivedAtMs);
  }

  #arm(delayMs: number): void {
    this.#timer = this.#deps.clock.setTimer(delayMs, () => this.#look());
  }

  /** Traffic does not touch the timer: it only moves what the timer finds when it fires. */
  #look(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    // [HB3] Not a single byte since the heartbeat.
    if (nowMs >= this.#giveUpAtMs()) return this.#deps.dead();
    if (nowMs >= this.#dueAtMs()) {
      this.#askedAtMs ??= nowMs;
      this.#sentAtMs = nowMs;
      this.#beatAtMs = nowMs;
      this.#deps.sendHeartbeat();
    }
    this.#arm(Math.min(this.#dueAtMs(), this.#giveUpAtMs()) - nowMs);
  }

  #giveUpAtMs(): number {
    return this.#askedAtMs === null ? Infinity : this.#askedAtMs + this.#deps.policy.replyTimeoutMs;
  }

  /** [HB5] Counted from the last traffic, or in a fixed profile from the last heartbeat. */
  #dueAtMs(): number {
    if (!this.#deps.policy.isIdleOnly) return this.#beatAtMs + this.#intervalMs;
    return this.#askedAtMs === null ? this.#idleSinceMs() + this.#intervalMs : Infinity;
  }
}
