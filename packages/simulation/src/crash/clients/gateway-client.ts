import { ENTRY_KIND } from '@skein/model';
import type { SeededRandom } from '@skein/testkit';
import type { GatewayDriver, GatewayPeer, Seen } from '@skein/testkit/contracts';
import { idOfRecall } from '../history/facts.ts';
import type { History } from '../history/history.ts';
import { registerAccount, STRANGER_PASSWORD } from '../register-account.ts';
import { sleep, until } from '../waiting.ts';
import type { CrashClient } from './crash-client.ts';
import { idOfText, textOf } from './sent-text.ts';

export interface GatewayClientOptions {
  readonly driver: GatewayDriver;
  readonly device: string;
  readonly port: number;
  readonly history: History;
  readonly random: SeededRandom;
}

interface Waiting {
  readonly group: number;
  readonly counter: number;
  readonly id: string;
  /** It was answered with yes; where the answer does not tell the seq, the client's own screen does. */
  isAcknowledged: boolean;
  seq: number;
}

const RECONNECT_MS_MAX = 150;
const RETRY_MS = 100;
const OUTBOX_MAX = 50;
const CAUGHT_UP_MS_MAX = 20_000;
const KINDS = {
  message: ENTRY_KIND.message,
  edit: ENTRY_KIND.edit,
  recall: ENTRY_KIND.recall,
  reaction: ENTRY_KIND.reaction,
} as const;

/**
 * A client of another protocol, as the suite of all gateways drives it: one text at a time, the same one with the same name
 * again until it is answered, and what it shows is what came, in the order in which it came. Where a protocol has no
 * names for sends, it only listens.
 */
export class GatewayClient implements CrashClient {
  readonly device: string;
  readonly user: string;
  readonly #options: GatewayClientOptions;
  readonly #history: History;
  readonly #groups = new Set<number>();
  readonly #counters = new Map<number, number>();
  readonly #outbox: Waiting[] = [];
  // Answered, and not on the own screen yet.
  readonly #unshown = new Map<string, Waiting>();
  // `conversation seq` of all that was shown: a device keeps what it shows.
  readonly #shown = new Set<string>();
  readonly #newest = new Map<number, number>();
  /** Of all connections: what comes while one is still being made is acknowledged, and comes no more. */
  readonly #screen: Seen[] = [];
  #looked = 0;
  #peer: GatewayPeer | null = null;
  #isSpeaking = false;
  #isStopped = false;

  constructor(options: GatewayClientOptions) {
    this.#options = options;
    this.#history = options.history;
    this.device = options.device;
    this.user = options.device;
    this.#history.add({ fact: 'device', device: this.device, user: this.user });
  }

  start(): void {
    void this.#live();
  }

  stop(): void {
    this.#isStopped = true;
    this.#peer?.cut();
  }

  beat(): void {}

