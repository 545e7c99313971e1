import type { Crowd } from './crowd.ts';
import type { Fact } from './history/facts.ts';
import type { History } from './history/history.ts';
import type { ServerProcess } from './server-process.ts';
import { sleep, until } from './waiting.ts';

const LOAD_MS = 1_500;
const SETTLED_MS_MAX = 5_000;

/**
 * [CH5] After quiet the server's sums must tell the same story as the clients: what was sent was stored, what was stored was
 * delivered, and nothing is pending. Counted over a stretch without kills, because sums begin at each start.
 */
export async function addAccounts(server: ServerProcess, crowd: Crowd, history: History): Promise<void> {
  await settled(server);
  const before = await server.metrics();
  const from = history.facts.length;
  crowd.startActing();
  await sleep(LOAD_MS);
  crowd.stopActing();
  await crowd.quiet();
  await settled(server);
  const after = await server.metrics();
  const grew = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);

  const facts = history.facts.slice(from);
  const count = (name: string) => facts.filter(({ fact }) => fact === name).length;
  const entries = newEntries(history.facts, from);
  const sums: readonly (readonly [string, number, number])[] = [
    ['sends offered', count('sent'), grew('skein_sends_total')],
    ['sends acknowledged', count('acked'), grew('skein_sends_acknowledged_total')],
    ['sends refused', count('refused'), grew('skein_sends_refused_total')],
    ['entries stored', entries, grew('skein_entries_stored_total')],
    [
      'entries pushed = acknowledged + abandoned + pending',
      grew('skein_deliveries_pushed_total'),
      grew('skein_deliveries_acknowledged_total') +
        grew('skein_deliveries_abandoned_total') +
        (after.get('skein_deliveries_pending') ?? 0),
    ],
    ['entries pushed and not acknowledged', 0, after.get('skein_deliveries_pending') ?? 0],
    ['connections ended by a bug', 0, after.get('skein_bugs_total') ?? 0],
  ];
  for (const [what, expected, counted] of sums) history.add({ fact: 'account', what, expected, counted });
}

/** How many entries were first shown since then; one who comes back to a group is shown old ones too. */
function newEntries(facts: readonly Fact[], from: number): number {
  const known = new Set<string>();
  let knownBefore = 0;
  for (const [at, fact] of facts.entries()) {
    if (at === from) knownBefore = known.size;
    if (fact.fact === 'seen') known.add(`${fact.conversation} ${fact.seq}`);
  }
  return known.size - knownBefore;
}

async function settled(server: ServerProcess): Promise<void> {
  await until(
    'no delivery is pending',
    SETTLED_MS_MAX,
    async () => (await server.metric('skein_deliveries_pending')) === 0,
  );
}
