import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Percentiles of one run; a plain object, so that it crosses from the load process to the bench. */
export interface Latency {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

const US_PER_MS = 1_000;
// Longer waits than this are counted as this long; nothing here runs for a minute without an answer.
const HIGHEST_US = 60_000_000;

/** Latencies in buckets of three significant figures, so that millions of them take the same memory as ten. */
export class LatencyRecorder {
  #histogram: RecordableHistogram = emptyHistogram();

  record(latencyMs: number): void {
    this.#histogram.record(Math.min(HIGHEST_US, Math.max(1, Math.round(latencyMs * US_PER_MS))));
  }

  /** What was recorded since the last call. */
  take(): Latency {
    const histogram = this.#histogram;
    this.#histogram = emptyHistogram();
    const at = (percentile: number) => histogram.percentile(percentile) / US_PER_MS;
    return {
      count: histogram.count,
      p50Ms: at(50),
      p90Ms: at(90),
      p99Ms: at(99),
      p999Ms: at(99.9),
      maxMs: histogram.count === 0 ? 0 : histogram.max / US_PER_MS,
    };
  }
}

function emptyHistogram(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 3 });
}
