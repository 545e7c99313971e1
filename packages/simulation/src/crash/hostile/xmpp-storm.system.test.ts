import { expect, it } from 'vitest';
import { sleep, until } from '../waiting.ts';
import { Person } from './person.ts';
import { openServer } from './server-on-any-port.ts';
import { registerForXmpp, STRANGER_PASSWORD } from './xmpp-peer.ts';
import { StormAccount, XmppStormClient } from './xmpp-storm-client.ts';

// An account costs a hash of its password, which is slow on purpose; a client of one that is there already costs none.
const ACCOUNTS = 50;
const CLIENTS_EACH = 20;
const OPENING_AT_ONCE = 32;
const SAID_AT_ONCE = 50;
const BACK_MS_MAX = 15_000;
// As the SDK does: at once, but for what a radio spreads anyway, then a random part of a limit that doubles.
const FIRST_ATTEMPT_SPREAD_MS = 1_000;
const BACK_OFF_MAX_MS = 8_000;
const TOLD_MS_MAX = 20_000;

it('[HO9] has a thousand XMPP clients back after a cut, each with what was said meanwhile', async () => {
  await using own = await openServer({
    'limits.sends_per_second_max': '100000',
    'limits.sends_burst_max': '100000',
    'limits.requests_per_second_max': '100000',
    'limits.requests_burst_max': '100000',
    // Every exchange that is under way counts as a try, and all clients of an account come from one address here.
    'limits.failed_sign_ins_per_minute_max': String(2 * CLIENTS_EACH),
  });
  const { server, port } = own;
  const accounts = Array.from(
    { length: ACCOUNTS },
    (_, index) => new StormAccount(`phone${index}`, STRANGER_PASSWORD),
  );
  await inTurns(accounts, ({ user }) => registerForXmpp(port, user));
  const clients = accounts.flatMap((account) =>
    Array.from({ length: CLIENTS_EACH }, (_, index) => new XmppStormClient(port, account, `r${index}`)),
  );
  await inTurns(clients, (client) => client.arrive());
  using speaker = await Person.arrive({ port, name: 'speaker' });
  const directs: number[] = [];
  for (const { user } of accounts) {
    directs.push(await speaker.directWith(user));
  }
  // In portions: more at once would be refused as too much.
  const sayToAll = async (text: string): Promise<void> => {
    for (let from = 0; from < directs.length; from += SAID_AT_ONCE) {
      const portion = directs.slice(from, from + SAID_AT_ONCE);
      const stored = speaker.all('ack').length + portion.length;
      for (const conversation of portion) speaker.say(conversation, text);
      await speaker.until('it is stored', () => speaker.all('ack').length === stored);
    }
  };
  const haveHeard = (count: number) => (): boolean => clients.every(({ texts }) => texts.length >= count);
  const whoHeard = (): string => {
    const heard = clients.map(({ texts }) => texts.length);
    return `${heard.filter((count) => count === 0).length} of ${heard.length} nothing; refused: ${speaker.all('refused')[0]?.code}`;
  };

  await sayToAll('before');
  await until('all have heard it', TOLD_MS_MAX, haveHeard(1), whoHeard);
  const waitedBeforeMs = server.waitedForCoreMs();
  const cutAtMs = performance.now();
  for (const client of clients) client.cut();
  const saidMeanwhile = sayToAll('meanwhile');
  let attempts = 0;
  await Promise.all(clients.map(comeBack));
  const backMs = performance.now() - cutAtMs;
  const waitedMs = server.waitedForCoreMs() - waitedBeforeMs;
  await saidMeanwhile;
  await sayToAll('after');
  await until('all have heard everything', TOLD_MS_MAX, haveHeard(3), whoHeard);
  console.log(
    `${clients.length} clients were back after ${(backMs / 1_000).toFixed(1)} s and ${attempts} attempts; ` +
      `the server waited ${(waitedMs / 1_000).toFixed(1)} s for a core`,
  );
  expect(backMs).toBeLessThan(BACK_MS_MAX + waitedMs);
  for (const { texts } of clients) expect(texts).toEqual(['before', 'meanwhile', 'after']);
  expect(await server.metric('skein_bugs_total')).toBe(0);
  for (const client of clients) client.cut();

  async function comeBack(client: XmppStormClient): Promise<void> {
    await sleep(Math.random() * FIRST_ATTEMPT_SPREAD_MS);
    for (let limitMs = FIRST_ATTEMPT_SPREAD_MS; ; limitMs = Math.min(BACK_OFF_MAX_MS, limitMs * 2)) {
      attempts++;
      if (await client.comeBack()) return;
      await sleep(Math.random() * limitMs);
    }
  }
});

/** Some at once, as many as a server takes that is not in a storm. */
async function inTurns<Each>(all: readonly Each[], take: (one: Each) => Promise<void>): Promise<void> {
  const rest = [...all];
  const lane = async (): Promise<void> => {
    for (let one = rest.pop(); one !== undefined; one = rest.pop()) await take(one);
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, lane));
}
