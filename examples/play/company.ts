import { join } from 'node:path';
import type { Client, Conversation, Message, Timeline } from '@skein/client';
import { isSkeinError } from '@skein/client';
import { createClient } from '@skein/client/node';
import type { Part, Scene } from './plan.ts';

const TRANSPORTS = ['tcp', 'ws'] as const;
/** Every so many characters one keeps what it sees in files, the others in memory. */
const WITH_FILES_EVERY = 4;
const PAGE_COUNT = 200;
const GAP_MS_MAX = 10_000;

/** One character: a person with a device of their own. */
export interface Actor {
  readonly id: string;
  readonly transport: (typeof TRANSPORTS)[number];
  readonly cache: 'memory' | 'files';
  readonly client: Client;
}

/** Everybody, each with a connection of their own, over TCP and WebSocket in turn. */
export class Company implements AsyncDisposable {
  readonly actors: ReadonlyMap<string, Actor>;

  private constructor(actors: ReadonlyMap<string, Actor>) {
    this.actors = actors;
  }

  static async engage(ids: readonly string[], port: number, folder: string): Promise<Company> {
    const actors = ids.map((id, index) => engage(id, index, port, folder));
    await Promise.all(actors.map(({ client }) => client.signedIn()));
    return new Company(new Map(actors.map((actor) => [actor.id, actor])));
  }

  actor(id: string): Actor {
    const actor = this.actors.get(id);
    if (actor === undefined) throw new Error(`${id} is not in the company`);
    return actor;
  }

  /** Makes sure that the scene's conversation exists; answers with where each of its characters finds it. */
  async open({ title, isGroup, characters }: Scene): Promise<(id: string) => Conversation> {
    const [first = '', ...others] = characters;
    if (!isGroup) return (id) => this.actor(id).client.conversations.direct(otherOf(characters, id));
    const { id: group } = await this.actor(first).client.conversations.createGroup({ title, users: others });
    const conversationOf = (id: string): Conversation => this.actor(id).client.conversations.get(group);
    await Promise.all(characters.map((id) => conversationOf(id).info.until(({ exists }) => exists)));
    return conversationOf;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.actors.values(), ({ client }) => client.close()));
  }
}

/** Everything this device can show of a conversation, from its first message on. */
export async function transcriptOf(conversation: Conversation): Promise<readonly Part[]> {
  const timeline = conversation.open();
  try {
    await complete(timeline);
    return timeline.get().flatMap(partOf);
  } finally {
    timeline.close();
  }
}

/** Gaps are given time to be filled; after that they stay what they are: something that is missing. */
async function complete(timeline: Timeline): Promise<void> {
  const signal = AbortSignal.timeout(GAP_MS_MAX);
  try {
    await timeline.view.until(({ older, gaps }) => older !== 'loading' && gaps.length === 0, { signal });
    while (timeline.older !== 'exhausted') await timeline.loadOlder(PAGE_COUNT);
    await timeline.view.until(({ gaps }) => gaps.length === 0, { signal });
  } catch (error) {
    // No connection yet, or no longer: it shows what it has.
    if (!signal.aborted && !isSkeinError(error)) throw error;
  }
}

/** A device that saw nothing of it live. */
export function newDevice(id: string, port: number): Client {
  return createClient({ url: `tcp://127.0.0.1:${port}`, auth: { dev: id }, cache: 'memory' });
}

function engage(id: string, index: number, port: number, folder: string): Actor {
  const transport = TRANSPORTS[index % TRANSPORTS.length] ?? 'tcp';
  const cache = index % WITH_FILES_EVERY === 0 ? 'files' : 'memory';
  const client = createClient({
    url: `${transport}://127.0.0.1:${port}`,
    auth: { dev: id },
    device: { kind: 'bot', name: 'play' },
    ...(cache === 'files' ? { folder: join(folder, 'devices') } : { cache }),
  });
  return { id, transport, cache, client };
}

function partOf(message: Message): Part[] {
  return message.kind === 'text' ? [{ speaker: message.sender.id, text: message.text }] : [];
}

function otherOf(characters: readonly string[], id: string): string {
  return characters.find((other) => other !== id) ?? id;
}
