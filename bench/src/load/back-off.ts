import { sleep } from './sleep.ts';

// The back-off of the SDK: at once, then a random part of a limit that doubles. See experience in packages/client.
const BACK_OFF_FIRST_MS = 1_000;
const BACK_OFF_MAX_MS = 8_000;
// What a phone's radio and a router's recovery spread anyway; without it every client of a test shares one microsecond.
const FIRST_ATTEMPT_SPREAD_MS = 1_000;
const GIVE_UP_AFTER_MS = 120_000;

/** Tries until it works, as one client of many that lost their lines together; answers how often it tried. */
export async function comeBack(startedAt: number, attempt: () => Promise<boolean>): Promise<number> {
  await sleep(Math.random() * FIRST_ATTEMPT_SPREAD_MS);
  let limitMs = BACK_OFF_FIRST_MS;
  for (let attempts = 1; ; attempts++) {
    if (performance.now() - startedAt > GIVE_UP_AFTER_MS) throw new Error('a client did not come back');
    if (await attempt()) return attempts;
    await sleep(Math.random() * limitMs);
    limitMs = Math.min(BACK_OFF_MAX_MS, limitMs * 2);
  }
}
