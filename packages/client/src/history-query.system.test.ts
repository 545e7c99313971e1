import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './api/client.ts';
import type { HistoryQuery } from './api/conversation.ts';
import type { Message } from './api/message.ts';
import type { ClientFacade } from './facade/client-facade.ts';
import { createClient } from './node/index.ts';

describe('asking a real server for history', () => {
  const data = temporaryFolder();
  const server = new SkeinProcess({ folder: data.path, args: ['--port', '0', '--development'] });
  let alice: Client;
  let bob: Client;

  beforeAll(async () => {
    const { url } = await server.ready();
    alice = createClient({ url, auth: { dev: 'alice' } });
    bob = createClient({ url, auth: { dev: 'bob' } });
    await Promise.all([alice.signedIn(), bob.signedIn()]);
  }, 60_000);

  afterAll(async () => {
    await Promise.all([alice.close(), bob.close()]);
    await server[Symbol.asyncDispose]();
    data[Symbol.dispose]();
  });

  it('[HQ2, HQ3] answers every row of the table, by message, by seq and by moment', async () => {
    const chat = alice.conversations.direct('bob');
    const messages: Message[] = [];
    for (const text of ['t1', 't2', 't3']) {
      messages.push(await chat.send(text).sent);
      // So that their moments differ.
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
    const [t1, t2, t3] = messages as [Message, Message, Message];
    expect(new Set([t1, t2, t3].map(({ at }) => at.getTime())).size).toBe(3);
    const first = { ...t1, seq: t1.seq ?? 0 };
    const last = { ...t3, seq: t3.seq ?? 0 };
    for (const [a, z] of [
      [first, last],
      [first.seq, last.seq],
      [first.at, last.at],
    ] as const) {
      const rows: readonly (readonly [HistoryQuery, string])[] = [
        [{ before: z }, 't1 t2'],
        [{ before: z, inclusive: true }, 't1 t2 t3'],
        [{ after: a }, 't2 t3'],
        [{ after: a, inclusive: true }, 't1 t2 t3'],
        [{ between: [a, z] }, 't2'],
        [{ between: [a, z], inclusive: true }, 't1 t2 t3'],
        [{ between: [a, z], inclusive: [true, false] }, 't1 t2'],
        [{ between: [a, z], inclusive: [false, true] }, 't2 t3'],
        [{ between: [z, a] }, 't2'],
        [{ between: [z, a], inclusive: true }, 't1 t2 t3'],
        [{ between: [z, a], inclusive: [true, false] }, 't2 t3'],
        [{ between: [z, a], inclusive: [false, true] }, 't1 t2'],
        // What a limit leaves is what is nearest to the first place.
        [{ before: z, limit: 1 }, 't2'],
        [{ after: a, limit: 1 }, 't2'],
        [{ between: [a, z], inclusive: true, limit: 2 }, 't1 t2'],
        [{ between: [z, a], inclusive: true, limit: 2 }, 't2 t3'],
        // Nothing is there.
        [{ before: a }, ''],
        [{ after: z }, ''],
        [{ between: [a, a] }, ''],
        [{ between: [z, z], inclusive: true }, 't3'],
        [{}, 't1 t2 t3'],
      ];
      for (const [query, expected] of rows) {
        const page = await chat.query({ ...query, type: 'text' });
        expect([query, textsOf(page.messages)]).toEqual([query, expected]);
        const all = await chat.query(query);
        // The entry that made the conversation is no text; it is before t1.
        expect([query, textsOf(all.messages)]).toEqual([query, expected]);
      }
    }
    expect((await chat.query({ after: new Date(last.at.getTime() + 60_000) })).messages).toEqual([]);
    expect(textsOf((await chat.query({ after: new Date(0) })).messages)).toBe('t1 t2 t3');
  }, 60_000);

  it('[HQ4] gives each message once, whatever is sent and recalled between the pages', async () => {
    const group = await alice.conversations.createGroup({ title: '潮汐', users: ['bob'] });
    const sent: Message[] = [];
    for (let i = 0; i < 30; i++) sent.push(await group.send(`m${i}`).sent);
    const seen: Message[] = [];
    let query: HistoryQuery | null = { limit: 7 };
    for (let page = 0; query !== null; page++) {
      const answer = await group.query(query);
      seen.unshift(...answer.messages);
      query = answer.next;
      await group.send(`between ${page}`).sent;
      // One that was given already, and one that is still to come.
      await alice.messages.recall(sent[29 - page] as Message);
      await alice.messages.recall(sent[page] as Message);
    }
    const seqs = seen.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(sent.filter(({ seq }) => !seqs.includes(seq))).toEqual([]);
    // Forwards, what came meanwhile comes, too.
    const forwards: Message[] = [];
    let after: HistoryQuery | null = { after: sent[20] as Message, limit: 2, type: 'text' };
    for (let page = 0; after !== null; page++) {
      if (page < 3) await group.send(`later ${page}`).sent;
      const answer = await group.query(after);
      forwards.push(...answer.messages);
      after = answer.next;
    }
    const texts = forwards.flatMap((message) => (message.kind === 'text' ? [message.text] : []));
    expect(texts).toEqual([...new Set(texts)]);
    expect(texts.slice(-3)).toEqual(['later 0', 'later 1', 'later 2']);
  }, 60_000);

  it('[HQ1] tells how a message stands now, filters by type, and changes nothing that shows', async () => {
    const group = await alice.conversations.createGroup({ title: '书单', users: ['bob'] });
    const draft = await group.send('first words').sent;
    const order = { custom: { kind: 'order', json: '{"n":1}' }, fallback: '[order]' };
    await group.send(order).sent;
    await alice.messages.edit(draft, 'better words');
    await bob.conversations.get(group.id).info.until(({ exists }) => exists);
    await bob.messages.react(draft, '[大笑]');
    for (let i = 0; i < 25; i++) await group.send(`filler ${i}`).sent;
    await group.update({ title: '书单 2' });

    await using newcomer = createClient({ url: (await server.ready()).url, auth: { dev: 'bob' } });
    await newcomer.signedIn();
    const seenBy = newcomer.conversations.get(group.id);
    await seenBy.info.until(({ exists }) => exists);
    const held = heldOf(newcomer, group.id);
    expect(held[0]?.from).toBeGreaterThan(1);
    const [words] = (await seenBy.query({ after: 0, limit: 1, type: 'text' })).messages;
    expect(words).toMatchObject({ kind: 'text', text: 'better words', seq: draft.seq });
    expect(words?.editedAt).not.toBeNull();
    expect(words?.reactions.map(({ key }) => key)).toEqual(['[大笑]']);
    const custom = await seenBy.query({ type: 'custom' });
    expect(custom.messages.map(({ kind }) => kind)).toEqual(['custom']);
    expect(custom.next).toBeNull();
    const tips = await seenBy.query({ type: 'tip' });
    expect(tips.messages.map(({ kind }) => kind)).toEqual(['tip', 'tip']);
    expect((await seenBy.query({ limit: 1000 })).messages).toHaveLength(29);
    expect(heldOf(newcomer, group.id)).toEqual(held);
    expect((await newcomer.conversations.direct('zoe').query()).messages).toEqual([]);
  }, 60_000);
});

function textsOf(messages: readonly Message[]): string {
  return messages.flatMap((message) => (message.kind === 'text' ? [message.text] : [])).join(' ');
}

/** What of the log is on this device. */
function heldOf(client: Client, id: string) {
  return (client as ClientFacade).engine.parts.model.byPublicId(id)?.held ?? [];
}
