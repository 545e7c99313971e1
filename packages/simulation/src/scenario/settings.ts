import { type Limits, withLimits } from '@skein/model';
import { type DiskTimes, SeededRandom } from '@skein/testkit';
import type { NetworkSettings } from '../world/network.ts';

/**
 * What people mostly do in a run. In a mixed crowd some mistakes hardly ever meet their moment: an edit of an old message
 * seen through a small window, or somebody who comes, goes, and is told a refusal.
 */
export const PROFILES = ['everyday', 'amending', 'moving'] as const;

export type Profile = (typeof PROFILES)[number];

// Of its own sequence: a seed with a named profile stays the same history.
const PROFILE_SALT = 0x9e37_79b9;

/** The profile of a seed for which none is named. */
export function profileOf(seed: number): Profile {
  return new SeededRandom((seed ^ PROFILE_SALT) >>> 0).pick(PROFILES);
}

/** Everything about a run that its seed decides before the first step. */
export interface Settings {
  readonly profile: Profile;
  readonly users: readonly string[];
  readonly devicesPerUserMax: number;
  readonly steps: number;
  readonly limits: Limits;
  readonly network: NetworkSettings;
  readonly disk: DiskTimes;
  /** Chance per step of each kind of accident. */
  readonly accidents: Accidents;
}

export interface Accidents {
  readonly serverDeath: number;
  readonly clientDeath: number;
  readonly partition: number;
  readonly diskTrouble: number;
  readonly clockJump: number;
  /** Chance per step that what is down comes back. */
  readonly recovery: number;
}

const NAMES = ['ana', 'bo', 'cy', 'di'];

/**
 * Draws a world. Tiny limits reach the edges, roomy ones leave the work to the normal path, so the limits are drawn too:
 * with a fixed one, whole classes of planted bugs go unseen.
 */
export function drawSettings(random: SeededRandom, profile: Profile): Settings {
  return {
    profile,
    users: NAMES.slice(0, random.between(2, NAMES.length)),
    devicesPerUserMax: random.between(1, 2),
    steps: random.between(60, 220),
    limits: drawLimits(random, profile),
    network: drawNetwork(random),
    disk: {
      writeMsMin: 0,
      writeMsMax: random.pick([0, 5, 40, 400]),
      readMsMin: 0,
      readMsMax: random.pick([0, 5, 40]),
    },
    accidents: {
      serverDeath: random.pick([0, 0.01, 0.04]),
      clientDeath: random.pick([0, 0.01, 0.05]),
      partition: random.pick([0, 0.02]),
      diskTrouble: random.pick([0, 0, 0.02]),
      clockJump: random.pick([0, 0.02]),
      recovery: random.pick([0.05, 0.3]),
    },
  };
}

function drawLimits(random: SeededRandom, profile: Profile): Limits {
  const drawn = drawAnyLimits(random);
  if (profile !== 'amending') return drawn;
  // Small windows: most of a log lies in holes.
  const { syncEntriesPerConversationMax, pageEntriesMax } = drawn;
  return {
    ...drawn,
    syncEntriesPerConversationMax: Math.min(syncEntriesPerConversationMax, 5),
    pageEntriesMax: Math.min(pageEntriesMax, 20),
  };
}

function drawAnyLimits(random: SeededRandom): Limits {
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
    recallWindowMs: random.pick([5_000, 120_000]),
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
