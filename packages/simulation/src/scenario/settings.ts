import { SCREEN_SIZES, type ScreenSizes } from '@skein/client/testing';
import { type Limits, withLimits } from '@skein/model';
import { type DiskTimes, SeededRandom } from '@skein/testkit';
import type { NetworkSettings } from '../world/network.ts';

/**
 * What people mostly do in a run. In a mixed crowd some mistakes hardly ever meet their moment: an edit of an old message
 * seen through a small window, or somebody who comes, goes, and is told a refusal.
 */
export const PROFILES = ['everyday', 'amending', 'moving'] as const;

export type Profile = (typeof PROFILES)[number];

/**
 * How much happens in a run. A short one meets most mistakes for a sixth of the time; a long one has room for what takes
 * many steps, and is what older seeds were pinned with.
 */
export const SPANS = ['short', 'long'] as const;

export type Span = (typeof SPANS)[number];

/** What a seed is run with, where it is not named: drawn from the seed too. */
export interface Kind {
  readonly profile: Profile;
  readonly span: Span;
}

// Of its own sequence: a seed with a named kind stays the same history.
const KIND_SALT = 0x9e37_79b9;
const LONG_SHARE = 1 / 32;

/** The kind of a seed for which none is named. */
export function kindOf(seed: number): Kind {
  const random = new SeededRandom((seed ^ KIND_SALT) >>> 0);
  return { profile: random.pick(PROFILES), span: random.chance(LONG_SHARE) ? 'long' : 'short' };
}

/** Everything about a run that its seed decides before the first step. */
export interface Settings extends Kind {
  readonly users: readonly string[];
  readonly devicesPerUserMax: number;
  readonly steps: number;
  /** How many things people do in a step: one of these. */
  readonly actsPerStep: readonly number[];
  readonly limits: Limits;
  readonly screen: ScreenSizes;
  readonly network: NetworkSettings;
  readonly disk: DiskTimes;
  /** Chance per step of each kind of accident. */
  readonly accidents: Accidents;
}

export interface Accidents {
  readonly serverDeath: number;
  readonly clientDeath: number;
  /** Chance that a device dies in the step in which it was refused something. */
  readonly deathAfterRefusal: number;
  readonly partition: number;
  readonly diskTrouble: number;
  readonly clockJump: number;
  /** Chance per step that what is down comes back. */
  readonly recovery: number;
}

const NAMES = ['ana', 'bo', 'cy', 'di'];

const TINY: ScreenSizes = { page: 2, around: 1, shown: 1, fetch: 2 };
const SMALL: ScreenSizes = { page: 6, around: 3, shown: 3, fetch: 5 };

/** In a short log a screen for people would show everything, and nothing would ever lie outside of it. */
const SCREENS: Readonly<Record<Profile, readonly ScreenSizes[]>> = {
  everyday: [SCREEN_SIZES, SMALL],
  amending: [TINY, SMALL],
  moving: [SCREEN_SIZES, SMALL],
};

/** A short run has its accidents in fewer steps, so that it has them at all. */
const STEPS: Readonly<Record<Span, Steps>> = {
  short: { from: 10, to: 40, acts: [1, 2, 3], accidents: 3, recovery: [0.15, 0.5] },
  long: { from: 60, to: 220, acts: [0, 1, 1, 3], accidents: 1, recovery: [0.05, 0.3] },
};

interface Steps {
  readonly from: number;
  readonly to: number;
  /** How many things people do in a step. */
  readonly acts: readonly number[];
  /** How many times as often as in a long run. */
  readonly accidents: number;
  readonly recovery: readonly number[];
}

/**
 * Draws a world. Tiny limits reach the edges, roomy ones leave the work to the normal path, so the limits are drawn too:
 * with a fixed one, whole classes of planted bugs go unseen.
 */
export function drawSettings(random: SeededRandom, { profile, span }: Kind): Settings {
  const { from, to, acts, accidents, recovery } = STEPS[span];
  const isShort = span === 'short';
  return {
    profile,
    span,
    users: NAMES.slice(0, random.between(2, NAMES.length)),
    devicesPerUserMax: random.between(1, 2),
    steps: random.between(from, to),
    actsPerStep: acts,
    limits: drawLimits(random, { profile, span }),
    screen: span === 'long' ? SCREEN_SIZES : random.pick(SCREENS[profile]),
    network: drawNetwork(random),
    disk: {
      writeMsMin: 0,
      writeMsMax: random.pick([0, 5, 40, 400]),
      readMsMin: 0,
      readMsMax: random.pick([0, 5, 40]),
    },
    accidents: {
      serverDeath: accidents * random.pick([0, 0.01, 0.04]),
      clientDeath:
        accidents * random.pick(isShort && profile === 'amending' ? [0.01, 0.03] : [0, 0.01, 0.05]),
      deathAfterRefusal: isShort ? 0.3 : 0,
      partition: accidents * random.pick([0, 0.02]),
      diskTrouble: accidents * random.pick([0, 0, 0.02]),
      clockJump: accidents * random.pick([0, 0.02]),
      recovery: random.pick(recovery),
    },
  };
}

// Small windows: most of a log lies in holes, and the shorter the log, the smaller they have to be.
const AMENDING_WINDOWS: Readonly<Record<Span, { readonly sync: number; readonly page: number }>> = {
  short: { sync: 2, page: 3 },
  long: { sync: 5, page: 20 },
};

function drawLimits(random: SeededRandom, { profile, span }: Kind): Limits {
  const drawn = drawAnyLimits(random, span);
  if (profile !== 'amending') return drawn;
  const { sync, page } = AMENDING_WINDOWS[span];
  const { syncEntriesPerConversationMax, pageEntriesMax } = drawn;
  return {
    ...drawn,
    syncEntriesPerConversationMax: Math.min(syncEntriesPerConversationMax, sync),
    pageEntriesMax: Math.min(pageEntriesMax, page),
  };
}

function drawAnyLimits(random: SeededRandom, span: Span): Limits {
  const isTiny = random.chance(0.5);
  return withLimits({
    outboundBytesMax: isTiny ? random.between(32, 400) : 262_144,
    dirtyConversationsMax: random.pick([1, 2, 256]),
    batchEntriesMax: random.pick([1, 2, 7, 2_000]),
    recentEntriesPerConversationMax: random.pick([1, 3, 16, 256]),
    syncEntriesPerConversationMax: random.pick([1, 2, 5, 10_000]),
    syncEntriesMax: random.pick([3, 10, 20_000]),
    syncWindowConversationsMax: random.pick([1, 2, 50]),
    pageEntriesMax: random.pick([1, 3, 20, 100]),
    partBytesMax: random.pick([200, 2_000, 131_072]),
    markerFlushMs: random.pick([0, 200, 5_000]),
    ackTimeoutMs: random.pick([5_000, 15_000]),
    recallWindowMs: random.pick(span === 'short' ? [1_000, 20_000] : [5_000, 120_000]),
    sendsPerSecondMax: 1_000,
    sendsBurstMax: 10_000,
  });
}

function drawNetwork(random: SeededRandom): NetworkSettings {
  const latencyMaxMs = random.pick([1, 20, 300, 2_000]);
  return {
    latencyMinMs: 0,
    latencyMaxMs,
    chunkBytesMax: random.pick([3, 40, 1_500, 100_000]),
    cutChance: random.pick([0, 0.002, 0.02, 0.05]),
    silentCutChance: random.pick([0, 0.3, 0.8]),
    stallChance: random.pick([0, 0.01, 0.1]),
    stallMaxMs: random.pick([500, 20_000]),
  };
}
