/** Plain sums since the start, for the metrics page and for tests. */
export class TopicCounters {
  published = 0;
  /** Values that a subscriber did without: it was slow, or away for longer than its queue is. */
  dropped = 0;
  /** Retained values that were not kept for want of room. */
  notRetained = 0;
  sessionsExpired = 0;
  willsPublished = 0;
}
