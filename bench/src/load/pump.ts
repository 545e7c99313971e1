import type { Latency } from './latency.ts';
import { LatencyRecorder } from './latency.ts';
import type { LineEvents, LineSet } from './line.ts';
import { NumberQueue } from './number-queue.ts';
import { sleep } from './sleep.ts';

/** What one run came to, as seen by the clients. */
export interface RunReport {
  readonly elapsedMs: number;
  /** Messages that were both acknowledged (where the server does) and delivered within the run. */
  readonly completed: number;
  /** From the intended time of the send to the sender's ack; null where there are no acks. */
  readonly ackLatency: Latency | null;
  /** From the intended time of the send to the receiver. */
  readonly deliveryLatency: Latency;
  /** Messages still under way when the run ended. */
  readonly unfinished: number;
}

interface LineState {
  sent: number;
  acked: number;
  delivered: number;
  /** Intended times of the sends that are not acked, and of those that are not delivered. */
  readonly ackWaits: NumberQueue;
  readonly deliveryWaits: NumberQueue;
}

// An overloaded server must show as latency, not as a load that sends everything it missed in one breath.
const CATCH_UP_PER_TICK_MAX = 10_000;
const DRAIN_MS = 5_000;

/**
 * Drives lines and measures them: closed loop (a fixed number under way per line: how fast can it go) or open loop (a
 * fixed rate whatever the server does: how long does one wait). In open loop the clock of a message starts when it
 * should have been sent, so a server that stalls can't make the load wait with it and so hide the stall.
 */
export class Pump implements LineEvents {
  #set: LineSet | null = null;
  #states: LineState[] = [];
  #inFlight = 0;
  #completed = 0;
  readonly #ackLatency = new LatencyRecorder();
  readonly #deliveryLatency = new LatencyRecorder();

  attach(set: LineSet): void {
    this.#set = set;
    this.#states = set.lines.map(() => ({
      sent: 0,
      acked: 0,
      delivered: 0,
      ackWaits: new NumberQueue(),
      deliveryWaits: new NumberQueue(),
    }));
  }

  acked(line: number, count: number): void {
    const state = this.#state(line);
    const before = this.#settled(state);
    state.acked += count;
    const now = performance.now();
    for (let i = 0; i < count; i++) this.#ackLatency.record(now - state.ackWaits.shift());
    this.#progress(line, state, before);
  }

  delivered(line: number, count: number): void {
    const state = this.#state(line);
    const before = this.#settled(state);
    state.delivered += count;
    const now = performance.now();
    for (let i = 0; i < count; i++) this.#deliveryLatency.record(now - state.deliveryWaits.shift());
    this.#progress(line, state, before);
  }

  /** Keeps `inFlight` messages under way on every line for `ms`. */
  async runClosed({ ms, inFlight }: { ms: number; inFlight: number }): Promise<RunReport> {
    this.#begin();
    this.#inFlight = inFlight;
    const startedAt = performance.now();
    for (const line of this.#states.keys()) this.#send(line, inFlight, startedAt);
    await sleep(ms);
    const report = this.#report(performance.now() - startedAt);
    this.#inFlight = 0;
    await this.#drain();
    return report;
  }

  /** Sends `perSecond` messages a second, spread evenly over the lines, for `ms`. */
  async runOpen({ ms, perSecond }: { ms: number; perSecond: number }): Promise<RunReport> {
    this.#begin();
    const lines = this.#states.length;
    const gapMs = 1_000 / perSecond;
    const startedAt = performance.now();
    for (let sent = 0; ; ) {
      const now = performance.now();
      if (now - startedAt >= ms) break;
      const due = Math.min(Math.floor((now - startedAt) / gapMs) + 1, sent + CATCH_UP_PER_TICK_MAX);
      for (; sent < due; sent++) this.#send(sent % lines, 1, startedAt + sent * gapMs);
      await sleep(0);
    }
    const elapsedMs = performance.now() - startedAt;
    const unfinished = this.#unfinished();
    await this.#drain(); // what is under way at the end waits longest and must be counted
    return { ...this.#report(elapsedMs), unfinished };
  }

  #begin(): void {
    this.#completed = 0;
    this.#ackLatency.take();
    this.#deliveryLatency.take();
  }

  #report(elapsedMs: number): RunReport {
    return {
      elapsedMs,
      completed: this.#completed,
      ackLatency: this.#set?.isAcked === true ? this.#ackLatency.take() : null,
      deliveryLatency: this.#deliveryLatency.take(),
      unfinished: this.#unfinished(),
    };
  }

  #send(line: number, count: number, intendedAtMs: number): void {
    const state = this.#state(line);
    state.sent += count;
    for (let i = 0; i < count; i++) {
      if (this.#set?.isAcked === true) state.ackWaits.push(intendedAtMs);
      state.deliveryWaits.push(intendedAtMs);
    }
    this.#set?.lines[line]?.send(count);
  }

  #progress(line: number, state: LineState, before: number): void {
    const settled = this.#settled(state);
    if (settled === before) return;
    this.#completed += settled - before;
    const free = this.#inFlight - (state.sent - settled);
    if (free > 0) this.#send(line, free, performance.now());
  }

  #settled(state: LineState): number {
    return this.#set?.isAcked === true ? Math.min(state.acked, state.delivered) : state.delivered;
  }

  #unfinished(): number {
    return this.#states.reduce((sum, state) => sum + state.sent - this.#settled(state), 0);
  }

  async #drain(): Promise<void> {
    for (let waitedMs = 0; this.#unfinished() > 0 && waitedMs < DRAIN_MS; waitedMs += 5) await sleep(5);
  }

  #state(line: number): LineState {
    const state = this.#states[line];
    if (state === undefined) throw new Error(`no line ${line}`);
    return state;
  }
}
