import type { Limits } from '@skein/model';
import { CoreScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { HttpPerson } from '../../testing/http-person.ts';
import { openPort, TestSocket, until } from '../../testing/test-port.ts';

/** Hundreds of requests one after the other, on a machine that does other things too. */
const SLOW_MS = 30_000;

describe('event streams', () => {
  it('[HT13] tell entries as they come, each with the cursor after it', async () => {
    const { alice, bob, conversation } = await open();
    const stream = await bob.events('');
    await until(() => stream.events.length === 1);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.events[0]).toMatchObject({
      name: 'changes',
      data: { changed: [{ conversation, kind: 'direct' }], users: [{ id: 'alice' }] },
    });
    expect(stream.events[0]?.data['cursor']).toBe(stream.events[0]?.id);
    await alice.says(conversation, '你好');
    await until(() => stream.events.length === 2);
    expect(stream.events[1]).toMatchObject({
      name: 'push',
      data: { conversation, seq: 2, sender: 1, content: { text: '你好' } },
    });
    expect(stream.events[1]?.id).not.toBe(stream.events[0]?.id);
    stream.close();
  });

  it(
    '[HT13] go on after the last event, however often they break off',
    async () => {
      const { alice, bob, conversation } = await open();
      const seen: string[] = [];
      let lastId = '';
      const writing = (async () => {
        for (let index = 0; index < 300; index++) await alice.says(conversation, `${index}`);
      })();
      while (seen.length < 300) {
        const stream = await bob.events('?entries=300', lastId === '' ? {} : { 'Last-Event-ID': lastId });
        const goal = 1 + (seen.length % 17);
        await until(() => stream.texts.length >= goal || seen.length + stream.texts.length === 300);
        // What a reader has when its line breaks: the events up to some point, and the id of the last of them.
        seen.push(...stream.texts);
        lastId = stream.lastId;
        stream.close();
      }
      await writing;
      expect(seen).toEqual(Array.from({ length: 300 }, (_, index) => `${index}`));
    },
    SLOW_MS,
  );

  it('[HT13] go on after ?cursor= where no header can be sent', async () => {
    const { alice, bob, conversation } = await open();
    const cursor = (await bob.polls('')).body['cursor'] as string;
    await alice.says(conversation, 'missed');
    const stream = await bob.events(`?cursor=${cursor}`);
    await until(() => stream.texts.length > 0);
    expect(stream.texts).toEqual(['missed']);
    stream.close();
  });

  it(
    '[HT13] tell a slow reader in one event what it missed, and queue nothing for it',
    async () => {
      const { scene, port, alice, bob, conversation } = await open({ outboundBytesMax: 100_000 });
      const slow = await TestSocket.open(port.port);
      slow.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bob.token}\r\n\r\n`);
      await until(() => slow.text.includes('event: changes'));
      slow.socket.pause();
      const count = 1_000;
      for (let index = 0; index < count; index++)
        await alice.says(conversation, `${index} `.padEnd(8_000, 'x'));
      const { pushed } = scene.core.counters;
      expect(pushed).toBeLessThan(count);
      slow.socket.resume();
      const numbers = (): number[] =>
        [...slow.text.matchAll(/"text":"(\d+) x/g)].map(([, number]) => Number(number));
      await until(() => new Set(numbers()).size === count, 10_000);
      expect(numbers()).toHaveLength(count);
      expect(scene.bugs).toEqual([]);
    },
    SLOW_MS,
  );

  it('[HT13] tell of memberships, markers and typing', async () => {
    const { alice, bob } = await open();
    const stream = await bob.events('');
    await until(() => stream.events.length === 1);
    const { body } = await alice.calls('Conversations/CreateGroup', {
      key: 'k',
      title: 'Arden',
      users: ['bob'],
    });
    const conversation = body['conversation'] as number;
    await alice.calls('Messages/Typing', { conversation });
    await alice.says(conversation, 'all the world');
    await bob.calls('Messages/Read', { conversation, seq: 2 });
    const names = (): string[] => stream.events.map(({ name }) => name);
    await until(() => ['membership', 'typing', 'push', 'marker'].every((name) => names().includes(name)));
    expect(stream.events.find(({ name }) => name === 'membership')?.data).toMatchObject({
      state: { conversation, title: 'Arden' },
    });
    stream.close();
  });

  it('[HT13] count what they delivered as delivered', async () => {
    const { alice, bob, conversation } = await open();
    const stream = await bob.events('');
    const own = await alice.events('');
    await until(() => stream.events.length + own.events.length === 2);
    await alice.says(conversation, 'hi');
    await until(() => own.events.some(({ name, data }) => name === 'marker' && data['delivered'] === 2));
    stream.close();
    own.close();
  });

  it('[HT14] show that they are alive', async () => {
    const { port, bob } = await open({ httpEventHeartbeatMs: 30 });
    const client = await TestSocket.open(port.port);
    client.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bob.token}\r\n\r\n`);
    await until(() => (client.text.match(/^:$/gm) ?? []).length >= 3);
  });

  it('[HT14] end with their session and say why', async () => {
    const { scene, bob } = await open();
    const stream = await bob.events('');
    await until(() => stream.events.length === 1);
    await bob.calls('Accounts/SignOut');
    await until(() => stream.isEnded);
    expect(stream.events.at(-1)).toMatchObject({ name: 'end', data: { status: 401, code: 'auth.revoked' } });
    await until(() => scene.core.connectionCount === 1);
  });

  it('[HT14] leave nothing behind', async () => {
    const { scene, bob } = await open();
    const before = scene.core.connectionCount;
    const streams = await Promise.all(Array.from({ length: 5 }, () => bob.events('')));
    expect(scene.core.connectionCount).toBe(before + 5);
    for (const stream of streams) stream.close();
    await until(() => scene.core.connectionCount === before);
  });

  it('[HT15] open with a ticket once', async () => {
    const { bob, port } = await open();
    const ticket = await bob.ticket();
    const stranger = HttpPerson.stranger(port);
    const stream = await stranger.events(`?ticket=${ticket}`);
    await until(() => stream.events.length === 1);
    stream.close();
    expect((await stranger.asks(`/v1/events?ticket=${ticket}`)).status).toBe(401);
  });

  it('[HT15] open with no ticket that is too old, or that nobody gave', async () => {
    const { bob, port } = await open({ httpTicketMs: 30, sweepIntervalMs: 10 });
    const ticket = await bob.ticket();
    await new Promise((resolve) => {
      setTimeout(resolve, 80);
    });
    const stranger = HttpPerson.stranger(port);
    for (const word of [ticket, 'guess', '']) {
      expect((await stranger.asks(`/v1/events?ticket=${word}`)).status).toBe(401);
    }
  });

  it('[HT15] keep few tickets for each token', async () => {
    const { bob, port } = await open();
    const tickets: string[] = [];
    for (let index = 0; index < 10; index++) tickets.push(await bob.ticket());
    const stranger = HttpPerson.stranger(port);
    expect((await stranger.asks(`/v1/events?ticket=${tickets[0]}`)).status).toBe(401);
    const stream = await stranger.events(`?ticket=${tickets[9]}`);
    expect(stream.response.status).toBe(200);
    stream.close();
  });

  it('[HT26] keep few tickets of all tokens', async () => {
    const { alice, bob, port } = await open({ httpTicketsMax: 1 });
    const first = await alice.ticket();
    const second = await bob.ticket();
    const stranger = HttpPerson.stranger(port);
    expect((await stranger.asks(`/v1/events?ticket=${first}`)).status).toBe(401);
    (await stranger.events(`?ticket=${second}`)).close();
  });

  it('[HT26] are so many of a device, and more once one of them has ended', async () => {
    const { bob } = await open({ httpReadersPerDeviceMax: 2 });
    const [first, second] = [await bob.events(''), await bob.events('')];
    const told = await bob.asks('/v1/events');
    expect([told.status, told.body['code'], told.headers.get('retry-after')]).toEqual([
      429,
      'limit.rate',
      '1',
    ]);
    first.close();
    let third = await bob.events('');
    while (third.response.status === 429) third = await bob.events('');
    for (const stream of [second, third]) stream.close();
  });

  it('[HT20] tell what is said to those who are there', async () => {
    const { alice, bob, conversation } = await open();
    const stream = await bob.events('');
    await until(() => stream.events.length === 1);
    const said = await alice.calls('Messages/Transient', { conversation, content: { text: '👏' } });
    expect([said.status, said.body]).toEqual([200, {}]);
    await until(() => stream.events.length === 2);
    expect(stream.events[1]).toEqual({
      name: 'transient',
      id: null,
      data: { conversation, user: 1, content: { text: '👏' } },
    });
    stream.close();
  });

  it('[HT20] tell how somebody is there, at first and when that changes', async () => {
    const { scene, alice, bob } = await open();
    const told = () => stream.events.filter(({ name }) => name === 'presence').map(({ data }) => data);
    const stream = await bob.events('?presence=1,4711');
    await until(() => told().length === 1);
    expect(told()[0]).toMatchObject({ users: [{ user: 1, online: true }, { user: 4_711 }] });
    await alice.calls('Users/SetPresence', { availability: 'busy', text: 'in the forest' });
    scene.clock.advance(1_000);
    await until(() => told().length === 2);
    expect(told()[1]).toMatchObject({
      users: [{ user: 1, online: true, availability: 'busy', text: 'in the forest' }],
    });
    stream.close();
  });

  it('[HT21] show nobody who hides by a request of the same device, however long ago', async () => {
    const { scene, alice, bob } = await open({ httpSeatIdleMs: 60, sweepIntervalMs: 10 });
    const isAliceHere = async (): Promise<unknown> => {
      const { body } = await bob.calls('Users/FindPresence', { users: [1] });
      return (body['users'] as { online?: boolean }[])[0]?.online;
    };
    const stream = await alice.events('');
    expect(await isAliceHere()).toBe(true);
    await alice.calls('Users/SetPresence', { availability: 'hidden' });
    expect(await isAliceHere()).not.toBe(true);
    await until(() => scene.core.connectionCount === 1);
    expect(await isAliceHere()).not.toBe(true);
    const second = await alice.events('');
    await alice.polls('');
    expect(await isAliceHere()).not.toBe(true);
    await alice.calls('Users/SetPresence', { availability: 'chatty' });
    expect(await isAliceHere()).toBe(true);
    for (const open of [stream, second]) open.close();
  });

  it.each(['', 'alice', '1,,2', ',1', '1,-2', '9'.repeat(16)])(
    '[HT20] take no ?presence=%s',
    async (presence) => {
      const { bob } = await open();
      expect((await bob.asks(`/v1/events?presence=${presence}`)).status).toBe(400);
    },
  );

  it('[HT20] watch no more than the core lets them', async () => {
    const { scene, bob } = await open({ presenceWatchesMax: 1 });
    const { connectionCount } = scene.core;
    const told = await bob.asks('/v1/events?presence=1,2');
    expect([told.status, told.body['limit']]).toEqual([400, 1]);
    expect(scene.core.connectionCount).toBe(connectionCount);
  });
});

async function open(limits: Partial<Limits> = {}) {
  const scene = await CoreScene.open({
    limits: { sendsPerSecondMax: 10_000, sendsBurstMax: 10_000, ...limits },
  });
  const port = await openPort(scene.core);
  const alice = await HttpPerson.arrive(port, 'alice');
  const bob = await HttpPerson.arrive(port, 'bob');
  return { scene, port, alice, bob, conversation: await alice.direct('bob') };
}
