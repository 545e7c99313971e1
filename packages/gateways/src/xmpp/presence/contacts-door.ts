/** What sessions need to know of people and each other; the core's contacts are one. */
export interface ContactsDoor {
  /** Whether one of the two has blocked the other. */
  isBlockedBetween(a: number, b: number): boolean;
}
