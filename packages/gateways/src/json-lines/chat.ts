import type { Delivery } from '@skein/core';
import { ENTRY_KIND, isRefusalCode, REFUSALS, unreachable } from '@skein/model';
import {
  type Ack,
  CLOSE_CODE,
  type ConversationState,
  closeAdvice,
  type DownFrame,
  type HistoryPage,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  type Refused,
  type RequestInit,
  type Response,
  Role,
  type SyncResult,
  type UpFrameInit,
} from '@skein/protocol';
import { ChatBook } from './chat-book.ts';
import { describeEntry, describeTransient, type ShownEntry } from './describe-entry.ts';
import { HELP, type Line, parseLine, type Target } from './parse-line.ts';

/** The way out of a chat: frames to the core, lines to the person. */
export interface ChatPort {
  tell(frame: UpFrameInit): void;
  print(line: Readonly<Record<string, unknown>>): void;
  end(): void;
  /** 32 random characters. */
  newKey(): string;
}

/** What has to be answered before the next line is looked at. */
type Waiting =
  | { readonly for: 'login' }
  | { readonly for: 'answer'; readonly id: number; readonly take: (response: Response) => void }
  | {
      readonly for: 'ack';
      readonly line: TextLine;
      readonly conversation: number;
      readonly isRetry: boolean;
    };

type TextLine = Extract<Line, { says: 'text' }>;
type LoginLine = Extract<Line, { says: 'login' }>;

/** A live entry whose sender's name is being asked for. */
interface Unnamed {
  readonly conversation: number;
  readonly sender: number;
  readonly entry: ShownEntry;
}

// Entries that wait for names; above this they are shown with numbers.
const UNNAMED_MAX = 1_000;

/**
 * A conversation between a person with `nc` and the core: one line in, readable lines out (SPEC.md §JSON lines). One
 * command at a time; the session holds the next line back while this one is busy. No I/O.
 */
export class Chat {
  readonly #port: ChatPort;
  readonly #book = new ChatBook();
  // Conversation → the last counter of this installation.
  readonly #counters = new Map<number, number>();
  #waiting: Waiting | null = null;
  #me: { number: number; id: string } | null = null;
  #isTemporary = false;
  #requests = 0;
  #cursor = { epoch: '', cursor: 0 };
  #unnamed: Unnamed[] = [];

  constructor(port: ChatPort) {
    this.#port = port;
  }

  get isBusy(): boolean {
    return this.#waiting !== null;
  }

  /** Signed in as an installation that nobody will come back as: its sign-in ends with the connection. */
  get isTemporary(): boolean {
    return this.#isTemporary && this.#me !== null;
  }

  say(text: string): void {
    const line = parseLine(text);
    if (line.says === 'nothing') this.#wrong('request.invalid', line.advice);
    else if (line.says === 'help') this.#port.print({ help: HELP });
    else if (line.says === 'bye') this.#port.end();
    else if (line.says === 'login') this.#login(line);
    else if (this.#me === null)
      this.#wrong('auth.required', 'Sign in first: {"login":"alice","password":"…"}');
    else this.#command(line);
  }

  hear(frame: DownFrame): void {
    switch (frame.case) {
      case 'welcome':
        this.#me = frame.value.me ?? null;
        if (this.#me !== null) this.#book.meet([{ name: '', unknown: undefined, ...this.#me }]);
        return;
      case 'syncResult':
        this.#synced(frame.value);
        return;
      case 'response':
        this.#answered(frame.value);
        return;
      case 'ack':
        this.#acked(frame.value);
        return;
      case 'refused':
        this.#refused(frame.value);
        return;
      case 'head': {
        const { conversation, seq } = frame.value;
        this.#port.print({ missed: conversation, upTo: seq, say: `{"history":${conversation}}` });
        return;
      }
      case 'membership':
        this.#book.meet(frame.value.users);
        if (frame.value.state !== undefined) this.#membership(frame.value.state);
        return;
      case 'resync':
        this.#port.tell({ case: 'sync', value: this.#cursor });
        return;
      case 'close':
        if (frame.value.code === CLOSE_CODE.goodbye) return;
        this.#port.print({
          closed: frame.value.reason,
          code: frame.value.code,
          say: closeAdvice(frame.value.code) === 'reconnect' ? 'Connect again.' : 'Check how you signed in.',
        });
        return;
      case 'marker':
      case 'typing':
      case 'transient':
        this.#ephemeral(frame);
        return;
      case 'presence':
      case 'push':
      case 'pong':
        return;
      default:
        unreachable(frame);
    }
  }

