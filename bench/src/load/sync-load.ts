import type { SyncInit } from '@skein/protocol';
import { createGroup } from './fan-out-load.ts';
import { forEachOf } from './line.ts';
import { devHello, NativeClient, resumeHello } from './native-client.ts';

export interface SyncPreparation {
  readonly port: number;
  readonly conversations: number;
  readonly changed: number;
}

export interface SyncReport {
  readonly syncs: number;
  /** Of the answers alone, framing included. */
  readonly bytesPerSync: number;
  /** Conversations that one answer reported. */
  readonly changed: number;
  readonly medianMs: number;
}

export interface ReturnReport {
  /** Everything that the server wrote to a device that came back: welcome and sync. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly medianMs: number;
}

// Creations under way: enough to fill a commit, few enough for the limit on pending commands.
const CREATING_AT_ONCE = 100;
const READER = 'sync-reader';
const WRITER = 'sync-writer';
const WINDOW = { conversations: 50, entriesEach: 20 };

let port = 0;
let token = '';
let cursor: SyncInit = {};
let reader: NativeClient | null = null;

/** A user with many conversations leaves; then some of them change. */
export async function prepareSync(options: SyncPreparation): Promise<void> {
  port = options.port;
  const writer = await NativeClient.connect({ port, hello: devHello(WRITER) });
  const away = await NativeClient.connect({ port, hello: devHello(READER) });
  const conversations = await forEachOf(options.conversations, CREATING_AT_ONCE, (index) =>
    createGroup(writer, `sync-${index}`, [READER]),
  );
  const before = await away.sync({ ...WINDOW, conversations: 0 });
  const last = before.at(-1);
  if (last === undefined || last.memberships !== options.conversations) {
    throw new Error(`the reader is in ${last?.memberships} conversations`);
  }
  cursor = { epoch: last.epoch, cursor: last.cursor, ...WINDOW };
  token = away.welcome?.tokens?.accessToken ?? '';
  away.destroy();
  for (const conversation of conversations.slice(0, options.changed)) {
    writer.send({
      case: 'send',
      value: { conversation, counter: 1, text: 'Your brother is no more a shepherd.' },
    });
  }
  while (writer.acks < options.changed) await new Promise((resolve) => setTimeout(resolve, 5));
  reader = await NativeClient.connect({ port, hello: resumeHello(READER, token, cursor) });
}

/** Asks for the same changes again and again, on one connection: the sync and nothing else. */
export async function repeatSync({ syncs }: { syncs: number }): Promise<SyncReport> {
  if (reader === null) throw new Error('nothing is prepared');
  const bytesBefore = reader.bytesRead;
  const times: number[] = [];
  let changed = 0;
  for (let i = 0; i < syncs; i++) {
    const startedAt = performance.now();
    const parts = await reader.sync(cursor);
    times.push(performance.now() - startedAt);
    changed = parts.reduce((sum, part) => sum + part.changed.length, 0);
  }
  return { syncs, bytesPerSync: (reader.bytesRead - bytesBefore) / syncs, changed, medianMs: middle(times) };
}

/** Comes back as a device does: a new connection whose hello carries the token and the sync. */
export async function repeatReturn({ returns }: { returns: number }): Promise<ReturnReport> {
  const times: number[] = [];
  let bytesRead = 0;
  let bytesWritten = 0;
  for (let i = 0; i < returns; i++) {
    const startedAt = performance.now();
    const client = await NativeClient.connect({ port, hello: resumeHello(READER, token, cursor) });
    times.push(performance.now() - startedAt);
    bytesRead = client.bytesRead;
    bytesWritten = client.bytesWritten;
    client.destroy();
  }
  return { bytesRead, bytesWritten, medianMs: middle(times) };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
