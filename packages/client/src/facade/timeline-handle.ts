import { ENTRY_KIND, type Seq, seq } from '@skein/model';
import type { Gap, JumpTarget, Paging, Timeline, TimelineView } from '../api/conversation.ts';
import type { Live } from '../api/live.ts';
import type { Message } from '../api/message.ts';
import { SkeinError } from '../api/skein-error.ts';
import { readOf, unreadOf } from '../engine/model/unread.ts';
import type { ConversationRow, OutboxRow, SeqRange } from '../engine/ports/cache-store.ts';
import { intersect, missingIn } from '../engine/sync/range-set.ts';
import { ComputedList, ComputedLive, hasSameElements } from '../live/computed-live.ts';
import type { FacadeContext } from './facade-context.ts';
import {
  gapsIn,
  heldBackTo,
  latestWindow,
  newerBy,
  olderBy,
  rangeOf,
  type Window,
  windowAround,
} from './timeline-window.ts';

/** A page may hold nothing that shows, only reactions and edits: then the next one is read, this many times. */
const EMPTY_PAGES_MAX = 10;

const CLOSED: TimelineView = {
  items: [],
  gaps: [],
  older: 'can-load',
  newer: 'exhausted',
  firstUnreadSeq: null,
};

export interface TimelineOptions {
  readonly at?: JumpTarget;
  readonly closed?: () => void;
}

/** A window on one conversation's log: what is held shows, what is missing is a gap, what is unsent comes last. */
export class TimelineHandle extends ComputedList<Message> implements Timeline {
  readonly view: Live<TimelineView>;
  readonly #view: ComputedLive<TimelineView>;
  readonly #context: FacadeContext;
  readonly #id: string;
  readonly #at: JumpTarget;
  #window: Window | null = null;
  #firstUnread: Seq | null = null;
  #loading: 'older' | 'newer' | 'window' | null = null;
  #fetching: readonly SeqRange[] = [];
  #unsent = new Map<
    number,
    { readonly row: OutboxRow; readonly isOnWire: boolean; readonly message: Message }
  >();

