import type { CacheSnapshot, CacheStore } from '@skein/client';
import { seq } from '@skein/model';
import { numberOf, type Presence, type StoredLog } from './stored-log.ts';
import { check } from './violations.ts';

/**
 * I11: a device that has written a cursor down knows of everything that was committed up to it. The next sync begins there
 * and would never tell it.
 */
export function checkCursor(name: string, user: string, stored: CacheSnapshot, log: StoredLog): void {
  const cursor = Number(stored.values.get('cursor') ?? 0);
  const number = numberOf(user, log);
  if (number === undefined) return;
  const heads = new Map(stored.conversations.map(({ number: id, head }) => [id, head]));
  for (const [id, { entries, presence }] of log.conversations) {
    const newest = entries.findLast(({ position }) => position <= cursor);
    if (newest === undefined || !isPresent(presence.get(number), newest.seq)) continue;
    const head = heads.get(id) ?? 0;
    check(
      head >= newest.seq,
      'I11',
      () =>
        `${name} has written cursor ${cursor} down and knows conversation ${id} up to ${head}; seq ${newest.seq} was there`,
    );
  }
}

/** I10: what was recalled is erased on the devices of members too. */
export async function checkErased(
  { name, user }: { readonly name: string; readonly user: string },
  device: CacheStore,
  log: StoredLog,
): Promise<void> {
  const number = numberOf(user, log);
  if (number === undefined) return;
  const everything = { from: seq(1), to: seq(Number.MAX_SAFE_INTEGER) };
  for (const [id, { messages, members }] of log.conversations) {
    if ((members.get(number)?.role ?? null) === null) continue;
    if (![...messages.values()].some(({ isRecalled }) => isRecalled)) continue;
    for (const { seq: at, body } of await device.readEntries(id, everything)) {
      const isRecalled = messages.get(at)?.isRecalled === true;
      check(
        !isRecalled || body.length === 0,
        'I10',
        () => `${name} keeps the words of seq ${at} of conversation ${id}, which was recalled`,
      );
    }
  }
}

/** Present at an entry and after it: a leave is told by itself, and to a new device not at all. */
function isPresent(spans: readonly Presence[] | undefined, at: number): boolean {
  return spans?.some(({ from, to }) => from <= at && at < to) ?? false;
}
