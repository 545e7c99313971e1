import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './api/client.ts';
import type { Link, Transport } from './engine/ports/transport.ts';
import { fleeting, type Presence, type TransientMessage } from './fleeting.ts';
import { createClient } from './node/index.ts';
import { WebSocketTransport } from './platform/websocket-transport.ts';

describe('presence, transient messages and wills, at a real server', () => {
  const data = temporaryFolder();
  let server = new SkeinProcess({ folder: data.path, args: ['--port', '0', '--development'] });
  let bob: Client;
  let url: string;

  beforeAll(async () => {
    ({ url } = await server.ready());
    bob = createClient({ url, auth: { dev: 'bob' } });
    await bob.signedIn();
  }, 60_000);

  afterAll(async () => {
    await bob.close();
    await server[Symbol.asyncDispose]();
    data[Symbol.dispose]();
  });

  it('[FT1, FT3] shows how somebody is there, and follows as long as somebody listens', async () => {
    const bobs = fleeting(bob);
    const presence = bobs.presence('ada');
    expect(bobs.presence('ada')).toBe(presence);
    expect(presence.get().isOnline).toBeNull();
    const seen: (boolean | null)[] = [];
    const ada = createClient({ url, auth: { dev: 'ada' } });
    await ada.conversations.direct('bob').send('hello').sent;
    const stop = presence.subscribe(({ isOnline }) => seen.push(isOnline));
    await presence.until(({ isOnline }) => isOnline === true);
    const adas = fleeting(ada);
    await adas.setPresence({ availability: 'busy', text: '开会' });
    expect(await presence.until(({ text }) => text !== '')).toEqual({
      isOnline: true,
      lastSeen: null,
      availability: 'busy',
      text: '开会',
    });
    await adas.setPresence({ availability: 'hidden' });
    await presence.until(({ isOnline }) => isOnline === false);
    await adas.setPresence({});
    await presence.until(({ isOnline }) => isOnline === true);
    const beforeMs = Date.now();
    await ada.close();
    const { lastSeen } = await presence.until(({ isOnline }) => isOnline === false);
    expect(Math.abs((lastSeen?.getTime() ?? 0) - beforeMs)).toBeLessThan(10_000);
    // The second time it was what she says that changed.
    expect(seen).toEqual([null, true, true, false, true, false]);
    stop();
    // Nobody listens: nothing is told any more.
    await using again = createClient({ url, auth: { dev: 'ada' } });
    await again.signedIn();
    await quiet(bob);
    expect(presence.get().isOnline).toBe(false);
    expect(await bobs.presence('nobody-at-all').until(({ isOnline }) => isOnline !== null)).toMatchObject({
      isOnline: false,
    });
    bobs.close();
  }, 60_000);

  it('[FT5] says something to whoever is there, and to nobody later', async () => {
    await using carl = createClient({ url, auth: { dev: 'carl' } });
    const chat = carl.conversations.direct('bob');
    await chat.send('hello').sent;
    await bob.conversations.get('@carl').info.until(({ exists }) => exists);
    const bobs = fleeting(bob);
    const heard: TransientMessage[] = [];
    const stop = bobs.onTransient((message) => heard.push(message));
    const carls = fleeting(carl);
    await carl.connection.until(({ state }) => state === 'online');
    expect(carls.sendTransient('@bob', '👏')).toBe(true);
    expect(carls.sendTransient('@bob', { custom: { kind: 'wave', json: '{}' }, fallback: '👋' })).toBe(true);
    await until(() => heard.length === 2);
    expect(heard[0]).toEqual({
      conversationId: '@carl',
      sender: { id: 'carl', name: 'carl' },
      content: { kind: 'text', text: '👏' },
      isWill: false,
    });
    expect(heard[1]?.content).toMatchObject({ kind: 'custom', name: 'wave' });
    expect(bob.conversations.get('@carl').info.get().unread).toBe(1);
    carl.pause();
    expect(carls.sendTransient('@bob', 'nobody hears')).toBe(false);
    expect(carls.sendTransient('@stranger', 'there is no such conversation')).toBe(false);
    carl.resume();
    await chat.send('over').sent;
    await quiet(bob);
    expect(heard).toHaveLength(2);
    stop();
    bobs.close();
  }, 60_000);

  it('[FT6] leaves behind what is said when the line breaks, and not after a goodbye', async () => {
    const transport = new CuttableTransport(new WebSocketTransport(url));
    await using dora = createClient({ url, auth: { dev: 'dora' }, platform: { transport } });
    await dora.conversations.direct('bob').send('hello').sent;
    await bob.conversations.get('@dora').info.until(({ exists }) => exists);
    const bobs = fleeting(bob);
    const heard: TransientMessage[] = [];
    bobs.onTransient((message) => heard.push(message));
    const doras = fleeting(dora);
    const will = { conversationId: '@bob', message: 'dora is gone' };
    await doras.setWill(will);
    await expect(doras.setWill({ ...will, message: 'x'.repeat(10_000) })).rejects.toMatchObject({
      code: 'message.too_large',
    });
    // The one that was refused replaces nothing. Twice: on the second connection it is left behind again.
    for (let times = 1; times <= 2; times++) {
      transport.cut();
      await until(() => heard.length === times);
      transport.mend();
      dora.reconnect();
      await dora.connection.until(({ state }) => state === 'online');
      await quiet(dora);
    }
    expect(heard.map(({ content, isWill }) => [content, isWill])).toEqual([
      [{ kind: 'text', text: 'dora is gone' }, true],
      [{ kind: 'text', text: 'dora is gone' }, true],
    ]);
    await doras.setWill(null);
    transport.cut();
    await quiet(bob);
    transport.mend();
    dora.reconnect();
    await dora.connection.until(({ state }) => state === 'online');
    await doras.setWill(will);
    await dora.close();
    await quiet(bob);
    expect(heard).toHaveLength(2);
    bobs.close();
  }, 60_000);

  it('[FT2, FT4] knows nobody without a connection, and says and asks everything again on the next one', async () => {
    await using eve = createClient({ url, auth: { dev: 'eve' } });
    await eve.conversations.direct('bob').send('hello').sent;
    await fleeting(eve).setPresence({ availability: 'away', text: '吃饭' });
    const bobs = fleeting(bob);
    const told: Presence[] = [];
    bobs.presence('eve').subscribe((presence) => told.push(presence));
    await bobs.presence('eve').until(({ text }) => text === '吃饭');
    const { port } = await server.ready();
    await server[Symbol.asyncDispose]();
    await bobs.presence('eve').until(({ isOnline }) => isOnline === null);
    server = new SkeinProcess({
      folder: data.path,
      args: ['--port', String(port), '--development'],
    });
    await server.ready();
    bob.reconnect();
    eve.reconnect();
    expect(await bobs.presence('eve').until(({ text }) => text === '吃饭')).toMatchObject({
      isOnline: true,
      availability: 'away',
    });
    bobs.close();
    expect(bobs.presence('eve').get().isOnline).toBeNull();
  }, 60_000);
});

/** Loses its links without a word, and opens none until it is mended. */
class CuttableTransport implements Transport {
  readonly name = 'websocket';
  readonly #inner: Transport;
  readonly #links = new Map<Link, () => void>();
  #isCut = false;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  open(events: Parameters<Transport['open']>[0]): Link {
    if (this.#isCut) {
      setTimeout(() => events.closed(0, 'cut'), 5);
      return { send: () => {}, close: () => {} };
    }
    const link = this.#inner.open(events);
    this.#links.set(link, () => events.closed(0, 'cut'));
    return link;
  }

  cut(): void {
    this.#isCut = true;
    for (const [link, lost] of this.#links) {
      link.close();
      lost();
    }
    this.#links.clear();
  }

  mend(): void {
    this.#isCut = false;
  }
}

/** What was on its way has arrived: questions are answered in the order of the wire. */
async function quiet(client: Client): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 300);
  });
  await client.devices.list();
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
