import { expect, it } from 'vitest';
import { registerAccount, STRANGER_PASSWORD } from '../register-account.ts';
import { until } from '../waiting.ts';
import { Person } from './person.ts';
import { openServer } from './server-on-any-port.ts';
import { BACK_MS_MAX, comeBack, FAST_SPEAKER, inTurns } from './storm.ts';
import { StormAccount, XmppStormClient } from './xmpp-storm-client.ts';

// An account costs a hash of its password, which is slow on purpose; a client of one that is there already costs none.
const ACCOUNTS = 50;
const CLIENTS_EACH = 20;
const SAID_AT_ONCE = 50;
const TOLD_MS_MAX = 20_000;

it('[HO9] has a thousand XMPP clients back after a cut, each with what was said meanwhile', async () => {
  await using own = await openServer({
    ...FAST_SPEAKER,
    // Every exchange that is under way counts as a try, and all clients of an account come from one address here.
    'limits.failed_sign_ins_per_minute_max': String(2 * CLIENTS_EACH),
  });
  const { server, port } = own;
  const accounts = Array.from(
    { length: ACCOUNTS },
    (_, index) => new StormAccount(`phone${index}`, STRANGER_PASSWORD),
  );
  await inTurns(accounts, ({ user }) => registerAccount(port, user));
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
  const attempts = await comeBack(clients);
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
});
