import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SyncInit } from '@skein/protocol';
import { SeededRandom } from '@skein/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort, ServerProcess } from '../server-process.ts';
import { Person } from './person.ts';

const CAP = 50;

let folder: string;
let server: ServerProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skein-missed-'));
  const port = await freePort(new SeededRandom(process.pid));
  const settings = { 'limits.sync_entries_per_conversation_max': String(CAP) };
  server = new ServerProcess({ folder, port, settings });
  await server.start();
});

afterEach(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

it.each([1, CAP - 1, CAP, CAP + 1, CAP * 4])(
  '[HO5] tells of %i missed entries in one round trip',
  async (missed) => {
    const { speaker, conversation, device } = await acquaintance();
    for (let said = 0; said < missed; said++) speaker.say(conversation, `之${said}`);
    await speaker.until('all of it is stored', () => speaker.all('ack').length === missed);
    const headBefore = device.head;
    await server.kill();
    await server.start();

    using back = await Person.arrive({ port: server.port, name: 'away', ...device });
    const parts = back.all('syncResult');
    const states = parts.flatMap(({ changed }) => changed);
    const entries = states.flatMap((state) => state.entries).toSorted((a, b) => a.seq - b.seq);
    expect(states.every((state) => state.conversation === conversation)).toBe(true);
    expect(parts.some(({ reset }) => reset)).toBe(false);
    // Welcome and the parts of one answer: nothing else was asked.
    expect(back.heard.map((frame) => frame.case).filter((name) => name !== 'marker')).toEqual([
      'welcome',
      ...parts.map(() => 'syncResult'),
    ]);
    const told = Math.min(missed, CAP);
    expect(entries.map(({ seq }) => seq)).toEqual(
      Array.from({ length: told }, (_, index) => headBefore + missed - told + index + 1),
    );
    // Where the newest do not reach back to what the device holds, the head says so.
    expect(states[0]?.head).toBe(headBefore + missed);
    speaker[Symbol.dispose]();
  },
);

it('[HO5] tells a device to start over when the data is another', async () => {
  const { speaker, device } = await acquaintance();
  speaker[Symbol.dispose]();
  await server.kill();
  rmSync(folder, { recursive: true });
  await server.start();
  using back = await Person.arrive({
    port: server.port,
    name: 'away',
    auth: { case: 'dev', value: 'away' },
    sync: device.sync,
  });
  const [answer] = back.all('syncResult');
  expect(answer).toMatchObject({ reset: true, changed: [], memberships: 0 });
  expect(answer?.epoch).not.toBe(device.sync.epoch);
});

/** Two people with a conversation, one of whom has just gone: what their device holds, and how it comes back. */
async function acquaintance() {
  const { port } = server;
  const away = await Person.arrive({ port, name: 'away' });
  const speaker = await Person.arrive({ port, name: 'speaker' });
  const conversation = await away.directWith('speaker');
  const { seq: head } = await away.sayAndWait(conversation, '我走了');
  away.tell({ case: 'sync', value: {} });
  await away.until('a second sync answer', () => away.all('syncResult').length === 2);
  const last = away.all('syncResult').at(-1);
  const tokens = away.all('welcome')[0]?.tokens;
  away[Symbol.dispose]();
  const sync: SyncInit = {
    epoch: last?.epoch ?? '',
    cursor: last?.cursor ?? 0,
    conversations: 10,
    entriesEach: 1_000,
  };
  const auth = { case: 'accessToken', value: tokens?.accessToken ?? '' } as const;
  return { speaker, conversation, device: { head, auth, sync } };
}
