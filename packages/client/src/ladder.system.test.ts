import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './api/client.ts';
import type { Message } from './api/message.ts';
import { createClient } from './node/index.ts';
import { Detour, toTunnelUrl } from './platform/detour.ts';
import { Middlebox, type MiddleboxRules } from './test/middlebox.ts';

const MESSAGES = 40;
const PATIENCE_MS = 40_000;

describe('a client where not everything gets through', () => {
  let server: SkeinProcess;
  let url = '';
  const data = temporaryFolder();

  beforeAll(async () => {
    server = new SkeinProcess({ folder: data.path, args: ['--port', '0', '--development'] });
    ({ url } = await server.ready());
  }, PATIENCE_MS);

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    data[Symbol.dispose]();
  });

  const situations: readonly [string, string, Partial<MiddleboxRules>][] = [
    ['everything', 'websocket', { upgrades: 'pass' }],
    ['no WebSocket', 'events', {}],
    ['WebSockets that never open', 'events', { upgrades: 'swallow' }],
    ['only whole answers', 'long-poll', { holdsAnswersBack: true }],
    ['heads at once and only whole bodies', 'long-poll', { holdsAnswersBack: 'bodies' }],
    ['only quick answers', 'poll', { holdsAnswersBack: true, cutAfterMs: 400 }],
    ['answers that get lost', 'long-poll', { holdsAnswersBack: true, losesAnswer: 7 }],
  ];

  it.each(situations)(
    '[LD1, LD2, LD4] through %s talks by %s, and nothing is lost, doubled or moved',
    async (what, transport, rules) => {
      await using box = await Middlebox.open(url, rules);
      const [here, there] = names(what);
      await using alice = createClient({ url: box.url, auth: { dev: here } });
      await using bob = createClient({ url, auth: { dev: there } });
      await Promise.all([alice.signedIn(), bob.signedIn()]);
      await alice.connection.until((state) => state.state === 'online' && state.transport === transport);
      const heardByBob: string[] = [];
      const heardByAlice: string[] = [];
      bob.on('message', ({ message }) => heardByBob.push(...textsFrom('here', message)));
      alice.on('message', ({ message }) => heardByAlice.push(...textsFrom('there', message)));
      const sent = await talk(alice, bob, { here, there });
      await bob.unread.until(({ total }) => total === MESSAGES);
      await alice.unread.until(({ total }) => total === MESSAGES);
      expect(heardByBob).toEqual(sent.fromHere);
      expect(heardByAlice).toEqual(sent.fromThere);
    },
    PATIENCE_MS,
  );

  it('[LD3] goes back to WebSockets when they get through again', async () => {
    await using box = await Middlebox.open(url);
    const told: string[] = [];
    const timing = { lookMs: 30, lookMsMax: 60, eventsMs: 3_000, waitS: 25, pollMs: 1_000, retryMs: 50 };
    const address = `${box.url.replace('http', 'ws')}/ws`;
    const detour = new Detour(address, 'skein.v1.protobuf', () => told.push('done'), timing);
    const closed = new Promise<string>((resolve) => {
      detour.open({
        opened: () => told.push(detour.name),
        received: () => undefined,
        closed: (_code, reason) => resolve(reason),
      });
    });
    await new Promise((resolve) => {
      setTimeout(resolve, 400);
    });
    expect(told).toEqual(['events']);
    box.rules.upgrades = 'pass';
    expect(await closed).toBe('WebSockets get through');
    expect(told).toEqual(['events', 'done']);
  });

  it('[LD1] begins at the top again where nothing gets through', async () => {
    const told: string[] = [];
    const detour = new Detour('ws://127.0.0.1:9/ws', 'skein.v1.protobuf', () => told.push('done'));
    const reason = await new Promise<string>((resolve) => {
      detour.open({
        opened: () => undefined,
        received: () => undefined,
        closed: (_code, why) => resolve(why),
      });
    });
    expect(reason).not.toBe('');
    expect(told).toEqual(['done']);
  });

  it('[LD1] finds the tunnel where the WebSocket would be', () => {
    expect(toTunnelUrl('wss://chat.example/ws')).toBe('https://chat.example/v1/tunnel');
    expect(toTunnelUrl('ws://localhost:6969/ws')).toBe('http://localhost:6969/v1/tunnel');
  });
});

/** The text of a message, unless it is one's own. */
function textsFrom(place: string, message: Message): string[] {
  return message.kind === 'text' && message.text.startsWith(`from ${place} `) ? [message.text] : [];
}

/** Two names that no other situation has. */
function names(what: string): [string, string] {
  const word = what.replaceAll(/[^a-z]/gi, '');
  return [`alice-${word}`, `bob-${word}`];
}

/** Both write at once, some of it in bursts. */
async function talk(alice: Client, bob: Client, { here, there }: { here: string; there: string }) {
  const fromHere: string[] = [];
  const fromThere: string[] = [];
  for (let index = 0; index < MESSAGES; index++) {
    fromHere.push(`from here ${index} 雁`);
    fromThere.push(`from there ${index} 雁`);
    alice.conversations.direct(there).send(`from here ${index} 雁`);
    bob.conversations.direct(here).send(`from there ${index} 雁`);
    if (index % 10 === 9) {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }
  await Promise.all([alice, bob].map((client) => client.outbox.until((rows) => rows.length === 0)));
  return { fromHere, fromThere };
}
