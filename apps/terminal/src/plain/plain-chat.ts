import type { Client, Conversation, Message, TimelineView, Unsubscribe } from '@skein/client';
import { parseCommand } from '../commands/parse-command.ts';
import { conversationLine, type Desk, excerpt, runCommand } from '../commands/run-command.ts';
import { printable, printableLine } from '../text/printable.ts';
import { connectionWords } from '../words/connection-words.ts';
import type { Language } from '../words/language.ts';
import { isNotice, isSaid, messageWords } from '../words/message-words.ts';
import { type ReceiptState, receiptOf } from '../words/receipt.ts';

export interface PlainChatDeps {
  readonly client: Client;
  readonly language: Language;
  /** What the person types, line by line. */
  readonly input: AsyncIterable<string>;
  readonly print: (line: string) => void;
}

/** Messages shown when a conversation is opened. */
const SHOWN_AT_OPEN = 10;
/** At the end of the input: time for what was written to reach the server. It stays in the outbox otherwise. */
const LAST_SENDS_MS_MAX = 10_000;

/**
 * The chat as lines: everything is said once, in words, in the order it happened. Nothing is repainted, so a screen reader
 * can follow it and a pipe can read it.
 */
export class PlainChat implements Desk {
  readonly client: Client;
  readonly language: Language;
  readonly #deps: PlainChatDeps;
  readonly #subscriptions: Unsubscribe[] = [];
  readonly #quitting = new AbortController();
  #open: Conversation | null = null;
  #unwatch: Unsubscribe = () => {};
  /** Every message of the open conversation that was said, with what was said of it. */
  #said = new Map<string, { readonly state: ReceiptState; readonly words: string }>();

  readonly #saidUnread = new Map<string, number>();

  constructor(deps: PlainChatDeps) {
    this.client = deps.client;
    this.language = deps.language;
    this.#deps = deps;
  }

  get conversation(): Conversation | null {
    return this.#open;
  }

  /** Reads commands until the person quits or the input ends. */
  async run(): Promise<void> {
    this.#subscriptions.push(
      this.#sayConnection(),
      // What came meanwhile may be a lot: it is counted, not read out.
      this.client.on('message', ({ message, origin }) => origin === 'live' && this.#sayElsewhere(message)),
    );
    await Promise.race([this.#readAll(), this.#untilQuit()]);
    for (const unsubscribe of [...this.#subscriptions, this.#unwatch]) unsubscribe();
  }

  open(conversation: Conversation): void {
    this.#unwatch();
    this.#open = conversation;
    this.#said = new Map();
    const { print } = this.#deps;
    print(this.language.text('chat.opened', { title: printableLine(conversation.info.get().title) }));
    const view = conversation.messages.view.get();
    for (const message of view.items.slice(0, -SHOWN_AT_OPEN)) this.#remember(message);
    this.#unwatch = conversation.messages.view.subscribe((now) => this.#sayNews(now));
  }

  quit(): void {
    this.#quitting.abort();
  }

  async #readAll(): Promise<void> {
    for await (const line of this.#deps.input) {
      for (const answer of await runCommand(parseCommand(line), this)) this.#deps.print(answer);
      if (this.#quitting.signal.aborted) return;
    }
    const signal = AbortSignal.any([this.#quitting.signal, AbortSignal.timeout(LAST_SENDS_MS_MAX)]);
    await this.client.outbox.until((items) => items.length === 0, { signal }).catch(() => {});
  }

  #untilQuit(): Promise<void> {
    const { signal } = this.#quitting;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  #sayConnection(): Unsubscribe {
    let said = '';
    return this.client.connection.subscribe((connection) => {
      const words = connectionWords(connection, this.client.outbox.get().length, this.language);
      if (words !== said) this.#deps.print(words);
      said = words;
      if (connection.state === 'online') this.#sayUnread();
    });
  }

  /** What is new elsewhere since this was said last. */
  #sayUnread(): void {
    for (const conversation of this.client.conversations.list({ filter: 'unread' }).get()) {
      const { id, unread } = conversation.info.get();
      if (id === this.#open?.id || this.#saidUnread.get(id) === unread) continue;
      this.#saidUnread.set(id, unread);
      this.#deps.print(conversationLine(conversation, this.language));
    }
  }

  /** News of the conversation one is in: messages not said yet, what became of others, how far the own ones have come. */
  #sayNews({ items }: TimelineView): void {
    const kind = this.#open?.info.get().kind ?? 'direct';
    for (const message of items.filter((each) => isSaid(each, kind))) {
      const before = this.#said.get(message.clientId);
      const words = messageWords(message, this.language);
      // What was just typed need not be read out.
      if (before === undefined ? !isJustTyped(message) : before.words !== words) this.#sayMessage(message);
      else if (message.mine && before?.state !== receiptOf(message)) this.#sayState(message);
      this.#remember(message);
    }
    if ((this.#open?.info.get().unread ?? 0) > 0) this.#open?.markRead();
  }

  #sayMessage(message: Message): void {
    const edited = message.editedAt === null ? '' : ` (${this.language.text('chat.edited')})`;
    this.#deps.print(`${this.#lineOf(message)}${edited}`);
  }

  #sayElsewhere(message: Message): void {
    const { title, kind } = this.client.conversations.get(message.conversationId).info.get();
    if (message.mine || message.conversationId === this.#open?.id || !isSaid(message, kind)) return;
    const words = this.#lineOf(message);
    this.#deps.print(
      kind === 'group' ? `[${printableLine(title)}] ${words}` : `[@${message.sender.id}] ${words}`,
    );
  }

  #sayState(message: Message): void {
    const state = receiptOf(message);
    // On a good connection only what comes of it is news.
    const isOnline = this.client.connection.get().state === 'online';
    if (state === 'sending' || (state === 'queued' && isOnline)) return;
    const words = message.error?.userMessage(this.language.locale) ?? this.language.text(`state.${state}`);
    const text = excerpt(message, this.language);
    this.#deps.print(this.language.text('state.line', { text, state: words }));
  }

  #remember(message: Message): void {
    const words = messageWords(message, this.language);
    this.#said.set(message.clientId, { state: receiptOf(message), words });
  }

  #lineOf(message: Message): string {
    const words = messageWords(message, this.language);
    if (isNotice(message)) return words;
    const name = message.mine ? this.language.text('chat.me') : printable(message.sender.name);
    const time = this.language.clock(message.at);
    return this.language.text('message.line', { time, name, text: words.replaceAll('\n', '\n  ') });
  }
}

function isJustTyped({ mine, seq }: Message): boolean {
  return mine && seq === null;
}