  act(): void {
    this.#look();
    const { driver, random } = this.#options;
    if (driver.cannot.keys !== undefined || this.#groups.size === 0 || this.#outbox.length > OUTBOX_MAX)
      return;
    const group = random.pick([...this.#groups]);
    const counter = (this.#counters.get(group) ?? 0) + 1;
    this.#counters.set(group, counter);
    const id = `${this.device}/${group}/${counter}`;
    const place = { device: this.device, conversation: group, counter };
    this.#history.add({ fact: 'sent', ...place, id, kind: ENTRY_KIND.message, target: 0 });
    this.#outbox.push({ group, counter, id, isAcknowledged: false, seq: 0 });
    void this.#speak();
  }

  get isQuiet(): boolean {
    return this.describe() === '';
  }

  describe(): string {
    this.#look();
    if (this.#peer === null) return 'not there';
    if (this.#outbox.length > 0) return `${this.#outbox.length} sends unanswered`;
    return this.#unshown.size > 0 ? `${this.#unshown.size} own sends not shown` : '';
  }

  /** Nothing tells this client where a conversation ends, so it waits until it shows as much as others do. */
  async claimComplete(): Promise<void> {
    const isThere = (group: number): boolean =>
      (this.#newest.get(group) ?? 0) >= this.#history.newestMessageOf(group);
    // What is still missing then is what is wrong.
    await until('everything is shown', CAUGHT_UP_MS_MAX, () => {
      this.#look();
      return [...this.#groups].every(isThere);
    }).catch(() => undefined);
    for (const group of this.#groups) {
      const place = { device: this.device, conversation: group };
      this.#history.add({
        fact: 'complete',
        ...place,
        head: this.#newest.get(group) ?? 0,
        scope: 'messages',
      });
    }
  }

  /** Comes back after every loss. */
  async #live(): Promise<void> {
    const { driver, port, random } = this.#options;
    const device = `crash-installation-${this.device}`;
    const arriving = { user: this.user, password: STRANGER_PASSWORD, device, screen: this.#screen };
    await registerAccount(port, this.user);
    while (!this.#isStopped) {
      try {
        const peer = await driver.arrive(port, arriving);
        this.#peer = peer;
        void this.#speak();
        await peer.ended;
      } catch {
        // It died while it was asked; that is what this run is about.
      }
      this.#peer = null;
      await sleep(random.int(RECONNECT_MS_MAX));
    }
  }

  async #speak(): Promise<void> {
    if (this.#isSpeaking) return;
    this.#isSpeaking = true;
    for (;;) {
      const [peer, first] = [this.#peer, this.#outbox[0]];
      if (peer === null || first === undefined || this.#isStopped) break;
      const answer = await answerOf(peer, first);
      this.#look();
      if (answer === null) await sleep(RETRY_MS);
      else if (answer.outcome === 'done') this.#acknowledged(first, answer.seq);
      else if (answer.code === null || /^(server|limit)\./.test(answer.code)) await sleep(RETRY_MS);
      else this.#refused(first, answer.code);
    }
    this.#isSpeaking = false;
  }

  #acknowledged(first: Waiting, seq: number | null): void {
    this.#outbox.shift();
    first.isAcknowledged = true;
    first.seq ||= seq ?? 0;
    if (first.seq === 0) this.#unshown.set(first.id, first);
    else this.#addAck(first);
  }

  #refused({ group, counter }: Waiting, code: string): void {
    this.#outbox.shift();
    this.#history.add({ fact: 'refused', device: this.device, conversation: group, counter, code });
  }

  #addAck({ group, counter, seq }: Waiting): void {
    this.#history.add({ fact: 'acked', device: this.device, conversation: group, counter, seq });
  }

  /** Takes what has come onto the screen since. */
  #look(): void {
    for (; this.#looked < this.#screen.length; this.#looked++) this.#show(this.#screen[this.#looked] as Seen);
  }

  #show(entry: Seen): void {
    const { place, kind, seq, target } = entry;
    if (!('group' in place) || seq === null) return;
    const { group } = place;
    this.#groups.add(group);
    if (kind === 'member' || kind === 'settings') return;
    const id = idOf(entry, group);
    const isKnown = this.#shown.has(`${group} ${seq}`);
    const told = { device: this.device, conversation: group, seq, id, kind: KINDS[kind], target };
    this.#history.add({ fact: isKnown ? 'repeated' : 'seen', ...told });
    this.#shown.add(`${group} ${seq}`);
    if (kind !== 'message') return;
    this.#newest.set(group, Math.max(seq, this.#newest.get(group) ?? 0));
    const own = this.#unshown.get(id) ?? this.#outbox.find((waiting) => waiting.id === id);
    if (own === undefined || own.seq !== 0) return;
    own.seq = seq;
    if (this.#unshown.delete(id)) this.#addAck(own);
  }
}

/** Null: the connection ended before there was an answer. */
async function answerOf(peer: GatewayPeer, { group, id }: Waiting) {
  try {
    return await Promise.race([peer.send({ group }, textOf(id), id), peer.ended.then(() => null)]);
  } catch {
    return null;
  }
}

function idOf({ kind, text, target }: Seen, group: number): string {
  if (kind === 'recall') return idOfRecall(group, target);
  if (kind === 'reaction') return text;
  return text === '' ? '' : idOfText(text);
}
