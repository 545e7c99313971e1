/** Thrown when the program is wrong; never because of what a peer sent. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** States a claim the code relies on; a false claim is a bug of ours and stops what was being done. */
export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new BugError(`assertion failed: ${claim}`);
}

/** Closes a switch over a union: adding a member without handling it does not compile. */
export function unreachable(value: never): never {
  throw new BugError(`unreachable: ${JSON.stringify(value)}`);
}
