import { conversationId, ENTRY_KIND, seq } from '@skein/model';
import { entry } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { RecentEntries } from './recent-entries.ts';

const ROOMY = { recentEntriesPerConversationMax: 100, recentBytesMax: 1_000_000 };
const ONE = conversationId(1);
const TWO = conversationId(2);

function seqsOf(recent: RecentEntries, conversation: typeof ONE, from: number, to: number) {
  return recent.slice(conversation, seq(from), seq(to))?.map((held) => held.seq);
}

describe('recent entries', () => {
  it('[LG10] answer what they hold as a whole, else nothing', () => {
    const recent = new RecentEntries(ROOMY);
    for (const at of [5, 6, 7]) recent.add(entry({ seq: seq(at) }));
    expect(seqsOf(recent, ONE, 5, 7)).toEqual([5, 6, 7]);
    expect(seqsOf(recent, ONE, 6, 6)).toEqual([6]);
    expect(seqsOf(recent, ONE, 4, 7)).toBeUndefined();
    expect(seqsOf(recent, ONE, 6, 8)).toBeUndefined();
    expect(seqsOf(recent, TWO, 5, 7)).toBeUndefined();
  });

  it('[LG10] keep the newest of a conversation', () => {
    const recent = new RecentEntries({ ...ROOMY, recentEntriesPerConversationMax: 2 });
    for (const at of [1, 2, 3]) recent.add(entry({ seq: seq(at) }));
    expect(seqsOf(recent, ONE, 1, 3)).toBeUndefined();
    expect(seqsOf(recent, ONE, 2, 3)).toEqual([2, 3]);
  });

  it('[LG10] drop the conversation unused for longest when they grow too large', () => {
    const recent = new RecentEntries({ ...ROOMY, recentBytesMax: 2_000 });
    const body = new Uint8Array(500);
    recent.add(entry({ conversation: ONE, body }));
    recent.add(entry({ conversation: TWO, body }));
    expect(seqsOf(recent, ONE, 1, 1)).toEqual([1]);
    recent.add(entry({ conversation: conversationId(3), body }));
    expect(seqsOf(recent, TWO, 1, 1)).toBeUndefined();
    expect(seqsOf(recent, ONE, 1, 1)).toEqual([1]);
    expect(recent.bytes).toBeLessThanOrEqual(2_000);
  });

  it('[LG10] drop even the conversation in use when it is too large alone, and start it again', () => {
    const recent = new RecentEntries({ ...ROOMY, recentBytesMax: 1_000 });
    recent.add(entry({ body: new Uint8Array(2_000) }));
    expect(recent.bytes).toBe(0);
    recent.add(entry({ seq: seq(2) }));
    expect(seqsOf(recent, ONE, 2, 2)).toEqual([2]);
  });

  it('[ED4] forget what is recalled, and its edits', () => {
    const recent = new RecentEntries(ROOMY);
    recent.add(entry({ seq: seq(1) }));
    recent.add(entry({ seq: seq(2) }));
    recent.add(entry({ seq: seq(3), kind: ENTRY_KIND.edit, target: seq(1) }));
    recent.add(entry({ seq: seq(4), kind: ENTRY_KIND.reaction, target: seq(1) }));
    const before = recent.bytes;
    recent.add(entry({ seq: seq(5), kind: ENTRY_KIND.recall, target: seq(1), body: new Uint8Array(0) }));
    const bytes = recent.slice(ONE, seq(1), seq(5))?.map(({ body }) => body.length);
    expect(bytes).toEqual([0, 3, 0, 3, 0]);
    expect(recent.bytes).toBe(before - 6 + (before - 12) / 4);
  });
});
