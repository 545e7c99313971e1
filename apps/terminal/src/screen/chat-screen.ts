import type { Client, Conversation, LiveList, Unsubscribe } from '@skein/client';
import { parseCommand } from '../commands/parse-command.ts';
import { type Desk, runCommand } from '../commands/run-command.ts';
import type { Language } from '../words/language.ts';
import { drawScreen, layoutOf, timelineOf } from './draw-screen.ts';
import { type Key, KeyReader } from './key-reader.ts';
import { draftOf, textOf } from './line-editor.ts';
import { Painter } from './painter.ts';
import { type Effect, press, type Writing } from './press.ts';
import type { ScreenFacts } from './screen-facts.ts';
import { type Anchor, scrolled, shownOf } from './scroll.ts';
import type { Terminal } from './terminal.ts';

export interface ChatScreenDeps {
  readonly client: Client;
  readonly language: Language;
  readonly terminal: Terminal;
}

/** After Escape a sequence follows at once or never, also over a slow line. */
const ESCAPE_MS = 50;
const OLDER_COUNT = 50;

/** The chat on a whole terminal: what the client knows becomes a screen, what is typed becomes commands. */
export class ChatScreen implements Desk {
  readonly client: Client;
  readonly language: Language;
  /** Resolves when the person has had enough. */
  readonly closed: Promise<void>;
  readonly #terminal: Terminal;
  readonly #painter: Painter;
  readonly #keys = new KeyReader();
  readonly #conversations: LiveList<Conversation>;
  readonly #quit = Promise.withResolvers<void>();
  #open: Conversation | null = null;
  #openSubscriptions: Unsubscribe[] = [];
  #rowSubscriptions: Unsubscribe[] = [];
  #isClosed = false;
  #writing: Writing = { draft: draftOf(''), notices: [] };
  #anchor: Anchor = null;
  #isDrawing = false;
  #escapeTimer: NodeJS.Timeout | undefined;

  constructor({ client, language, terminal }: ChatScreenDeps) {
    this.client = client;
    this.language = language;
    this.closed = this.#quit.promise;
    this.#terminal = terminal;
    this.#painter = new Painter(terminal);
    this.#conversations = client.conversations.list();
  }

  get conversation(): Conversation | null {
    return this.#open;
  }

