import { request } from 'node:http';
import type { Told } from './http-driver.ts';

export interface FeedOptions {
  readonly url: string;
  readonly token: string;
  readonly cursor: string;
  /** `cursor` is what to come back with, where it is told. */
  readonly tell: (told: Told, cursor: string | null) => void;
  /** The line broke, and nothing more comes. */
  readonly ended: () => void;
}

export interface Feed {
  stop(): void;
  stall(): void;
  flow(): void;
}

/** Resolves when what was missed is there. */
export type OpenFeed = (options: FeedOptions) => Promise<Feed>;

const WAIT_S = 20;
const RETRY_MS = 50;

export const openFeed: Readonly<Record<'events' | 'poll', OpenFeed>> = {
  events: openEvents,
  poll: openPolls,
};

function openEvents({ url, token, cursor, tell, ended }: FeedOptions): Promise<Feed> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(cursor === '' ? {} : { 'Last-Event-ID': cursor }),
    };
    const asked = request(`${url}/v1/events`, { headers });
    asked.on('error', reject);
    asked.on('response', (response) => {
      const feed = {
        stop: () => asked.destroy(),
        stall: () => void response.pause(),
        flow: () => void response.resume(),
      };
      let held = '';
      response.setEncoding('utf8');
      response.on('error', () => undefined);
      response.on('close', () => {
        ended();
        reject(new Error('ended before the first event'));
      });
      response.on('data', (text: string) => {
        held += text;
        const blocks = held.split('\n\n');
        held = blocks.pop() ?? '';
        for (const block of blocks) {
          const { name, id, data } = fieldsOf(block);
          if (name === undefined) continue;
          tell(name === 'changes' ? (data as Told) : toldBy(name, data), id);
          // The first event says everything that was missed.
          if (name === 'changes' && id !== null) resolve(feed);
        }
      });
    });
    asked.end();
  });
}

function toldBy(name: string, data: unknown): Told {
  if (name === 'push') return { push: data as NonNullable<Told['push']> };
  if (name === 'marker') return { marker: data as NonNullable<Told['marker']> };
  if (name === 'typing') return { typing: data as NonNullable<Told['typing']> };
  if (name !== 'membership') return {};
  const { state, users } = data as { state: NonNullable<Told['changed']>[number]; users?: Told['users'] };
  return { changed: [state], ...(users === undefined ? {} : { users }) };
}

function fieldsOf(block: string): { name: string | undefined; id: string | null; data: unknown } {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return {
    name: fields.get('event'),
    id: fields.get('id') ?? null,
    data: JSON.parse(fields.get('data') ?? '{}') as unknown,
  };
}

async function openPolls(options: FeedOptions): Promise<Feed> {
  const abort = new AbortController();
  let cursor = options.cursor;
  const poll = async (waitS: number): Promise<void> => {
    const query = new URLSearchParams({ cursor, wait: String(waitS), entries: '100' });
    const response = await fetch(`${options.url}/v1/poll?${query.toString()}`, {
      headers: { Authorization: `Bearer ${options.token}` },
      signal: abort.signal,
    });
    const told = (await response.json()) as Told & { cursor?: string };
    if (abort.signal.aborted || told.cursor === undefined) return;
    cursor = told.cursor;
    options.tell(told, cursor);
  };
  await poll(0);
  void keepPolling(abort.signal, () => poll(WAIT_S));
  return { stop: () => abort.abort(), stall: () => undefined, flow: () => undefined };
}

async function keepPolling(signal: AbortSignal, poll: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await poll();
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, RETRY_MS);
      });
    }
  }
}
