import { expect, it } from 'vitest';
import { until } from '../waiting.ts';
import { MqttStormClient } from './mqtt-storm-client.ts';
import { Person } from './person.ts';
import { openServer } from './server-on-any-port.ts';
import { BACK_MS_MAX, comeBack, FAST_SPEAKER, inTurns } from './storm.ts';

const USERS = 250;
const VERSIONS = [4, 4, 5, 5] as const;
const SAID_AT_ONCE = 50;
const TOLD_MS_MAX = 20_000;
const WORDS = ['before', 'meanwhile', 'meanwhile again', 'after'];

it('[HO10] has a thousand MQTT clients back in their sessions after a cut, each with what it was owed', async () => {
  await using own = await openServer(FAST_SPEAKER);
  const { server, port } = own;
  const users = Array.from({ length: USERS }, (_, index) => `thing${index}`);
  const clients = users.flatMap((user) =>
    VERSIONS.map((version, number) => ({ user, line: new MqttStormClient(port, { user, number, version }) })),
  );
  await inTurns(clients, ({ user, line }) => line.arrive([topicOf(user), `inbox/${user}`]));
  using speaker = await Person.arrive({ port, name: 'speaker' });
  const directs: number[] = [];
  for (const user of users) directs.push(await speaker.directWith(user));
  const publisher = new MqttStormClient(port, { user: 'publisher', number: 0, version: 4 });
  await publisher.arrive([]);

  // In portions: more at once would be refused as too much.
  const sayToAll = async (word: string): Promise<void> => {
    for (let from = 0; from < USERS; from += SAID_AT_ONCE) {
      const [saidBefore, publishedBefore] = [speaker.all('ack').length, publisher.acked];
      for (let at = from; at < from + SAID_AT_ONCE; at++) {
        speaker.say(directs[at] ?? 0, word);
        publisher.publish(topicOf(users[at] ?? ''), word);
      }
      await speaker.until('it is stored', () => speaker.all('ack').length === saidBefore + SAID_AT_ONCE);
      await until('it is published', TOLD_MS_MAX, () => publisher.acked === publishedBefore + SAID_AT_ONCE);
    }
  };
  const haveHeard = (count: number) => (): boolean =>
    clients.every(({ user, line }) => heardBy(line, user).every((words) => words.length >= count));

  await sayToAll('before');
  await until('all have heard it', TOLD_MS_MAX, haveHeard(1));
  // What was acknowledged and did not arrive would rightly come again.
  await Promise.all(clients.map(({ line }) => line.settle()));
  const waitedBeforeMs = server.waitedForCoreMs();
  const cutAtMs = performance.now();
  for (const { line } of clients) line.cut();
  const saidMeanwhile = sayToAll('meanwhile').then(() => sayToAll('meanwhile again'));
  const attempts = await comeBack(clients.map(({ line }) => line));
  const backMs = performance.now() - cutAtMs;
  const waitedMs = server.waitedForCoreMs() - waitedBeforeMs;
  await saidMeanwhile;
  await sayToAll('after');
  await until('all have heard everything', TOLD_MS_MAX, haveHeard(WORDS.length));
  console.log(
    `${clients.length} clients were back after ${(backMs / 1_000).toFixed(1)} s and ${attempts} attempts; ` +
      `the server waited ${(waitedMs / 1_000).toFixed(1)} s for a core`,
  );
  expect(backMs).toBeLessThan(BACK_MS_MAX + waitedMs);
  expect(clients.filter(({ line }) => !line.isPresent)).toEqual([]);
  for (const { user, line } of clients) expect(heardBy(line, user)).toEqual([WORDS, WORDS]);
  expect(await server.metric('skein_bugs_total')).toBe(0);
  for (const { line } of [...clients, { line: publisher }]) line.cut();
});

function topicOf(user: string): string {
  return `topics/storm/${user}`;
}

/** The words of the topic, and of the conversation: in MQTT 3.1.1 those are a field of an object. */
function heardBy(line: MqttStormClient, user: string): string[][] {
  const said = line.heard.get(`inbox/${user}`) ?? [];
  const messages = said.filter((word) => word !== '' && !word.includes('"kind":"member"'));
  return [
    line.heard.get(topicOf(user)) ?? [],
    messages.map((word) => (word.startsWith('{') ? String(JSON.parse(word).text) : word)),
  ];
}
