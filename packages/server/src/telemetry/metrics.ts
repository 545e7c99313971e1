import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { CommitBatch, Core, TopicCounters } from '@skein/core';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CommitObserver } from './measured-store.ts';
import { versionLabels } from './version-labels.ts';

type Source = Pick<Core, 'counters' | 'connectionsByGateway' | 'connectionsByProgram' | 'queuedBytes'> & {
  readonly topics: { readonly counters: TopicCounters; readonly sessions: { readonly count: number } };
};

const LAG_RESOLUTION_MS = 10;
const NS_PER_S = 1e9;

/**
 * [OP7] What an operator can watch, in the format every scraper reads. Counting costs the hot path one addition: sums live in
 * the core and are read when somebody asks; only commits are measured one by one.
 */
export class Metrics implements CommitObserver, Disposable {
  readonly #registry = new Registry();
  readonly #commitSeconds: Histogram;
  readonly #batchEntries: Histogram;
  readonly #lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  #utilisation: EventLoopUtilization = performance.eventLoopUtilization();

  constructor() {
    const registers = [this.#registry];
    this.#commitSeconds = new Histogram({
      name: 'skein_commit_seconds',
      help: 'Time from handing a batch to the store until it is durable.',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    this.#batchEntries = new Histogram({
      name: 'skein_commit_entries',
      help: 'Entries committed together.',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000],
      registers,
    });
    this.#lag.enable();
    this.#addProcess();
  }

  readonly contentType: string = Registry.PROMETHEUS_CONTENT_TYPE;

  committed(batch: CommitBatch, tookMs: number): void {
    this.#commitSeconds.observe(tookMs / 1_000);
    this.#batchEntries.observe(batch.entries.length);
  }

  /** Starts telling what this core counts. */
  watch(core: Source): void {
    this.#addSums(core);
    this.#addClosed(core);
    this.#addConnections(core);
    this.#addTopics(core);
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }

  [Symbol.dispose](): void {
    this.#lag.disable();
  }

  #addSums({ counters }: Source): void {
    for (const [name, { help, read }] of Object.entries(SUMS)) {
      this.#counter(`skein_${name}_total`, help, () => read(counters));
    }
    this.#gauge(
      'skein_deliveries_pending',
      'Entries pushed that no device has acknowledged yet.',
      () => counters.pending,
    );
  }

  #addTopics({ topics: { counters, sessions } }: Source): void {
    for (const [name, { help, read }] of Object.entries(TOPIC_SUMS)) {
      this.#counter(`skein_topics_${name}_total`, help, () => read(counters));
    }
    this.#gauge('skein_topics_sessions', 'Sessions of clients, connected or kept.', () => sessions.count);
    this.#gauge(
      'skein_topics_owed_bytes',
      'Bytes of values with QoS 1 and 2 that sessions wait for.',
      () => counters.owedBytes,
    );
  }

  #addClosed({ counters }: Source): void {
    new Counter({
      name: 'skein_connections_cut_total',
      help: 'Connections ended by the server, by reason.',
      labelNames: ['reason'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(counters.closed)) this.inc({ reason }, count);
      },
    });
  }

  #addConnections(core: Source): void {
    new Gauge({
      name: 'skein_connections',
      help: 'Open connections, by gateway.',
      labelNames: ['gateway'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [gateway, count] of Object.entries(core.connectionsByGateway()))
          this.set({ gateway }, count);
      },
    });
    new Gauge({
      name: 'skein_connections_by_version',
      help: 'Signed-in connections, by protocol version and application; rare ones together as "other".',
      labelNames: ['protocol', 'app'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { protocol, app, count } of versionLabels(core.connectionsByProgram()))
          this.set({ protocol, app }, count);
      },
    });
    this.#gauge('skein_queued_bytes', 'Bytes waiting for peers to take them, over all connections.', () =>
      core.queuedBytes(),
    );
  }

  #addProcess(): void {
    this.#gauge('process_resident_memory_bytes', 'Resident memory of the process.', () =>
      process.memoryUsage.rss(),
    );
    this.#gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', () =>
      Math.round(performance.timeOrigin / 1_000),
    );
    this.#counter('process_cpu_seconds_total', 'CPU time used by the process.', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    this.#gauge(
      'skein_event_loop_lag_seconds',
      'How late timers fire, 99th percentile since the last reading.',
      () => {
        // The recorder's own resolution is part of every sample.
        const lagS = Math.max(0, this.#lag.percentile(99) / NS_PER_S - LAG_RESOLUTION_MS / 1_000);
        this.#lag.reset();
        return Number.isFinite(lagS) ? lagS : 0;
      },
    );
    this.#gauge(
      'skein_event_loop_utilisation',
      'Share of time the event loop was busy since the last reading.',
      () => {
        const now = performance.eventLoopUtilization();
        const { utilization } = performance.eventLoopUtilization(now, this.#utilisation);
        this.#utilisation = now;
        return utilization;
      },
    );
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  #counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}

