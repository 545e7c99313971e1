import type { Clock, Limits, Timer } from '@skein/model';
import type { Hub } from '../delivery/hub.ts';
import type { Presence } from '../presence/presence.ts';
import type { Wills } from '../transient/wills.ts';
import type { Connection } from './connection.ts';

export interface SweepDeps {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly hub: Hub;
  readonly presence: Presence;
  readonly wills: Wills;
  readonly onBug: (error: unknown) => void;
  readonly connections: Iterable<Connection>;
}

/** [SS4] The one timer behind every time-out: looks at all connections now and then, so that none needs a timer of its own. */
export class Sweep {
  readonly #deps: SweepDeps;
  #timer: Timer | null = null;

  constructor(deps: SweepDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { clock, limits } = this.#deps;
    this.#timer = clock.setTimer(limits.sweepIntervalMs, () => {
      this.start();
      this.#sweep();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #sweep(): void {
    const { clock, hub, presence, wills, onBug, connections } = this.#deps;
    const nowMs = clock.monotonicMs();
    const wallMs = clock.nowMs();
    for (const connection of connections) connection.sweep(nowMs, wallMs);
    hub.sweep(nowMs);
    wills.sweep(nowMs);
    presence.sweep(nowMs).catch(onBug);
  }
}
