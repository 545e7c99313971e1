import { TopicScene } from '@skein/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Publication } from './publication.ts';

const PAGE_BYTES = 65_536;

let scene: TopicScene;

beforeEach(async () => {
  scene = await TopicScene.open({ topicInFlightMax: 4, topicWaitingMax: 3 });
});

/** The scene publishes small buffers of Node, as a gateway does: parts of one of 64 KiB. */
describe('memory of what is kept', () => {
  it('[TP9] is a value’s own when it is retained', async () => {
    const ana = await scene.connect('a');
    await ana.subscribe('topics/x', { qos: 0 });
    await ana.send('topics/x', 'passes', { qos: 1 });
    await ana.send('topics/x', 'stays', { qos: 1, isRetained: true });
    expect(ana.publications.map(behind)).toEqual([PAGE_BYTES, 'stays'.length]);
  });

  it.each([
    ['of a session that is kept', 60],
    ['of one that ends with its connection', 0],
  ])('[TP9] is its own when it is still under way at the next sweep, %s', async (_what, expiryS) => {
    const ana = await scene.connect('a', { expiryS });
    await ana.subscribe('topics/x', { qos: 1 });
    for (const text of ['one', 'two']) {
      await ana.send('topics/x', text, { qos: 1 });
      expect(behind(ana.publications.at(-1))).toBe(PAGE_BYTES);
      await scene.clock.advanceSettled(scene.limits.sweepIntervalMs);
      expect(behind(ana.publications.at(-1))).toBe(text.length);
    }
  });

  it('[TP9] is its own when its subscriber is away, slow, or leaves', async () => {
    const ana = await scene.connect('a', { expiryS: 60 });
    await ana.subscribe('topics/x', { qos: 1 });
    await ana.send('topics/x', 'under way', { qos: 1 });
    ana.leave();
    expect(behind(ana.publications.at(-1))).toBe('under way'.length);
    const ben = await scene.connect('b', { user: 'bob' });
    await ben.subscribe('topics/x', { qos: 0 });
    await ben.send('topics/x', 'waits', { qos: 1 });
    expect(behind(ben.publications.at(-1))).toBe('waits'.length);
  });

  it('[TP9] is a note’s own', async () => {
    const { session } = await scene.connect('a', { expiryS: 10 });
    const page = new Uint8Array(PAGE_BYTES).fill(7);
    const changes = session.note('n', page.subarray(1, 4));
    page.fill(0);
    for (const kept of [session.notes.get('n'), changes[0]?.value])
      expect([kept, kept?.buffer.byteLength]).toEqual([new Uint8Array([7, 7, 7]), 3]);
  });
});

/** Bytes that stay for as long as this value does. */
function behind(publication: Publication | undefined): number {
  return publication?.payload.buffer.byteLength ?? 0;
}
