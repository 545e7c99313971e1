import { expect, it } from 'vitest';
import { sleep, until } from '../waiting.ts';
import { HttpStormClient, type Reading } from './http-storm-client.ts';
import { Person } from './person.ts';
import { openServer } from './server-on-any-port.ts';

const USERS = 20;
/** Each with one sign-in, as the tabs of a browser have. */
const DEVICES = 100;
const CLIENTS_EACH = 10;
/** Of the clients of each device: the others poll. */
const STREAMS_EACH = 7;
const SIGNING_IN_AT_ONCE = 16;
const MEANWHILE = 20;
const BACK_MS_MAX = 15_000;
const TOLD_MS_MAX = 20_000;
// As a browser does: after the `retry` of the stream, here in the middle of a second.
const RETRY_MS = 1_000;

// Passwords cost time on purpose. More of them than wait at once are sent away, and come back when they were told to.
const PASSWORDS = 20;
const PASSWORDS_QUEUED = 8;
const PASSWORD = { user: 'with_password', password: 'correct horse battery' };

it('[HO11] has a thousand readers of HTTP back after a kill, each with what was said meanwhile, and sheds sign-ins', async () => {
  await using own = await openServer({
    'limits.sends_per_second_max': '100000',
    'limits.sends_burst_max': '100000',
    'limits.failed_sign_ins_per_minute_max': '1000',
    'limits.passwords_queued_max': String(PASSWORDS_QUEUED),
    'limits.devices_per_user_max': '100',
  });
  const { server, port } = own;
  const signIn = (body: object): Promise<Response> =>
    fetch(`${server.url}/rpc/skein.v1.Accounts/SignIn`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const clientsByDevice = await inTurns(DEVICES, async (index) => {
    const answer = await signIn({
      dev: `reader${index % USERS}`,
      installation: `installation-number-${index}`,
    });
    const { tokens } = (await answer.json()) as { tokens: { accessToken: string } };
    return Array.from({ length: CLIENTS_EACH }, (_, at) => {
      const reading: Reading = at < STREAMS_EACH ? 'events' : 'polls';
      return new HttpStormClient(port, reading, tokens.accessToken);
    });
  });
  const clients = clientsByDevice.flat();
  expect((await signIn({ registration: PASSWORD })).status).toBe(200);
  const users = Array.from({ length: USERS }, (_, index) => `reader${index}`);
  let conversation = 0;
  const say = async (...texts: string[]): Promise<void> => {
    using speaker = await Person.arrive({ port, name: 'speaker' });
    const made = await speaker.ask({
      case: 'createGroup',
      value: { key: 'storm', title: '', users, open: false },
    });
    if (made.case === 'conversation') conversation = made.value.conversation;
    for (const text of texts) speaker.tell({ case: 'send', value: { conversation, key: text, text } });
    await speaker.until('it is stored', () => speaker.all('ack').length === texts.length);
  };

  let isOver = false;
  const reading = clients.map(async (client) => {
    while (!isOver) {
      await client.read();
      await sleep((0.5 + Math.random()) * RETRY_MS);
    }
  });
  const haveHeard = (count: number) => (): boolean => clients.every(({ texts }) => texts.length >= count);
  const haveArrived = (): number[] => clients.map(({ arrivals }) => arrivals);
  await until('all are there', TOLD_MS_MAX, () => haveArrived().every((count) => count > 0));
  await say('before');
  await until('all have heard it', TOLD_MS_MAX, haveHeard(1));

  const arrived = haveArrived();
  await server.kill();
  await server.start();
  const readyAtMs = performance.now();
  const waitedBeforeMs = server.waitedForCoreMs();
  const meanwhile = Array.from({ length: MEANWHILE }, (_, index) => `meanwhile ${index}`);
  const signingIn = signInsOf(() => signIn({ password: PASSWORD }));
  const saying = say(...meanwhile);
  const areBack = (): boolean => haveArrived().every((count, at) => count > (arrived[at] ?? 0));
  await until('all are back', 4 * BACK_MS_MAX, areBack);
  const backMs = performance.now() - readyAtMs;
  const waitedMs = server.waitedForCoreMs() - waitedBeforeMs;
  const [attempts] = await Promise.all([signingIn, saying]);
  await say('after');
  await until('all have heard everything', TOLD_MS_MAX, haveHeard(2 + MEANWHILE));
  console.log(
    `${clients.length} readers were back after ${(backMs / 1_000).toFixed(1)} s, ${PASSWORDS} passwords took ${attempts.length} tries; ` +
      `the server waited ${(waitedMs / 1_000).toFixed(1)} s for a core`,
  );
  isOver = true;
  for (const client of clients) client.stop();
  await Promise.all(reading);
  expect(backMs).toBeLessThan(BACK_MS_MAX + waitedMs);
  for (const { texts } of clients) expect(texts).toEqual(['before', ...meanwhile, 'after']);
  const shed = attempts.filter((waitS) => waitS !== null);
  expect(shed.length).toBeGreaterThan(0);
  expect(new Set(shed).size).toBeGreaterThan(1);
  expect(await server.metric('skein_bugs_total')).toBe(0);
}, 120_000);

/** Many sign in with a password at once: for each try, how long it was told to wait in seconds, or null when it was let in. */
async function signInsOf(signIn: () => Promise<Response>): Promise<(number | null)[]> {
  const attempts: (number | null)[] = [];
  const one = async (): Promise<void> => {
    for (;;) {
      const { status, headers } = await signIn();
      if (status === 200) {
        attempts.push(null);
        return;
      }
      expect(status).toBe(503);
      const waitS = Number(headers.get('retry-after'));
      expect(waitS).toBeGreaterThan(0);
      attempts.push(waitS);
      await sleep(waitS * 1_000);
    }
  };
  await Promise.all(Array.from({ length: PASSWORDS }, one));
  return attempts;
}

/** Some at once, as many as a server takes that is not in a storm. */
async function inTurns<Each>(count: number, make: (index: number) => Promise<Each>): Promise<Each[]> {
  const made: Each[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) made.push(await make(index));
  };
  await Promise.all(Array.from({ length: SIGNING_IN_AT_ONCE }, lane));
  return made;
}
