import { connect, type Socket } from 'node:net';
import { ENTRY_KIND } from '@skein/model';
import type { SeededRandom } from '@skein/testkit';
import type { History } from '../history/history.ts';
import type { CrashClient } from './crash-client.ts';
import { idOfText, textOf } from './sent-text.ts';

export interface LinesClientOptions {
  readonly device: string;
  readonly user: string;
  readonly port: number;
  readonly history: History;
  readonly random: SeededRandom;
}

interface Waiting {
  readonly group: number;
  readonly id: number;
}

type Line = Readonly<Record<string, unknown>>;

const RECONNECT_MS_MAX = 150;
const PAGE_LINES = 100;
const OUTBOX_MAX = 50;
const PAGE_MS_MAX = 20_000;

/**
 * A script with a socket and JSON: one text at a time, each with its own number, the same line again until it hears `sent`. It has no
 * cache; what was said it reads in pages at the end.
 */
export class LinesClient implements CrashClient {
  readonly device: string;
  readonly user: string;
  readonly #options: LinesClientOptions;
  readonly #counters = new Map<number, number>();
  readonly #groups = new Set<number>();
  readonly #outbox: Waiting[] = [];
  #socket: Socket | null = null;
  #rest = '';
  #isSignedIn = false;
  #isStopped = false;
  #page: Line[] | null = null;
  #pageRead: () => void = () => undefined;

  constructor(options: LinesClientOptions) {
    this.device = options.device;
    this.user = options.user;
    this.#options = options;
    options.history.add({ fact: 'device', device: this.device, user: this.user });
  }

  start(): void {
    const socket = connect({ port: this.#options.port, host: '127.0.0.1' });
    this.#socket = socket;
    this.#rest = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      this.#write({ login: this.user, dev: true, installation: `crash-installation-${this.device}` });
      this.#write({ list: true });
    });
    socket.on('data', (text) => this.#read(String(text)));
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      this.#isSignedIn = false;
      if (!this.#isStopped) setTimeout(() => this.start(), this.#options.random.int(RECONNECT_MS_MAX));
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#socket?.destroy();
  }

  beat(): void {}

  act(): void {
    if (this.#groups.size === 0 || this.#outbox.length > OUTBOX_MAX) return;
    const group = this.#options.random.pick([...this.#groups]);
    const id = (this.#counters.get(group) ?? 0) + 1;
    this.#counters.set(group, id);
    const place = { device: this.device, conversation: group, counter: id };
    const sent = { ...place, id: this.#nameOf({ group, id }), kind: ENTRY_KIND.message, target: 0 };
    this.#options.history.add({ fact: 'sent', ...sent });
    if (this.#outbox.push({ group, id }) === 1 && this.#isSignedIn) this.#sendFirst();
  }

  get isQuiet(): boolean {
    return this.describe() === '';
  }

  describe(): string {
    if (!this.#isSignedIn) return 'not signed in';
    return this.#outbox.length > 0 ? `${this.#outbox.length} lines unanswered` : '';
  }

  /** Reads every group from its end to its beginning, and shows it from its beginning to its end. */
  async claimComplete(): Promise<void> {
    for (const group of this.#groups) {
      const lines: Line[] = [];
      for (let before: number | null = null; ; ) {
        const page = await this.#readPage(group, before);
        const fresh = page.filter(({ seq }) => before === null || Number(seq) < before);
        lines.unshift(...fresh);
        if (fresh.length === 0) break;
        before = Math.min(...fresh.map(({ seq }) => Number(seq)));
        if (before === 1) break;
      }
      const bySeq = new Map(lines.map((line) => [Number(line['seq']), line]));
      const sorted = [...bySeq].toSorted(([a], [b]) => a - b);
      for (const [seq, line] of sorted) this.#saw(group, seq, line);
      const head = sorted.at(-1)?.[0] ?? 0;
      const place = { device: this.device, conversation: group };
      this.#options.history.add({ fact: 'complete', ...place, head, scope: 'messages' });
    }
  }

  #readPage(group: number, before: number | null): Promise<readonly Line[]> {
    return new Promise((resolve, reject) => {
      const page: Line[] = [];
      const timer = setTimeout(() => reject(new Error(`${this.device}: no page of ${group}`)), PAGE_MS_MAX);
      this.#page = page;
      this.#pageRead = () => {
        clearTimeout(timer);
        this.#page = null;
        resolve(page);
      };
      this.#write({ history: group, limit: PAGE_LINES, ...(before === null ? {} : { before }) });
    });
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.#hear(JSON.parse(line) as Line);
  }

  #hear(line: Line): void {
    if (line['welcome'] !== undefined) {
      this.#isSignedIn = true;
      if (this.#outbox.length > 0) this.#sendFirst();
    } else if (typeof line['sent'] === 'number') this.#answered({ ok: line['sent'] });
    else if (typeof line['error'] === 'string') this.#answered({ no: line['error'] });
    else if (line['ok'] === 'history') this.#pageRead();
    else if (line['from'] !== undefined && this.#page !== null) this.#page.push(line);
    else if (line['group'] !== undefined && typeof line['conversation'] === 'number')
      this.#groups.add(line['conversation']);
  }

  #answered(answer: { readonly ok: number } | { readonly no: string }): void {
    const first = this.#outbox.shift();
    if (first === undefined) return;
    const { history } = this.#options;
    const place = { device: this.device, conversation: first.group, counter: first.id };
    if ('ok' in answer) history.add({ fact: 'acked', ...place, seq: answer.ok });
    else if (/^(server|limit)\./.test(answer.no)) this.#outbox.unshift(first);
    else history.add({ fact: 'refused', ...place, code: answer.no });
    if (this.#outbox.length > 0) this.#sendFirst();
  }

  #sendFirst(): void {
    const first = this.#outbox[0];
    if (first !== undefined)
      this.#write({ conversation: first.group, text: textOf(this.#nameOf(first)), id: first.id });
  }

  #nameOf({ group, id }: Waiting): string {
    return `${this.device}/${group}/${id}`;
  }

  #saw(conversation: number, seq: number, line: Line): void {
    const isMessage = line['edited'] === undefined && line['on'] === undefined && line['event'] === undefined;
    if (!isMessage || typeof line['recalled'] === 'number') return;
    const id = typeof line['text'] === 'string' ? idOfText(line['text']) : '';
    const entry = { seq, id, kind: ENTRY_KIND.message, target: 0 };
    this.#options.history.add({ fact: 'seen', device: this.device, conversation, ...entry });
  }

  #write(line: Line): void {
    this.#socket?.write(`${JSON.stringify(line)}\n`);
  }
}
