const LOOK_EVERY_MS = 10;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for something that must come within a bound; says what did not come, and why. */
export async function until(
  what: string,
  msMax: number,
  isSo: () => boolean | Promise<boolean>,
  why: () => string = () => '',
): Promise<void> {
  const endMs = performance.now() + msMax;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${msMax} ms: ${what}\n${why()}`);
    await sleep(LOOK_EVERY_MS);
  }
}
