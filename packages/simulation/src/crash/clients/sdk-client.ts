import type { Client, Message, Timeline } from '@skein/client';
import { createClient } from '@skein/client/node';
import { ENTRY_KIND } from '@skein/model';
import type { SeededRandom } from '@skein/testkit';
import type { History } from '../history/history.ts';
import type { CrashClient } from './crash-client.ts';
import { idOfText, textOf } from './sent-text.ts';

export interface SdkClientOptions {
  readonly device: string;
  readonly user: string;
  readonly wire: 'tcp' | 'websocket';
  readonly port: number;
  /** Of the device's cache. */
  readonly folder: string;
  readonly history: History;
  readonly random: SeededRandom;
}

// Somebody who waits for a crash to pass does not wait for minutes.
const RECONNECT_MS_MAX = 150;
const UNANSWERED_MAX = 100;
const PAGE_MESSAGES = 100;

/**
 * The SDK as an application uses it, with its cache in files. What it shows is looked at through its timelines at the end, from the
 * top of the screen to the bottom: folds instead of entries.
 */
export class SdkClient implements CrashClient {
  readonly device: string;
  readonly user: string;
  readonly #options: SdkClientOptions;
  readonly #counters = new Map<string, number>();
  #client: Client | null = null;
  #unanswered = 0;

  constructor(options: SdkClientOptions) {
    this.#options = options;
    this.device = options.device;
    this.user = options.user;
    options.history.add({ fact: 'device', device: this.device, user: this.user });
  }

  start(): void {
    const { wire, port, folder, random } = this.#options;
    this.#client = createClient({
      url: `${wire === 'tcp' ? 'tcp' : 'http'}://127.0.0.1:${port}`,
      auth: { dev: this.user },
      folder,
      reconnect: () => random.int(RECONNECT_MS_MAX),
    });
  }

  async stop(): Promise<void> {
    await this.#client?.close();
  }

  beat(): void {}

  act(): void {
    const groups = this.#groups();
    if (groups.length === 0 || this.#unanswered > UNANSWERED_MAX) return;
    const { random } = this.#options;
    const group = random.pick(groups);
    if (random.chance(0.1)) this.#client?.conversations.get(group).markRead();
    else this.#say(group);
  }

  get isQuiet(): boolean {
    return this.describe() === '';
  }

  describe(): string {
    const state = this.#client?.connection.get().state ?? 'not started';
    if (state !== 'online') return state;
    return this.#unanswered > 0 ? `${this.#unanswered} sends unanswered` : '';
  }

  async claimComplete(): Promise<void> {
    for (const group of this.#groups()) {
      const timeline = this.#client?.conversations.get(group).open('latest');
      if (timeline === undefined) continue;
      await loadAll(timeline);
      const messages = timeline.get();
      for (const message of messages) this.#saw(Number(group), message);
      const head = messages.findLast(({ seq }) => seq !== null)?.seq ?? 0;
      const place = { device: this.device, conversation: Number(group) };
      this.#options.history.add({ fact: 'complete', ...place, head, scope: 'messages' });
      timeline.close();
    }
  }

  /** Groups alone: their number is the conversation's, while a direct conversation is known by the other's name. */
  #groups(): string[] {
    const list = this.#client?.conversations.list({ filter: 'groups' }).get() ?? [];
    return list.filter(({ info }) => info.get().role !== null).map(({ id }) => id);
  }

  #say(group: string): void {
    const counter = (this.#counters.get(group) ?? 0) + 1;
    this.#counters.set(group, counter);
    const { history } = this.#options;
    const place = { device: this.device, conversation: Number(group), counter };
    const id = `${this.device}/${group}/${counter}`;
    history.add({ fact: 'sent', ...place, id, kind: ENTRY_KIND.message, target: 0 });
    this.#unanswered++;
    const sending = this.#client?.conversations.get(group).send(textOf(id));
    sending?.sent
      .then(
        ({ seq }) => history.add({ fact: 'acked', ...place, seq: seq ?? 0 }),
        (error: unknown) => history.add({ fact: 'refused', ...place, code: String(error) }),
      )
      .finally(() => this.#unanswered--);
  }

  #saw(conversation: number, message: Message): void {
    const { seq, kind, editedAt } = message;
    if (seq === null || (kind !== 'text' && kind !== 'recalled')) return;
    const fact = editedAt === null || kind === 'recalled' ? 'seen' : 'edited';
    const id = kind === 'text' ? idOfText(message.text) : '';
    const place = { device: this.device, conversation, seq };
    this.#options.history.add({ fact, ...place, id, kind: ENTRY_KIND.message, target: 0 });
  }
}

async function loadAll(timeline: Timeline): Promise<void> {
  while (timeline.older !== 'exhausted') await timeline.loadOlder(PAGE_MESSAGES);
  for (let [gap] = timeline.gaps; gap !== undefined; [gap] = timeline.gaps) await timeline.fillGap(gap);
}
