/** What the log counts for the operator. Only ever added to. */
export interface LogCounters {
  commits: number;
  commitFailures: number;
  entriesStored: number;
  markersStored: number;
  /** Time between handing a batch to the store and its answer, over all commits. */
  commitMsTotal: number;
  checkpoints: number;
  checkpointFailures: number;
}

export function createLogCounters(): LogCounters {
  return {
    commits: 0,
    commitFailures: 0,
    entriesStored: 0,
    markersStored: 0,
    commitMsTotal: 0,
    checkpoints: 0,
    checkpointFailures: 0,
  };
}
