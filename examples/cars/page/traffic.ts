import type { Place } from '../fleet.ts';

interface Seen {
  readonly place: Place;
  readonly atMs: number;
}

interface Track {
  readonly from: Seen;
  readonly to: Seen;
}

export interface Shown extends Place {
  readonly id: string;
  /** 1, and less for a car that was not heard of for a while. */
  readonly opacity: number;
}

/** Cars are shown where they were this long ago: by then it is known where they went. */
const BEHIND_MS = 1_100;
const FADES_AFTER_MS = 1_800;
const GONE_AFTER_MS = 3_000;
/** Farther than any car drives in a second: it was out of sight in between. */
const JUMP_M = 80;

/** Turns what is heard once a second into movement. No clock of its own: both methods are told what time it is. */
export class Traffic {
  readonly #tracks = new Map<string, Track>();

  moved(id: string, place: Place, atMs: number): void {
    const to = { place, atMs };
    const last = this.#tracks.get(id)?.to;
    const isNear = last !== undefined && Math.hypot(place.x - last.place.x, place.y - last.place.y) < JUMP_M;
    this.#tracks.set(id, { from: isNear ? last : to, to });
  }

  /** Where the cars are now, by interpolation; those that are gone are forgotten. */
  *shown(nowMs: number): Generator<Shown> {
    for (const [id, { from, to }] of this.#tracks) {
      const silentMs = nowMs - to.atMs;
      if (silentMs > GONE_AFTER_MS) {
        this.#tracks.delete(id);
        continue;
      }
      const spanMs = to.atMs - from.atMs;
      const share = spanMs === 0 ? 1 : Math.min(1, Math.max(0, (nowMs - BEHIND_MS - from.atMs) / spanMs));
      const opacity = 1 - Math.max(0, silentMs - FADES_AFTER_MS) / (GONE_AFTER_MS - FADES_AFTER_MS);
      yield { id, ...between(from.place, to.place, share), opacity };
    }
  }
}

export function between(from: Place, to: Place, share: number): Place {
  // The shorter way round.
  const turn = ((to.heading - from.heading + 540) % 360) - 180;
  return {
    x: from.x + (to.x - from.x) * share,
    y: from.y + (to.y - from.y) * share,
    heading: from.heading + turn * share,
  };
}