  /** A live entry; in the process it comes with everything in it. */
  push({ entry }: Delivery): void {
    const isOwn = entry.sender === this.#me?.number && entry.kind === ENTRY_KIND.message;
    this.#book.grew(entry.conversation, { seq: entry.seq, ordinal: entry.ordinal, isOwn });
    const shown: Unnamed = { conversation: entry.conversation, sender: entry.sender, entry };
    const isNamed = this.#book.nameOf(entry.sender) !== undefined;
    if ((isNamed && this.#unnamed.length === 0) || this.#unnamed.length >= UNNAMED_MAX) {
      this.#show(shown);
      return;
    }
    if (this.#unnamed.push(shown) === 1) this.#askNames();
  }

  #login({ auth, installation }: LoginLine): void {
    if (this.#me !== null) {
      this.#wrong('request.invalid', 'You are signed in already; connect again to be someone else.');
      return;
    }
    this.#isTemporary = installation === null;
    this.#waiting = { for: 'login' };
    this.#port.tell({
      case: 'hello',
      value: {
        version: PROTOCOL_VERSION,
        versionMin: PROTOCOL_VERSION_MIN,
        installation: installation ?? this.#port.newKey(),
        app: 'json-lines',
        deviceKind: 'terminal',
        auth,
        sync: {},
      },
    });
  }

  #command(line: Exclude<Line, { says: 'login' | 'help' | 'bye' | 'nothing' }>): void {
    switch (line.says) {
      case 'transient':
        this.#resolve(line.target, (conversation) =>
          this.#port.tell({ case: 'transient', value: { conversation, text: line.text } }),
        );
        return;
      case 'text':
        this.#resolve(line.target, (conversation) => this.#send(line, { conversation, isRetry: false }));
        return;
      case 'group':
        this.#request(
          { case: 'createGroup', value: { key: this.#port.newKey(), title: line.title, users: line.users } },
          (state) =>
            this.#port.print({ created: (state as ConversationState).conversation, group: line.title }),
        );
        return;
      case 'read':
        this.#resolve(line.target, (conversation) => {
          const seq = line.seq ?? this.#book.page(conversation)?.head ?? 0;
          this.#port.tell({ case: 'read', value: { conversation, seq } });
          this.#port.print({ ok: 'read', conversation, seq });
        });
        return;
      case 'history':
        this.#resolve(line.target, (conversation) => this.#history(conversation, line));
        return;
      case 'typing':
        this.#resolve(line.target, (conversation) =>
          this.#port.tell({ case: 'typing', value: { conversation, stopped: line.isStopped } }),
        );
        return;
      case 'list':
        for (const page of this.#book.pages) {
          const { number, head } = page;
          const unread = this.#book.unreadIn(page);
          this.#port.print({ conversation: number, ...this.#book.labelOf(page), unread, head });
        }
        this.#port.print({ ok: 'list', conversations: this.#book.pages.length });
        return;
      default:
        unreachable(line);
    }
  }

  #resolve(target: Target, then: (conversation: number) => void): void {
    const known = typeof target === 'number' ? target : this.#book.directWith(target);
    if (known !== undefined) {
      then(known);
      return;
    }
    this.#request({ case: 'createDirect', value: { user: String(target) } }, (answer) => {
      const state = answer as ConversationState;
      this.#book.learn(state);
      // The answer need not name someone who was asked for by name.
      this.#book.meet([{ number: state.peer, id: String(target), name: '', unknown: undefined }]);
      then(state.conversation);
    });
  }

  #send(line: TextLine, to: { conversation: number; counter?: number; isRetry: boolean }): void {
    const { conversation, isRetry } = to;
    const counter = to.counter ?? line.id ?? (this.#counters.get(conversation) ?? 0) + 1;
    this.#waiting = { for: 'ack', line, conversation, isRetry };
    this.#port.tell({ case: 'send', value: { conversation, counter, text: line.text } });
  }

  #acked({ conversation, counter, seq, ordinal, timeMs }: Ack): void {
    this.#counters.set(conversation, Math.max(counter, this.#counters.get(conversation) ?? 0));
    this.#book.grew(conversation, { seq, ordinal, isOwn: true });
    if (this.#waiting?.for !== 'ack') return;
    const { id } = this.#waiting.line;
    this.#waiting = null;
    this.#port.print({
      sent: seq,
      conversation,
      at: new Date(timeMs).toISOString(),
      ...(id === null ? {} : { id }),
    });
  }

  #refused({ conversation, counter, code, need, retryAfterMs }: Refused): void {
    const isConsumed = need === 0 && isRefusalCode(code) && !REFUSALS[code].retryable;
    if (isConsumed)
      this.#counters.set(conversation, Math.max(counter, this.#counters.get(conversation) ?? 0));
    if (this.#waiting?.for !== 'ack') return;
    const { line, isRetry } = this.#waiting;
    this.#waiting = null;
    if (need > 0 && line.id === null && !isRetry) {
      this.#send(line, { conversation, counter: need, isRetry: true });
      return;
    }
    const advice = need > 0 ? `The next id in this conversation is ${need}.` : adviceFor(code);
    this.#wrong(code === '' ? 'request.invalid' : code, advice, {
      ...(line.id === null ? {} : { id: line.id }),
      ...(retryAfterMs === 0 ? {} : { retryAfterMs }),
    });
  }

  #history(conversation: number, { limit, before }: { limit: number; before: number | null }): void {
    const to = before === null ? 0 : before - 1;
    this.#request({ case: 'history', value: { conversation, to, limit, newest: true } }, (answer) => {
      const { users, entries, amendments } = answer as HistoryPage;
      this.#book.meet(users);
      for (const entry of [...entries, ...amendments]) {
        this.#show({ conversation, sender: entry.sender, entry });
      }
      this.#port.print({ ok: 'history', conversation, entries: entries.length });
    });
  }

  #synced(result: SyncResult): void {
    this.#book.meet(result.users);
    for (const state of result.changed) this.#book.learn(state);
    if (result.more) return;
    this.#cursor = { epoch: result.epoch, cursor: result.cursor };
    if (this.#waiting?.for !== 'login') return;
    this.#waiting = null;
    const { pages } = this.#book;
    const unread = pages.reduce((sum, page) => sum + this.#book.unreadIn(page), 0);
    this.#port.print({ welcome: this.#me?.id, conversations: pages.length, unread, say: '{"help":true}' });
  }

  #membership(state: ConversationState): void {
    const known = this.#book.page(state.conversation);
    this.#book.learn(state);
    const page = this.#book.page(state.conversation) ?? known;
    const event = state.role === Role.unspecified ? 'left' : 'entered';
    const label = page === undefined ? {} : this.#book.labelOf(page);
    this.#port.print({ event, conversation: state.conversation, ...label });
  }

  #ephemeral(frame: Extract<DownFrame, { case: 'marker' | 'typing' | 'transient' }>): void {
    const { conversation } = frame.value;
    if (frame.case === 'transient') {
      this.#port.print({
        from: this.#nameOf(frame.value.user),
        ...describeTransient(frame.value),
        conversation,
      });
      return;
    }
    if (frame.case === 'typing') {
      const state = frame.value.stopped ? { stopped: true } : {};
      this.#port.print({ typing: this.#nameOf(frame.value.user), conversation, ...state });
      return;
    }
    const { mine, user, read } = frame.value;
    if (mine !== undefined) this.#book.readTo(conversation, mine);
    else if (this.#book.hasSeenMore(frame.value))
      this.#port.print({ seen: read, by: this.#nameOf(user), conversation });
  }

  /** Asks and waits; `then` gets the value of an answer that is no failure. */
  #request(ask: NonNullable<RequestInit['ask']>, then: (answer: unknown) => void): void {
    const id = ++this.#requests;
    this.#waiting = {
      for: 'answer',
      id,
      take: ({ answer }) => {
        if (answer?.case !== 'failure') then(answer?.value);
        else this.#wrong(answer.value.code, adviceFor(answer.value.code));
      },
    };
    this.#port.tell({ case: 'request', value: { id, ask } });
  }

  #answered(response: Response): void {
    if (response.answer?.case === 'conversation') this.#book.learn(response.answer.value);
    if (this.#waiting?.for === 'answer' && this.#waiting.id === response.id) {
      const { take } = this.#waiting;
      this.#waiting = null;
      take(response);
      return;
    }
    // Nothing else is asked without waiting: these are names.
    if (response.answer?.case === 'users') this.#book.meet(response.answer.value.users);
    const named = this.#unnamed;
    this.#unnamed = [];
    for (const shown of named) this.#show(shown);
  }

  #askNames(): void {
    const numbers = this.#unnamed.map(({ sender }) => sender);
    this.#port.tell({
      case: 'request',
      value: { id: ++this.#requests, ask: { case: 'findUsers', value: { numbers } } },
    });
  }

  #show({ conversation, sender, entry }: Unnamed): void {
    const page = this.#book.page(conversation);
    const label = page === undefined ? {} : this.#book.labelOf(page);
    const place = 'group' in label ? label : {};
    const what = describeEntry(entry, (user) => this.#nameOf(user));
    this.#port.print({ from: this.#nameOf(sender), ...what, conversation, ...place });
  }

  #nameOf(user: number): string {
    return this.#book.nameOf(user) ?? `#${user}`;
  }

  #wrong(code: string, advice: string, more: Readonly<Record<string, unknown>> = {}): void {
    this.#port.print({ error: code, say: advice, ...more });
  }
}

function adviceFor(code: string): string {
  return isRefusalCode(code) ? REFUSALS[code].en : 'The server refused.';
}
