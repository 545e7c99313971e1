import { sleep } from '../waiting.ts';

/** Within which everybody is back. */
export const BACK_MS_MAX = 15_000;
/** The limits with which one speaker may say something to everybody. */
export const FAST_SPEAKER: Readonly<Record<string, string>> = {
  'limits.sends_per_second_max': '100000',
  'limits.sends_burst_max': '100000',
  'limits.requests_per_second_max': '100000',
  'limits.requests_burst_max': '100000',
};

const OPENING_AT_ONCE = 32;
// As the SDK does: at once, but for what a radio spreads anyway, then a random part of a limit that doubles.
const FIRST_ATTEMPT_SPREAD_MS = 1_000;
const BACK_OFF_MAX_MS = 8_000;

interface StormClient {
  /** False where it has to be tried again. */
  comeBack(): Promise<boolean>;
}

/** Resolves when all of them are back; with how many attempts together. */
export async function comeBack(clients: readonly StormClient[]): Promise<number> {
  let attempts = 0;
  const one = async (client: StormClient): Promise<void> => {
    await sleep(Math.random() * FIRST_ATTEMPT_SPREAD_MS);
    for (let limitMs = FIRST_ATTEMPT_SPREAD_MS; ; limitMs = Math.min(BACK_OFF_MAX_MS, limitMs * 2)) {
      attempts++;
      if (await client.comeBack()) return;
      await sleep(Math.random() * limitMs);
    }
  };
  await Promise.all(clients.map(one));
  return attempts;
}

/** Some at once, as many as a server takes that is not in a storm. */
export async function inTurns<Each>(all: readonly Each[], take: (one: Each) => Promise<void>): Promise<void> {
  const rest = [...all];
  const lane = async (): Promise<void> => {
    for (let one = rest.pop(); one !== undefined; one = rest.pop()) await take(one);
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, lane));
}
