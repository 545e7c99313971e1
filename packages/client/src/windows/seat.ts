import type { Clock, Random } from '@skein/model';
import type { SkeinError } from '../api/skein-error.ts';
import type { Engine } from '../engine/engine.ts';
import type { IndexedDbCache, openUserDatabase } from '../platform/indexeddb-cache.ts';
import { FollowingWindow } from './following-window.ts';
import { LeadingWindow } from './leading-window.ts';
import { SharedOutbox } from './shared-outbox.ts';

/** How windows reach each other: of a BroadcastChannel. */
export type WindowChannel = Pick<BroadcastChannel, 'onmessage' | 'postMessage' | 'close'>;

/** What is loaded already, and is handed over: importing it from here would cut the page's one file in two. */
export interface WindowKit {
  readonly SkeinError: typeof SkeinError;
  readonly IndexedDbCache: typeof IndexedDbCache;
  readonly openUserDatabase: typeof openUserDatabase;
}

/** Where a window stands: whose, and among which others. */
export interface WindowPlace extends WindowKit {
  /** Of the lock, the channel and the database. */
  readonly name: string;
  readonly engine: Engine;
  readonly channel: WindowChannel;
  readonly clock: Clock;
  readonly random: Random;
  /** Takes the lead: when it becomes free, or by force. */
  readonly take: (how: LockOptions) => Promise<boolean>;
}

/**
 * One window's part among several (rules WN1–WN6). It changes when the leader goes away or does not answer:
 *
 *   ┌───────────┐  the lock is free, or the leader is silent   ┌─────────┐
 *   │ following │ ───────────────────────────────────────────▶ │ leading │
 *   └───────────┘ ◀─────────────────────────────────────────── └─────────┘
 *                    another window took the store or the lock
 */
export class Seat {
  readonly #place: WindowPlace;
  readonly #shared: SharedOutbox;
  #leading: LeadingWindow | null = null;
  #following: FollowingWindow | null = null;

  constructor(place: WindowPlace) {
    this.#place = place;
    this.#shared = new SharedOutbox(place);
  }

  /** There is somebody to lead. */
  lead(): void {
    if (this.#leading !== null || this.#following !== null) return;
    this.#leading = new LeadingWindow(this.#place, this.#shared);
  }

  /** Somebody else leads. */
  async follow(): Promise<void> {
    if (this.#following !== null) return;
    const unstored = this.#leading?.stop() ?? [];
    this.#leading = null;
    const following = new FollowingWindow(this.#place, this.#shared, () => this.#tookOver());
    this.#following = following;
    await following.start(unstored);
  }

  leave(): void {
    this.#leading?.stop();
    this.#following?.stop();
    this.#shared.close();
  }

  #tookOver(): void {
    this.#following = null;
    this.#leading = new LeadingWindow(this.#place, this.#shared);
  }
}
