import type { UserNumber } from '@skein/model';

/** The same for both orders of the two: that is what makes a direct conversation unique (rule CV1). */
export function directKey(a: UserNumber, b: UserNumber): string {
  return `direct:${Math.min(a, b)}:${Math.max(a, b)}`;
}

/** The creator's own name for a creation, so that a retry finds the first result (rule CV3). */
export function groupKey(creator: UserNumber, key: string): string {
  return `group:${creator}:${key}`;
}
