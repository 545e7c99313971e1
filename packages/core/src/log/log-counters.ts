/** What the log counts for the operator. Only ever added to. */
export interface LogCounters {
  /** Entries in the log, the server's own included. */
  stored: number;
  /** Batches committed, and commits the store could not make. */
  commits: number;
  commitsFailed: number;
}
