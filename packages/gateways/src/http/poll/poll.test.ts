import type { Limits } from '@skein/model';
import { decodeMessage, encodeMessage, readChanges, writePoll } from '@skein/protocol';
import { CoreScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { HttpPerson, type Told, textsIn } from '../../testing/http-person.ts';
import { openPort, TestSocket } from '../../testing/test-port.ts';

/** Hundreds of requests one after the other, on a machine that does other things too. */
const SLOW_MS = 30_000;

describe('polls', () => {
  it(
    '[HT9] give everything once, whatever comes between them',
    async () => {
      const { alice, bob, conversation } = await open();
      const seen: string[] = [];
      let cursor = cursorOf(await bob.polls(''));
      let isWriting = true;
      const writing = (async () => {
        for (let index = 0; index < 100; index++) await alice.says(conversation, `${index}`);
        isWriting = false;
      })();
      while (isWriting || seen.length < 100) {
        const told = await bob.polls(`cursor=${cursor}&wait=1`);
        seen.push(...textsIn(told.body));
        cursor = cursorOf(told);
      }
      await writing;
      expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
      expect(textsIn((await bob.polls(`cursor=${cursor}`)).body)).toEqual([]);
    },
    SLOW_MS,
  );

  it('[HT9] begin with the conversations as they are now', async () => {
    const { alice, bob, conversation } = await open();
    for (const text of ['a', 'b', 'c']) await alice.says(conversation, text);
    const { body } = await bob.polls('');
    expect(body).toMatchObject({
      changed: [{ conversation, kind: 'direct', head: 4 }],
      users: [{ id: 'alice' }],
    });
    expect(textsIn(body)).toEqual([]);
    expect(textsIn((await bob.polls('entries=2')).body)).toEqual(['b', 'c']);
  });

  it('[HT9] speak protobuf as a procedure', async () => {
    const { alice, bob, conversation } = await open();
    await alice.says(conversation, 'hi');
    const response = await fetch(`${bob.url}/rpc/skein.v1.Conversations/Changes`, {
      method: 'POST',
      headers: { ...bob.authorization, 'Content-Type': 'application/proto' },
      body: encodeMessage(writePoll, { entries: 10 }) as Uint8Array<ArrayBuffer>,
    });
    const changes = decodeMessage(readChanges, new Uint8Array(await response.arrayBuffer()));
    expect(changes.changed.map(({ entries }) => entries.length)).toEqual([2]);
    expect(changes.cursor).toBe(cursorOf(await bob.polls('')));
  });

  it('[HT26] wait so many at once on a token', async () => {
    const { alice, bob, conversation } = await open({ httpReadersPerDeviceMax: 2 });
    const cursor = cursorOf(await bob.polls(''));
    const waiting = [1, 2].map(() => bob.polls(`cursor=${cursor}&wait=50`));
    let refused = await bob.polls(`cursor=${cursor}`);
    while (refused.status === 200) refused = await bob.polls(`cursor=${cursor}`);
    expect([refused.status, refused.body['code'], refused.body['limit']]).toEqual([429, 'limit.rate', 2]);
    expect(refused.headers.get('retry-after')).toBe('1');
    await alice.says(conversation, 'hi');
    for (const told of await Promise.all(waiting)) expect(textsIn(told.body)).toEqual(['hi']);
    expect((await bob.polls(`cursor=${cursor}`)).status).toBe(200);
  });

  it('[HT10] are answered within 100 ms of an entry', async () => {
    const { alice, bob, conversation } = await open();
    const cursor = cursorOf(await bob.polls(''));
    const parked = bob.polls(`cursor=${cursor}&wait=10`);
    await pause(50);
    const sentAtMs = performance.now();
    const sent = alice.says(conversation, 'now');
    expect(textsIn((await parked).body)).toEqual(['now']);
    expect(performance.now() - sentAtMs).toBeLessThan(100);
    await sent;
  });

  it('[HT10] wait as long as they were told to, and no longer', async () => {
    const { bob } = await open({ httpPollWaitMaxMs: 80 });
    const cursor = cursorOf(await bob.polls(''));
    const startMs = performance.now();
    const told = await bob.polls(`cursor=${cursor}&wait=50`);
    expect(performance.now() - startMs).toBeGreaterThan(70);
    expect(told.body).toEqual({ changed: [], users: [], cursor });
    expect((await bob.polls(`cursor=${cursor}&wait=0`)).body).toEqual({ changed: [], users: [], cursor });
  });

  it('[HT10] do not answer for each marker that moves', async () => {
    // Longer than any machine takes for the rest: what comes before it came for the entry.
    const { alice, bob, conversation } = await open({ markerFlushMs: 20_000 });
    await alice.says(conversation, 'read me');
    const cursor = cursorOf(await alice.polls(''));
    const startMs = performance.now();
    const parked = alice.polls(`cursor=${cursor}&wait=50`);
    await bob.calls('Messages/Read', { conversation, seq: 2 });
    await pause(30);
    await bob.says(conversation, 'I did');
    expect(textsIn((await parked).body)).toEqual(['I did']);
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  it('[HT10] are given up with their connection', async () => {
    const { scene, port, bob } = await open();
    const cursor = cursorOf(await bob.polls(''));
    const client = await TestSocket.open(port.port);
    client.write(
      `GET /v1/poll?cursor=${cursor}&wait=50 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bob.token}\r\n\r\n`,
    );
    await pause(30);
    client.socket.destroy();
    await pause(30);
    expect(scene.bugs).toEqual([]);
    expect((await bob.polls(`cursor=${cursor}`)).status).toBe(200);
  });

  it('[HT11] are pushed nothing between two of them', async () => {
    const { scene, alice, bob, conversation } = await open();
    let cursor = cursorOf(await bob.polls(''));
    const { pushed } = scene.core.counters;
    for (let index = 0; index < 10; index++) await alice.says(conversation, `${index}`);
    expect(scene.core.counters.pushed).toBe(pushed);
    const told = await bob.polls(`cursor=${cursor}&wait=5`);
    expect(textsIn(told.body)).toHaveLength(10);
    cursor = cursorOf(told);
    expect(textsIn((await bob.polls(`cursor=${cursor}`)).body)).toEqual([]);
  });

  it('[HT11] go on for as long as somebody asks', async () => {
    const { scene, bob } = await open({ stalledReaderMs: 3_000, ackTimeoutMs: 3_000 });
    let cursor = cursorOf(await bob.polls(''));
    const { signIns } = scene.core.counters;
    for (let second = 0; second < 10; second++) {
      scene.clock.advance(1_000);
      const told = await bob.polls(`cursor=${cursor}`);
      expect(told.status).toBe(200);
      cursor = cursorOf(told);
    }
    expect(scene.core.counters.signIns).toBe(signIns);
  });

  it('[HT11] give a long absence in parts, as fast as it is taken', async () => {
    const { scene, alice, bob, conversation } = await open({
      partBytesMax: 20_000,
      outboundBytesMax: 20_000,
    });
    const cursor = cursorOf(await bob.polls(''));
    for (let index = 0; index < 60; index++) await alice.says(conversation, `${index}`.padEnd(5_000, '.'));
    const told = await bob.polls(`cursor=${cursor}`);
    const texts = textsIn(told.body).map((text) => Number.parseInt(text, 10));
    expect(texts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect(scene.bugs).toEqual([]);
  });

  it('[HT12] start over after a cursor of another store', async () => {
    const { bob } = await open();
    const told = await bob.polls('cursor=another-store.17&wait=5');
    expect(told.body).toMatchObject({ reset: true, changed: [{ kind: 'direct' }] });
    expect(cursorOf(await bob.polls('cursor=epoch-of-the-fake-store.999999'))).toBe(cursorOf(told));
  });

  it.each([
    'cursor=17',
    'cursor=a.b.c',
    'cursor=x.99999999999999999999',
    'wait=soon',
    'entries=-1',
    'wait=1.5',
  ])('[HT12] take no %s', async (query) => {
    const { bob } = await open();
    const told = await bob.polls(query);
    expect([told.status, told.body['code']]).toEqual([400, 'request.invalid']);
  });

  it('[HT12] ask who it is', async () => {
    const { port } = await open();
    expect((await HttpPerson.stranger(port).polls('')).status).toBe(401);
    expect((await HttpPerson.stranger(port, 'installation-of-nobody.token').polls('')).status).toBe(401);
  });

  it('[HT11] may be several at once on one token', async () => {
    const { alice, bob, conversation } = await open();
    const cursor = cursorOf(await bob.polls(''));
    const parked = Array.from({ length: 5 }, () => bob.polls(`cursor=${cursor}&wait=5`));
    await pause(30);
    await alice.says(conversation, 'to all');
    for (const told of await Promise.all(parked)) expect(textsIn(told.body)).toEqual(['to all']);
  });
});

async function open(limits: Partial<Limits> = {}) {
  const scene = await CoreScene.open({ limits: { sendsPerSecondMax: 10_000, ...limits } });
  const port = await openPort(scene.core);
  const alice = await HttpPerson.arrive(port, 'alice');
  const bob = await HttpPerson.arrive(port, 'bob');
  return { scene, port, alice, bob, conversation: await alice.direct('bob') };
}

function cursorOf({ body }: Told): string {
  return body['cursor'] as string;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
