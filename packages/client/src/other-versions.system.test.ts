import { ENTRY_KIND, seq } from '@skein/model';
import { encodeBody } from '@skein/protocol';
import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './api/client.ts';
import type { ClientFacade } from './facade/client-facade.ts';
import { createClient } from './node/index.ts';
import { WebSocketTransport } from './platform/websocket-transport.ts';
import { NewerTransport } from './test/newer-transport.ts';

/** Field 50, a text: nothing that this version knows. */
const NEW_FIELD = Uint8Array.of(0x92, 0x03, 3, 0x6e, 0x65, 0x77);
/** Field 9 of Content, one of `of`: a kind of message that this version does not know. */
const NEW_KIND = Uint8Array.of(0x4a, 2, 0x08, 0x07);

describe('other versions', () => {
  const data = temporaryFolder();
  let server = new SkeinProcess({ folder: data.path, args: ['--port', '0', '--development'] });
  let url: string;
  let port: number;

  beforeAll(async () => {
    ({ url, port } = await server.ready());
  }, 60_000);

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    data[Symbol.dispose]();
  });

  it('[OV1] what a newer one put into a message goes through a server, its store, a device and on from there, byte for byte', async () => {
    using device = temporaryFolder();
    const bodies = [
      encodeBody('Content', { of: { case: 'text', value: '你好' }, unknown: NEW_FIELD }),
      encodeBody('Content', { fallback: '[红包]', unknown: NEW_KIND }),
    ];
    for (const dev of ['bob', 'carol']) {
      await using newcomer = createClient({ url, auth: { dev } });
      await newcomer.signedIn();
    }
    await using alice = createClient({ url, auth: { dev: 'alice' } });
    await alice.signedIn();
    for (const body of bodies) queue(alice, '@bob', body);
    await alice.outbox.until((rows) => rows.length === 0);
    // Nothing of it is in the memory of a server any more.
    await server[Symbol.asyncDispose]();
    server = new SkeinProcess({ folder: data.path, args: ['--port', String(port), '--development'] });
    await server.ready();

    const options = { url, auth: { dev: 'bob' }, folder: device.path } as const;
    const bob = createClient(options);
    await bob.unread.until(({ total }) => total === 2);
    await bob.close();
    // From the files of the device, without a network.
    await using again = createClient({ ...options, url: 'tcp://127.0.0.1:9' });
    const { messages } = again.conversations.get('@alice');
    const shown = await messages.until((rows) => rows.filter(({ kind }) => kind !== 'tip').length === 2);
    expect(shown.slice(-2)).toMatchObject([
      { kind: 'text', text: '你好' },
      { kind: 'unsupported', fallback: '[红包]' },
    ]);
    const stored = bodiesOf(again, '@alice');
    expect(stored).toEqual(bodies);
    await again.close();

    await using forwarding = createClient(options);
    await forwarding.signedIn();
    for (const body of stored) queue(forwarding, '@carol', body);
    await forwarding.outbox.until((rows) => rows.length === 0);
    await using carol = createClient({ url, auth: { dev: 'carol' } });
    const received = carol.conversations.get('@bob').messages;
    await received.until((rows) => rows.filter(({ kind }) => kind !== 'tip').length === 2);
    expect(bodiesOf(carol, '@bob')).toEqual(bodies);
  }, 60_000);

  it('[OV2] on either side of the wire are no hindrance: fields and frames that are not known are passed over', async () => {
    const transport = new NewerTransport(new WebSocketTransport(url));
    await using dan = createClient({ url, auth: { dev: 'dan' }, platform: { transport } });
    await using eve = createClient({ url, auth: { dev: 'eve' } });
    await Promise.all([dan.signedIn(), eve.signedIn()]);
    const group = await dan.conversations.createGroup({ title: '新旧', users: ['eve'] });
    const first = await group.send('first').sent;
    await dan.messages.edit(first, 'first, better');
    await dan.messages.react(first, '[大笑]');
    const second = await group.send('second').sent;
    await dan.messages.recall(second);
    const eves = eve.conversations.get(group.id);
    await eves.info.until(({ exists }) => exists);
    await eves.send('an answer').sent;
    eves.markRead();
    const answered = await group.messages.until((rows) =>
      rows.some((row) => row.kind === 'text' && row.text === 'an answer'),
    );
    expect(answered.filter(({ kind }) => kind !== 'tip')).toMatchObject([
      { kind: 'text', text: 'first, better', reactions: [{ key: '[大笑]', mine: true }] },
      { kind: 'recalled' },
      { kind: 'text', text: 'an answer' },
    ]);
    expect((await group.query({ type: 'text' })).messages).toHaveLength(2);
    expect((await dan.devices.list()).length).toBe(1);
    dan.pause();
    await eves.send('while away').sent;
    dan.resume();
    await dan.unread.until(({ total }) => total === 2);
    expect(transport.changed.up).toBeGreaterThan(8);
    expect(transport.changed.down).toBeGreaterThan(8);
    // What stands in the log is what was written, without what was added on the way.
    await eves.messages.until((rows) => rows.some((row) => row.kind === 'text' && row.text === 'an answer'));
    expect(bodiesOf(eve, group.id)).toContainEqual(
      encodeBody('Content', { of: { case: 'text', value: 'an answer' } }),
    );
  }, 60_000);

  it('[OV3] a question that the server does not know is answered, and so is the next one', async () => {
    await using fay = createClient({ url, auth: { dev: 'fay' } });
    await fay.signedIn();
    const { requests } = (fay as ClientFacade).engine.parts;
    // With no question in it: as a member of `ask` looks that the server cannot read.
    await expect(requests.ask({ case: 'ofTheFuture', value: {} } as never)).rejects.toMatchObject({
      code: 'request.unknown',
    });
    expect((await fay.devices.list()).length).toBe(1);
  }, 60_000);
});

/** Sends a body as it is, as a program that forwards does. */
function queue(client: Client, to: string, body: Uint8Array): void {
  (client as ClientFacade).engine.change({ to, kind: ENTRY_KIND.message, target: seq(0), body });
}

/** The bodies of the messages of a timeline that is open, oldest first. */
function bodiesOf(client: Client, id: string): Uint8Array[] {
  const { model, logs } = (client as ClientFacade).engine.parts;
  const row = model.byPublicId(id);
  const entries = row === undefined ? [] : [...(logs.get(row.number)?.entries() ?? [])];
  return entries
    .filter(({ kind }) => kind === ENTRY_KIND.message)
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ body }) => Uint8Array.from(body));
}
