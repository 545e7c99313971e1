import { conversationId, deviceNumber, ENTRY_KIND, seq, userNumber } from '@skein/model';
import { describe, expect, it } from 'vitest';
import {
  type CacheBatch,
  type CacheProvider,
  CacheTakenError,
  type EntryRow,
  type OutboxRow,
} from '../ports/cache-store.ts';
import { newConversation } from '../sync/apply-state.ts';

const CHAT = conversationId(7);
const OTHER = conversationId(8);
const DEVICE = deviceNumber(3);

/**
 * Every store of a device runs this suite. `make` gives the storage of a fresh device; opening it again is the next life of
 * the program.
 */
export function describeCacheStore(name: string, make: () => Promise<CacheProvider>): void {
  describe(`CacheStore contract: ${name}`, () => {
    it('[CS1] keeps what was applied, exactly', async () => {
      const device = await make();
      const store = await device.open('alice');
      await store.apply(FULL);
      const loaded = await store.load();
      expect(loaded).toEqual(await (await device.open('alice')).load());
      expect(loaded.values).toEqual(
        new Map([
          ['cursor', '17'],
          ['empty', ''],
        ]),
      );
      expect(loaded.users).toEqual(FULL.users);
      expect(loaded.conversations).toEqual(FULL.conversations);
      expect(loaded.outbox).toEqual(FULL.outbox);
      expect(loaded.counters).toEqual(FULL.counters);
    });

    it('[CS1] begins empty', async () => {
      const store = await (await make()).open('alice');
      expect(await store.load()).toEqual({
        values: new Map(),
        users: [],
        conversations: [],
        outbox: [],
        counters: [],
      });
      expect(await store.readEntries(CHAT, { from: seq(1), to: seq(9) })).toEqual([]);
    });

    it('[CS2] replaces rows of the same key, and removes what it is told to', async () => {
      const store = await (await make()).open('alice');
      await store.apply(FULL);
      const row = { ...newConversation(CHAT), title: 'Arden', head: seq(9) };
      const counter = { conversation: CHAT, device: DEVICE, counter: 12 };
      await store.apply(
        batch({
          values: new Map([
            ['cursor', null],
            ['empty', 'full'],
          ]),
          conversations: [row],
          outboxRemovals: [1, 99],
          counters: [counter],
        }),
      );
      const loaded = await store.load();
      expect(loaded.values).toEqual(new Map([['empty', 'full']]));
      expect(loaded.conversations).toEqual([row]);
      expect(loaded.outbox).toEqual([outboxRow(2)]);
      expect(loaded.counters).toEqual([counter]);
    });

    it('[CS3] reads entries by range, ascending, of one conversation', async () => {
      const store = await (await make()).open('alice');
      const entries = [5, 3, 9, 4].map((at) => entry(at));
      await store.apply(batch({ entries: [...entries, entry(4, { conversation: OTHER })] }));
      const found = await store.readEntries(CHAT, { from: seq(4), to: seq(8) });
      expect(found).toEqual([entry(4), entry(5)]);
      expect(await store.readEntries(OTHER, { from: seq(1), to: seq(9) })).toHaveLength(1);
    });

    it('[CS4] finds what changes the entries of a range, wherever it stands itself', async () => {
      const store = await (await make()).open('alice');
      const amendments = [20, 30, 40].map((at) => entry(at, { kind: ENTRY_KIND.edit, target: seq(at / 10) }));
      await store.apply(batch({ entries: [...amendments, entry(2), entry(3)] }));
      await store.apply(batch({ entries: amendments }));
      const found = await store.readAmendments(CHAT, { from: seq(2), to: seq(3) });
      expect(found).toEqual(amendments.slice(0, 2));
      expect(await store.readAmendments(CHAT, { from: seq(20), to: seq(40) })).toEqual([]);
    });

    it('[CS5] erases the words of what was recalled, and of its edits, if it has them', async () => {
      const store = await (await make()).open('alice');
      const edit = entry(3, { kind: ENTRY_KIND.edit, target: seq(1) });
      const reaction = entry(4, { kind: ENTRY_KIND.reaction, target: seq(1) });
      await store.apply(batch({ entries: [entry(1), entry(2), edit, reaction] }));
      const redactions = [1, 77].map((at) => ({ conversation: CHAT, seq: seq(at) }));
      await store.apply(batch({ redactions }));
      const kept = await store.readEntries(CHAT, { from: seq(1), to: seq(99) });
      expect(kept.map(({ body }) => body.length)).toEqual([0, 3, 0, 3]);
      expect(kept[1]).toEqual(entry(2));
    });

    it('[CS6] clears everything before the rest of the batch, in one step', async () => {
      const device = await make();
      const store = await device.open('alice');
      await store.apply(FULL);
      await store.apply(batch({ clear: true, values: new Map([['installation', 'kept']]) }));
      const loaded = await (await device.open('alice')).load();
      expect(loaded).toEqual({
        values: new Map([['installation', 'kept']]),
        users: [],
        conversations: [],
        outbox: [],
        counters: [],
      });
    });

    it('[CS7] belongs to whoever opened it last', async () => {
      const device = await make();
      const first = await device.open('alice');
      const second = await device.open('alice');
      await expect(first.apply(FULL)).rejects.toBeInstanceOf(CacheTakenError);
      await second.apply(batch({ users: FULL.users }));
      expect((await second.load()).conversations).toEqual([]);
    });

    it('[CS8] keeps users apart, and remembers who was here last', async () => {
      const device = await make();
      await (await device.open('alice')).apply(FULL);
      expect((await (await device.open('bob')).load()).conversations).toEqual([]);
      expect(await device.lastUser()).toBeNull();
      await device.rememberUser('bob');
      expect(await device.lastUser()).toBe('bob');
      await device.rememberUser(null);
      expect(await device.lastUser()).toBeNull();
    });

    it('[CS9] leaves nothing behind when it is destroyed', async () => {
      const device = await make();
      const store = await device.open('alice');
      await store.apply(FULL);
      await store.destroy();
      await store.close();
      const again = await device.open('alice');
      expect((await again.load()).values.size).toBe(0);
      expect(await again.readEntries(CHAT, { from: seq(1), to: seq(99) })).toEqual([]);
    });

    it('[CS1] takes a thousand batches and still knows the last of each', async () => {
      const device = await make();
      const store = await device.open('alice');
      for (let i = 1; i <= 1_000; i++) {
        await store.apply(batch({ values: new Map([['cursor', `${i}`]]), entries: [entry(1 + (i % 50))] }));
      }
      const again = await device.open('alice');
      expect((await again.load()).values.get('cursor')).toBe('1000');
      expect(await again.readEntries(CHAT, { from: seq(1), to: seq(99) })).toHaveLength(50);
    });
  });
}

