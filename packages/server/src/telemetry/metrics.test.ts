import { Counters, TopicCounters } from '@skein/core';
import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

function watched(): { metrics: Metrics; counters: Counters; topics: TopicCounters } {
  const metrics = new Metrics();
  const counters = new Counters();
  const topics = new TopicCounters();
  metrics.watch({
    counters,
    connectionsByGateway: () => ({ tcp: 3, websocket: 2 }),
    connectionsByProgram: () => [
      { protocol: 1, app: 'web 2.1', count: 9 },
      { protocol: 1, app: 'evil"} 1\n{', count: 4 },
      { protocol: 1, app: '', count: 3 },
      ...Array.from({ length: 30 }, (_, app) => ({ protocol: 1, app: `app ${app}`, count: 2 })),
    ],
    queuedBytes: () => 4_096,
    topics: { counters: topics, sessions: { count: 12 } },
  });
  return { metrics, counters, topics };
}

describe('the metrics page', () => {
  it('[OP7] tells what the core counted at the moment of the question', async () => {
    const { metrics, counters } = watched();
    using _ = metrics;
    counters.acknowledged = 7;
    counters.closed.stalled = 2;
    counters.pushed = 5;
    counters.pushesAcknowledged = 4;
    const before = await metrics.render();
    expect(before).toContain('skein_sends_acknowledged_total 7\n');
    expect(before).toContain('skein_connections_cut_total{reason="stalled"} 2\n');
    expect(before).toContain('skein_connections{gateway="websocket"} 2\n');
    expect(before).toContain('skein_queued_bytes 4096\n');
    expect(before).toContain('skein_deliveries_pending 1\n');
    counters.acknowledged = 8;
    expect(await metrics.render()).toContain('skein_sends_acknowledged_total 8\n');
  });

  it('[OP7] has a sum for everything the core counts', async () => {
    const { metrics, counters } = watched();
    using _ = metrics;
    const sums = Object.entries(counters).filter(([, value]) => typeof value === 'number');
    let next = 1_000_003;
    for (const [name] of sums) Object.assign(counters, { [name]: next++ });
    const page = await metrics.render();
    const missing = sums.filter(
      ([name]) => !page.includes(` ${(counters as unknown as Record<string, number>)[name]}\n`),
    );
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it('[OP7] has everything that the broker counts', async () => {
    const { metrics, topics } = watched();
    using _ = metrics;
    let next = 2_000_003;
    for (const name of Object.keys(topics)) Object.assign(topics, { [name]: next++ });
    const page = await metrics.render();
    expect(Object.values(topics).filter((value) => !page.includes(` ${value}\n`))).toEqual([]);
    expect(page).toContain('skein_topics_sessions 12\n');
  });

  it('[OP7] tells applications apart as far as there are few, under names that do no harm', async () => {
    const { metrics } = watched();
    using _ = metrics;
    const page = await metrics.render();
    const lines = page.split('\n').filter((line) => line.startsWith('skein_connections_by_version{'));
    expect(lines).toHaveLength(11);
    expect(lines.slice(0, 3)).toEqual([
      'skein_connections_by_version{protocol="1",app="web 2.1"} 9',
      'skein_connections_by_version{protocol="1",app="evil__ 1__"} 4',
      'skein_connections_by_version{protocol="1",app="unnamed"} 3',
    ]);
    expect(lines.at(-1)).toBe('skein_connections_by_version{protocol="1",app="other"} 46');
  });

  it('[OP7] measures commits', async () => {
    const { metrics } = watched();
    using _ = metrics;
    const batch = { entries: [{}, {}, {}] } as unknown as Parameters<Metrics['committed']>[0];
    metrics.committed(batch, 3);
    const page = await metrics.render();
    expect(page).toContain('skein_commit_seconds_bucket{le="0.002"} 0\n');
    expect(page).toContain('skein_commit_seconds_bucket{le="0.005"} 1\n');
    expect(page).toContain('skein_commit_entries_sum 3\n');
    expect(page).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
    expect(page).toMatch(/^skein_event_loop_lag_seconds \d/m);
  });
});
