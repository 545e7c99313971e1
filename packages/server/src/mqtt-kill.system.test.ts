import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { expect, it } from 'vitest';
import { SkeinProcess, temporaryFolder } from './testing/server-process.ts';

const KILLS = 3;
const VALUES_PER_ROUND = 40;
const BETWEEN_KILLS_MS = 100;
const ARRIVED_MS_MAX = 30_000;

/** What one kept session heard, over all its connections. */
class Ear {
  readonly client: MqttClient;
  readonly heard: string[] = [];
  /** What each CONNACK says of the session. */
  readonly wasPresent: boolean[] = [];

  constructor(port: number, options: IClientOptions) {
    this.client = connect(`mqtt://127.0.0.1:${port}`, {
      clean: false,
      protocolVersion: 5,
      properties: { sessionExpiryInterval: 600 },
      reconnectPeriod: 100,
      ...options,
    });
    this.client.on('message', (_topic, payload) => this.heard.push(payload.toString()));
    this.client.on('connect', ({ sessionPresent }) => this.wasPresent.push(sessionPresent));
    // The server is killed; the client comes back by itself.
    this.client.on('error', () => undefined);
  }

  /**
   * Connected for the n-th time, and what was left of before is sent again. MQTT.js gives up what it is asked to publish
   * before that when the connection breaks then: not a value that a server could keep.
   */
  async connected(count: number): Promise<void> {
    const endMs = performance.now() + ARRIVED_MS_MAX;
    while (this.wasPresent.length < count && performance.now() < endMs) await sleep(10);
  }

  of(kind: string): string[] {
    return this.heard.filter((text) => text.startsWith(kind));
  }
}

it('[MQ15, TP10] loses nothing and repeats nothing of QoS 2 when the server is killed again and again', async () => {
  using folder = temporaryFolder();
  let server = new SkeinProcess({ folder: folder.path, args: ['--port', '0', '--development'] });
  const { port } = await server.ready();
  const values = new Ear(port, { username: 'celia', clientId: 'values' });
  const inbox = new Ear(port, { username: 'celia', clientId: 'inbox' });
  const sender = new Ear(port, { username: 'rosalind', clientId: 'sender' });
  await sender.connected(1);
  await values.client.subscribeAsync('topics/x', { qos: 2 });
  await inbox.client.subscribeAsync('inbox/celia', { qos: 2 });
  await sleep(BETWEEN_KILLS_MS);

  const expected = { once: [] as string[], least: [] as string[], chat: [] as string[] };
  const published: Promise<unknown>[] = [];
  for (let round = 0; round <= KILLS; round++) {
    for (let at = 0; at < VALUES_PER_ROUND; at++) {
      const number = String(round * VALUES_PER_ROUND + at).padStart(3, '0');
      for (const [kind, topic, qos] of [
        ['once', 'topics/x', 2],
        ['least', 'topics/x', 1],
        ['chat', 'celia', at % 2 === 0 ? 1 : 2],
      ] as const) {
        expected[kind].push(`${kind} ${number}`);
        // MQTT.js forgets DUP: with QoS 1 a name tells a value that is sent again from a new one.
        const properties = kind === 'chat' && qos === 1 ? { userProperties: { key: number } } : {};
        published.push(sender.client.publishAsync(topic, `${kind} ${number}`, { qos, properties }));
      }
    }
    if (round === KILLS) break;
    await sleep(BETWEEN_KILLS_MS);
    server.kill('SIGKILL');
    await server.exited;
    server = new SkeinProcess({ folder: folder.path, args: ['--port', String(port), '--development'] });
    await server.ready();
    for (const ear of [values, inbox, sender]) await ear.connected(round + 2);
  }
  await Promise.all(published);
  const endMs = performance.now() + ARRIVED_MS_MAX;
  while (performance.now() < endMs) {
    const isAllThere =
      new Set(values.heard).size === expected.once.length + expected.least.length &&
      new Set(inbox.of('chat')).size === expected.chat.length;
    if (isAllThere) break;
    await sleep(50);
  }
  await sleep(BETWEEN_KILLS_MS);
  for (const { client } of [values, inbox, sender]) await client.endAsync(true);
  await server[Symbol.asyncDispose]();

  for (const { wasPresent } of [values, inbox, sender])
    expect(wasPresent).toEqual([false, ...Array.from({ length: KILLS }, () => true)]);
  expect(values.of('once').toSorted()).toEqual(expected.once);
  expect([...new Set(values.of('least'))].toSorted()).toEqual(expected.least);
  expect(inbox.of('chat').toSorted()).toEqual(expected.chat);
});