  constructor(context: FacadeContext, id: string, { at = 'latest', closed }: TimelineOptions = {}) {
    super(context.dispatcher, {
      compute: () => this.#view.get().items,
      status: () => (this.#loading === 'window' ? 'syncing' : context.status()),
      opened: () => this.#opened(),
      closed: () => {
        this.#closed();
        closed?.();
      },
    });
    this.#context = context;
    this.#id = id;
    this.#at = at;
    this.#view = new ComputedLive(context.dispatcher, {
      compute: () => this.#compute(),
      isSame: isSameView,
      opened: () => void this.get(),
    });
    this.view = this.#view;
  }

  get gaps(): readonly Gap[] {
    return this.#view.get().gaps;
  }

  get older(): Paging {
    return this.#view.get().older;
  }

  get newer(): Paging {
    return this.#view.get().newer;
  }

  get unread(): { readonly firstSeq: number | null; readonly count: number } {
    const row = this.#row();
    return { firstSeq: this.#firstUnread, count: row === undefined ? 0 : unreadOf(row) };
  }

  /** The conversation changed; `isConnected` when there is a connection that there was not before. */
  refresh(isConnected = false): void {
    if (!this.isOpen) return;
    const row = this.#row();
    if (row !== undefined && this.#window === null) this.#show(row);
    else if (isConnected) void this.#complete();
    this.#touchAll();
  }

  /** What was loaded belonged to another store. */
  reset(): void {
    this.#window = null;
    this.#unsent.clear();
    this.refresh();
  }

  async loadOlder(count = this.#context.window.page): Promise<void> {
    this.get();
    await this.#page('older', (window, row) => {
      const wanted = olderBy(window, row, count);
      const isOffline = !this.#context.engine.parts.connection.isSignedIn;
      return isOffline ? { ...window, from: heldBackTo(row, window.from, wanted.from) } : wanted;
    });
  }

  async loadNewer(count = this.#context.window.page): Promise<void> {
    this.get();
    await this.#page('newer', (window, row) => newerBy(window, row, count));
  }

  async fillGap({ fromSeq, toSeq }: Gap): Promise<void> {
    await this.#fetchNewest(fromSeq, toSeq);
  }

  async jumpTo(target: JumpTarget): Promise<void> {
    this.get();
    const row = this.#row();
    if (row === undefined) return;
    this.#window = this.#windowAt(target, row);
    await this.#complete();
  }

  // ── opening ──

  #row(): ConversationRow | undefined {
    return this.#context.engine.parts.model.byPublicId(this.#id);
  }

  #opened(): void {
    const row = this.#row();
    if (row !== undefined) this.#show(row);
  }

  #closed(): void {
    this.#window = null;
    this.#unsent.clear();
    this.#view.shut();
  }

  #show(row: ConversationRow): void {
    if (this.#firstUnread === null && unreadOf(row) > 0) this.#firstUnread = seq(readOf(row).seq + 1);
    this.#window = this.#windowAt(this.#at, row);
    void this.#complete();
  }

  #windowAt(target: JumpTarget, row: ConversationRow): Window {
    const { page, around } = this.#context.window;
    if (target === 'latest') return latestWindow(row, page);
    if (target !== 'unread') return windowAround(row, target.seq, around);
    return windowAround(row, Math.min(readOf(row).seq + 1, row.head), around);
  }

  /** Brings the window into memory, and from the server what a page can bring; more is a gap until somebody looks. */
  async #complete(): Promise<void> {
    this.#loading ??= 'window';
    this.#touchAll();
    try {
      await this.#load();
      await this.#fetchNear();
      await this.#fillScreen();
    } catch (error) {
      this.#context.engine.log('debug', 'timeline incomplete', error);
    }
    if (this.#loading === 'window') this.#loading = null;
    this.#touchAll();
  }

  async #load(): Promise<void> {
    const row = this.#row();
    if (row === undefined || this.#window === null) return;
    await this.#context.engine.parts.logs.load(row.number, rangeOf(this.#window, row));
  }

  /** The newest gap of the window, and every one that a single page fills. */
  async #fetchNear(): Promise<void> {
    const row = this.#row();
    if (row === undefined || this.#window === null || !this.#context.engine.parts.connection.isSignedIn)
      return;
    const gaps = gapsIn(this.#window, row);
    const near = gaps.filter(
      ({ from, to }, index) => to - from < this.#context.window.fetch || index === gaps.length - 1,
    );
    for (const { from, to } of near) await this.#fetchNewest(from, to);
  }

  async #fillScreen(): Promise<void> {
    const { page, shown: least } = this.#context.window;
    for (let pages = 0; pages < EMPTY_PAGES_MAX; pages++) {
      const row = this.#row();
      const window = this.#window;
      if (row === undefined || window === null || window.from <= row.first) return;
      const shown = this.#context.engine.parts.logs.open(row.number).shownWithin(rangeOf(window, row));
      if (shown.length >= least || gapsIn(window, row).length > 0) return;
      const wanted = olderBy(window, row, page);
      if (missingIn(row.held, { from: wanted.from, to: window.from }).length > 0) {
        if (!this.#context.engine.parts.connection.isSignedIn) return;
      }
      this.#window = wanted;
      await this.#load();
      await this.#fetchNear();
    }
  }

  // ── paging ──

  async #page(
    direction: 'older' | 'newer',
    extend: (window: Window, row: ConversationRow) => Window,
  ): Promise<void> {
    if (this.#loading === direction) return;
    for (let pages = 0; pages < EMPTY_PAGES_MAX; pages++) {
      const row = this.#row();
      const before = this.#window;
      if (row === undefined || before === null || isAtEnd(direction, before, row)) return;
      const after = extend(before, row);
      if (after.from === before.from && after.to === before.to) throw new SkeinError('network.offline');
      this.#loading = direction;
      this.#touchAll();
      try {
        if (await this.#extend(before, after)) return;
      } finally {
        this.#loading = null;
        this.#touchAll();
      }
    }
  }

  /** True when something that shows was added, or there is nothing more. */
  async #extend(before: Window, after: Window): Promise<boolean> {
    const row = this.#row();
    if (row === undefined) return true;
    const { logs } = this.#context.engine.parts;
    const added = addedRange(before, after, row);
    await logs.load(row.number, added);
    const missing = missingIn(this.#row()?.held ?? [], added);
    for (const range of missing.toReversed()) await this.#fetch(range);
    // Moved elsewhere meanwhile.
    if (this.#window !== before) return true;
    this.#window = after;
    return logs.open(row.number).shownWithin(added).length > 0;
  }

  #fetchNewest(from: number, to: number): Promise<void> {
    return this.#fetch({ from: seq(Math.max(from, to - this.#context.window.fetch + 1)), to: seq(to) });
  }

  async #fetch(range: SeqRange): Promise<void> {
    const { engine } = this.#context;
    const row = this.#row();
    if (row === undefined || this.#fetching.some(({ from, to }) => from <= range.from && range.to <= to))
      return;
    if (!engine.parts.connection.isSignedIn) throw new SkeinError('network.offline');
    this.#fetching = [...this.#fetching, range];
    this.#touchAll();
    try {
      await engine.parts.holes.fetchAll(row.number, range);
    } finally {
      this.#fetching = this.#fetching.filter((other) => other !== range);
      this.#touchAll();
    }
  }

  #touchAll(): void {
    this.#context.dispatcher.batch(() => {
      this.#view.touch();
      this.touch();
    });
  }

  // ── the view ──

  #compute(): TimelineView {
    const row = this.#row();
    const window = this.#window;
    const unsent = window === null || window.to === null ? this.#unsentMessages() : [];
    if (row === undefined || window === null) return { ...CLOSED, older: 'exhausted', items: unsent };
    const { logs } = this.#context.engine.parts;
    const range = rangeOf(window, row);
    const items = logs
      .open(row.number)
      .shownWithin(range)
      .map((at) => logs.fold(row, at));
    return {
      items: [...items, ...unsent],
      gaps: this.#gaps(window, row),
      older: this.#loading === 'older' ? 'loading' : window.from <= row.first ? 'exhausted' : 'can-load',
      newer: this.#loading === 'newer' ? 'loading' : window.to === null ? 'exhausted' : 'can-load',
      firstUnreadSeq: this.#firstUnread,
    };
  }

  /** [TL1] Not held, or held and not in memory yet: what does not show is declared. */
  #gaps(window: Window, row: ConversationRow): readonly Gap[] {
    const { loaded } = this.#context.engine.parts.logs.open(row.number);
    const shown = intersect(row.held, loaded);
    return missingIn(shown, rangeOf(window, row)).map(({ from, to }) => ({
      fromSeq: from,
      toSeq: to,
      isLoading:
        missingIn(row.held, { from, to }).length === 0 ||
        this.#fetching.some((other) => other.from <= to && from <= other.to),
    }));
  }

  #unsentMessages(): readonly Message[] {
    const { outbox, logs } = this.#context.engine.parts;
    const rows = outbox.rowsTo(this.#id).filter(({ kind }) => kind === ENTRY_KIND.message);
    const next = new Map(
      rows.map((row) => {
        const isOnWire = outbox.isOnWire(row);
        const known = this.#unsent.get(row.order);
        const isKnown = known?.row === row && known.isOnWire === isOnWire;
        const message = isKnown ? known.message : logs.foldUnsent(this.#id, row);
        return [row.order, { row, isOnWire, message }] as const;
      }),
    );
    this.#unsent = next;
    return Array.from(next.values(), ({ message }) => message);
  }
}

function isAtEnd(direction: 'older' | 'newer', window: Window, row: ConversationRow): boolean {
  return direction === 'older' ? window.from <= row.first : window.to === null;
}

function addedRange(before: Window, after: Window, row: ConversationRow): SeqRange {
  if (after.from < before.from) return { from: after.from, to: seq(before.from - 1) };
  return { from: seq((before.to ?? row.head) + 1), to: after.to ?? row.head };
}

function isSameView(a: TimelineView, b: TimelineView): boolean {
  return (
    a.older === b.older &&
    a.newer === b.newer &&
    a.firstUnreadSeq === b.firstUnreadSeq &&
    hasSameElements(a.items, b.items) &&
    a.gaps.length === b.gaps.length &&
    a.gaps.every((gap, index) => isSameGap(gap, b.gaps[index]))
  );
}

function isSameGap(a: Gap, b: Gap | undefined): boolean {
  return a.fromSeq === b?.fromSeq && a.toSeq === b.toSeq && a.isLoading === b.isLoading;
}