  /** Shows the chat until it is closed; then the terminal is as it was. */
  async run(): Promise<void> {
    const { client } = this;
    const draw = (): void => this.#drawSoon();
    this.#terminal.take({
      input: (bytes) => this.#read(bytes),
      changed: () => this.#repaint(),
      ended: () => this.quit(),
    });
    const subscriptions = [
      client.me.subscribe(draw),
      client.connection.subscribe(draw),
      client.outbox.subscribe(draw),
      client.unread.subscribe(draw),
      this.#conversations.subscribe((rows) => this.#watchRows(rows)),
    ];
    await this.closed;
    this.#isClosed = true;
    clearTimeout(this.#escapeTimer);
    for (const unsubscribe of [...subscriptions, ...this.#rowSubscriptions, ...this.#openSubscriptions])
      unsubscribe();
    this.#terminal[Symbol.dispose]();
  }

  open(conversation: Conversation): void {
    this.#leave();
    this.#open = conversation;
    this.#anchor = null;
    this.#writing = { draft: draftOf(conversation.draft.get().text), notices: [] };
    const draw = (): void => this.#drawSoon();
    this.#openSubscriptions = [
      conversation.info.subscribe(draw),
      conversation.messages.view.subscribe(draw),
      conversation.typing.subscribe(draw),
    ];
    this.#drawSoon();
  }

  quit(): void {
    this.#quit.resolve();
  }

  #watchRows(rows: readonly Conversation[]): void {
    for (const unsubscribe of this.#rowSubscriptions) unsubscribe();
    this.#rowSubscriptions = rows.map(({ info }) => info.subscribe(() => this.#drawSoon()));
    this.#drawSoon();
  }

  #leave(): void {
    for (const unsubscribe of this.#openSubscriptions.splice(0)) unsubscribe();
    this.#open?.messages.close();
    this.#open = null;
  }

  #read(bytes: Uint8Array): void {
    clearTimeout(this.#escapeTimer);
    for (const key of this.#keys.read(bytes)) this.#press(key);
    if (this.#keys.isWaiting) {
      this.#escapeTimer = setTimeout(() => {
        for (const key of this.#keys.flush()) this.#press(key);
      }, ESCAPE_MS);
    }
  }

  #press(key: Key): void {
    const [writing, effects] = press(this.#writing, key);
    this.#writing = writing;
    for (const effect of effects) this.#carryOut(effect);
    this.#drawSoon();
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'submit':
        this.#submit(effect.text);
        return;
      case 'wrote':
        this.#wrote();
        return;
      case 'scroll':
        this.#scroll(effect.by);
        return;
      case 'next':
      case 'previous':
        this.#go(effect.type === 'next' ? 1 : -1);
        return;
      case 'close':
        this.#leave();
        return;
      case 'redraw':
        this.#repaint();
        return;
      case 'quit':
        this.quit();
        return;
    }
  }

  #submit(text: string): void {
    this.#anchor = null;
    this.#open?.setDraft({ text: '' });
    runCommand(parseCommand(text), this).then(
      (lines) => this.#notice(lines),
      (error: unknown) => this.#notice([String(error)]),
    );
  }

  #notice(notices: readonly string[]): void {
    this.#writing = { ...this.#writing, notices };
    this.#drawSoon();
  }

  #wrote(): void {
    const text = textOf(this.#writing.draft);
    this.#open?.setDraft({ text });
    // Nobody needs to know that a command is being typed.
    if (text !== '' && !text.startsWith('/')) this.#open?.setTyping();
  }

  #go(by: number): void {
    const all = this.#conversations.get();
    const index = all.findIndex(({ id }) => id === this.#open?.id);
    const next = index < 0 && by < 0 ? all.at(-1) : all[index + by];
    if (next !== undefined) this.open(next);
  }

  #scroll(by: Extract<Effect, { type: 'scroll' }>['by']): void {
    const facts = this.#facts();
    if (facts.open === null) {
      if (by === 'line-down' || by === 'line-up') this.#go(by === 'line-down' ? 1 : -1);
      return;
    }
    const { paneWidth, bodyHeight } = layoutOf(facts);
    const lines = timelineOf(facts.open, paneWidth, this.language);
    const page = Math.max(1, bodyHeight - 2);
    const distance = {
      'page-up': -page,
      'page-down': page,
      'line-up': -1,
      'line-down': 1,
      'to-start': -lines.length,
      'to-end': lines.length,
    }[by];
    this.#anchor = scrolled(lines, bodyHeight, this.#anchor, distance);
    if (distance < 0 && shownOf(lines, bodyHeight, this.#anchor).isAtStart) this.#loadOlder();
  }

  #loadOlder(): void {
    const timeline = this.#open?.messages;
    if (timeline?.older !== 'can-load') return;
    // Where it stands now is held on to, so that what is loaded appears above it.
    timeline.loadOlder(OLDER_COUNT).catch((error: unknown) => this.#notice([this.#wordsOf(error)]));
  }

  #wordsOf(error: unknown): string {
    return error instanceof Error && 'userMessage' in error && typeof error.userMessage === 'function'
      ? String(error.userMessage(this.language.locale))
      : String(error);
  }

  #repaint(): void {
    this.#painter.forget();
    this.#drawSoon();
  }

  /** Many changes of one turn are one screen. */
  #drawSoon(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    setImmediate(() => {
      this.#isDrawing = false;
      if (this.#isClosed) return;
      this.#markRead();
      this.#terminal.write(this.#painter.paint(drawScreen(this.#facts(), this.language)));
    });
  }

  /** What stands at the lower end of the screen has been seen. */
  #markRead(): void {
    if (this.#anchor === null && (this.#open?.info.get().unread ?? 0) > 0) this.#open?.markRead();
  }

  #facts(): ScreenFacts {
    const { client } = this;
    const open = this.#open;
    return {
      size: this.#terminal.size(),
      me: client.me.get(),
      connection: client.connection.get(),
      waiting: client.outbox.get().length,
      unread: client.unread.get().total,
      conversations: this.#conversations.get().map((conversation) => {
        const { id, title, unread, kind, last } = conversation.info.get();
        return { id, title, unread, isGroup: kind === 'group', last, draft: conversation.draft.get().text };
      }),
      open:
        open === null
          ? null
          : { info: open.info.get(), view: open.messages.view.get(), typing: open.typing.get() },
      draft: this.#writing.draft,
      anchor: this.#anchor,
      notices: this.#writing.notices,
    };
  }
}
