import type { Clock, Random } from '@skein/model';
import { SkeinError } from '../api/skein-error.ts';
import type { Windows } from '../engine/ports/windows.ts';
import type { Seat, WindowChannel, WindowKit, WindowPlace } from '../windows/seat.ts';
import { IndexedDbCache, openUserDatabase } from './indexeddb-cache.ts';

/** The part of the browser's locks that is needed. */
export interface PageLocks {
  request(name: string, options: LockOptions, held: (lock: unknown) => Promise<unknown>): Promise<unknown>;
}

export interface PageWindowsOptions {
  /** Names the server, as in the database's name. */
  readonly scope: string;
  /** Missing where a page came over plain HTTP. */
  readonly locks: PageLocks | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly openChannel: (name: string) => WindowChannel;
}

const KIT: WindowKit = { SkeinError, IndexedDbCache, openUserDatabase };

/**
 * The windows of a browser profile. Who holds the lock leads. All else about them is loaded when there is a second window, so
 * that a page which is alone pays nothing for it. Without locks each window leads, and the last one to open has the store.
 */
export function pageWindows(options: PageWindowsOptions): Windows {
  let place: WindowPlace | null = null;
  let seat: Promise<Seat | null> | null = null;
  let release = (): void => {};
  let isOver = false;

  /** The first sight of another window brings the code for it. False when it could not be loaded. */
  async function sit(then: (seat: Seat) => unknown): Promise<boolean> {
    const here = place;
    if (here === null || isOver) return false;
    seat ??= import('../windows/seat.ts').then(
      ({ Seat }) => new Seat(here),
      () => null,
    );
    const made = await seat;
    if (made !== null && !isOver) await then(made);
    return made !== null;
  }

  const taken = (): void => void sit((made) => made.follow());

  /** True when it is granted; false at once when it is not, and was to be had only if available. */
  const take = (name: string, how: LockOptions): Promise<boolean> =>
    new Promise((resolve) => {
      options.locks
        ?.request(name, how, (lock) => {
          resolve(lock !== null);
          return new Promise<void>((end) => {
            if (lock === null || isOver) end();
            release = end;
          });
        })
        // Stolen.
        .catch(taken);
    });

  return {
    async join(engine, user, isTyped) {
      if (options.locks === undefined || isOver) return true;
      const name = `skein:${options.scope}:${user}`;
      const channel = options.openChannel(name);
      place = { ...KIT, ...options, name, engine, channel, take: (how) => take(name, how) };
      // [WN5] What was typed has to be checked, so whoever typed it leads.
      if (await place.take(isTyped ? { steal: true } : { ifAvailable: true })) {
        channel.onmessage = () => void sit((made) => made.lead());
        return true;
      }
      return !(await sit((made) => made.follow()));
    },
    taken,
    leave() {
      isOver = true;
      void seat?.then((made) => made?.leave());
      place?.channel.close();
      release();
    },
  };
}