type Counters = Core['counters'];

/** The broker's. */
const TOPIC_SUMS: Readonly<
  Record<string, { readonly help: string; readonly read: (counters: TopicCounters) => number }>
> = {
  published: { help: 'Values published.', read: (counters) => counters.published },
  dropped: {
    help: 'Values that a subscriber did without, slow or away for too long.',
    read: (counters) => counters.dropped,
  },
  not_retained: {
    help: 'Retained values refused for want of room.',
    read: (counters) => counters.notRetained,
  },
  sessions_expired: { help: 'Kept sessions that ended.', read: (counters) => counters.sessionsExpired },
  wills_published: { help: 'Wills published.', read: (counters) => counters.willsPublished },
};

/** The core's sums under the names operators see. */
const SUMS: Readonly<
  Record<string, { readonly help: string; readonly read: (counters: Counters) => number }>
> = {
  sends: { help: 'Sends offered by clients.', read: (counters) => counters.sends },
  sends_acknowledged: { help: 'Sends answered with an Ack.', read: (counters) => counters.acknowledged },
  sends_refused: { help: 'Sends answered with a refusal.', read: (counters) => counters.refused },
  sends_out_of_turn: { help: 'Sends told to come again in turn.', read: (counters) => counters.outOfTurn },
  entries_stored: { help: 'Entries committed to the log.', read: (counters) => counters.stored },
  commits: { help: 'Batches committed.', read: (counters) => counters.commits },
  commits_failed: {
    help: 'Batches that the store could not commit.',
    read: (counters) => counters.commitsFailed,
  },
  deliveries_pushed: { help: 'Entries handed to connections.', read: (counters) => counters.pushed },
  deliveries_acknowledged: {
    help: 'Pushed entries that devices acknowledged.',
    read: (counters) => counters.pushesAcknowledged,
  },
  deliveries_abandoned: {
    help: 'Pushed entries whose connection ended first.',
    read: (counters) => counters.pushesAbandoned,
  },
  delivered_markers: { help: 'Delivered markers that moved.', read: (counters) => counters.delivered },
  hints: { help: 'Hints sent in the place of entries.', read: (counters) => counters.hinted },
  resyncs: { help: 'Connections told to sync as a whole.', read: (counters) => counters.resyncs },
  syncs: { help: 'Sync requests answered.', read: (counters) => counters.syncs },
  sign_ins: { help: 'Successful sign-ins.', read: (counters) => counters.signIns },
  sign_ins_failed: { help: 'Failed sign-ins.', read: (counters) => counters.signInsFailed },
  connections_opened: {
    help: 'Connections taken over from gateways.',
    read: (counters) => counters.connectionsOpened,
  },
  bugs: { help: 'Connections ended by a bug of the server.', read: (counters) => counters.bugs },
};