export function batch(changes: Partial<CacheBatch> = {}): CacheBatch {
  return {
    clear: false,
    values: new Map(),
    users: [],
    conversations: [],
    entries: [],
    redactions: [],
    outbox: [],
    outboxRemovals: [],
    counters: [],
    ...changes,
  };
}

function entry(at: number, changes: Partial<EntryRow> = {}): EntryRow {
  return {
    conversation: CHAT,
    seq: seq(at),
    ordinal: at,
    kind: ENTRY_KIND.message,
    sender: userNumber(2),
    timeMs: 1_700_000_000_000 + at,
    target: seq(0),
    body: Uint8Array.of(10, 1, at),
    device: deviceNumber(0),
    counter: 0,
    ...changes,
  };
}

function outboxRow(order: number): OutboxRow {
  return {
    order,
    to: '@bob',
    conversation: CHAT,
    counter: order,
    device: DEVICE,
    afterSeq: seq(4),
    kind: ENTRY_KIND.message,
    target: seq(0),
    body: Uint8Array.of(10, 2, 0xe4, order),
    createdAtMs: 1_700_000_000_000,
    refusal: '',
  };
}

const FULL: CacheBatch = batch({
  values: new Map([
    ['cursor', '17'],
    ['empty', ''],
  ]),
  users: [{ number: userNumber(2), id: 'bob', name: 'Bob 鲍勃' }],
  conversations: [
    {
      ...newConversation(CHAT),
      title: '文件传输助手',
      held: [{ from: seq(1), to: seq(4) }],
      markers: [{ user: userNumber(2), delivered: seq(4), read: seq(2) }],
      preview: { entry: entry(4), amendments: [entry(6, { kind: ENTRY_KIND.edit, target: seq(4) })] },
    },
  ],
  entries: [entry(1), entry(2)],
  outbox: [outboxRow(1), outboxRow(2)],
  counters: [{ conversation: CHAT, device: DEVICE, counter: 11 }],
});
