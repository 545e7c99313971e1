/** Plain sums since the start, and what is held now, for the metrics page and for tests. */
export class TopicCounters {
  published = 0;
  /** Values that a subscriber did without: it was slow, or away for longer than its queue is. */
  dropped = 0;
  /** Retained values that were not kept for want of room. */
  notRetained = 0;
  sessionsExpired = 0;
  willsPublished = 0;
  /** Bytes of values with QoS 1 and 2 that sessions are owed at this moment, for each session by itself. */
  owedBytes = 0;
}
