import { type Role, seq } from '@skein/model';
import type {
  Conversation,
  ConversationInfo,
  ConversationSettings,
  Draft,
  HistoryPage,
  HistoryQuery,
  JumpTarget,
  Member,
  Timeline,
} from '../api/conversation.ts';
import type { Live, LiveList } from '../api/live.ts';
import type { Message, Outgoing, Sending, User } from '../api/message.ts';
import { SkeinError } from '../api/skein-error.ts';
import { readPositionAt } from '../engine/model/unread.ts';
import type { ConversationRow } from '../engine/ports/cache-store.ts';
import { entryOfLog } from '../engine/sync/entry-row.ts';
import { ComputedLive, hasSameElements, hasSameProperties } from '../live/computed-live.ts';
import type { ConversationChange } from './conversation-changes.ts';
import { ConversationInfoView } from './conversation-info.ts';
import type { FacadeContext } from './facade-context.ts';
import { loadOnDemand } from './load-on-demand.ts';
import { MemberList } from './member-list.ts';
import { TimelineHandle } from './timeline-handle.ts';

const NO_DRAFT: Draft = { text: '', replyTo: null };
const NOBODY: readonly User[] = [];

/** One conversation as the app sees it; made once per id, whether or not it exists yet. */
export class ConversationHandle implements Conversation {
  readonly id: string;
  readonly messages: TimelineHandle;
  readonly #context: FacadeContext;
  readonly #info: ComputedLive<ConversationInfo>;
  readonly #typing: ComputedLive<readonly User[]>;
  readonly #draft: ComputedLive<Draft>;
  readonly #members: MemberList;
  readonly #windows = new Set<TimelineHandle>();

  constructor(context: FacadeContext, id: string) {
    const { dispatcher, engine } = context;
    this.#context = context;
    this.id = id;
    this.messages = new TimelineHandle(context, id);
    this.#members = new MemberList(context, () => this.row);
    const view = new ConversationInfoView(engine, id);
    this.#info = new ComputedLive(dispatcher, {
      compute: () => view.compute(this.row),
      isSame: hasSameProperties,
      opened: () => this.wantPreview(),
    });
    this.#typing = new ComputedLive(dispatcher, {
      compute: () => this.#computeTyping(),
      isSame: hasSameElements,
    });
    this.#draft = new ComputedLive(dispatcher, {
      compute: () => this.#computeDraft(),
      isSame: hasSameProperties,
    });
  }

  get row(): ConversationRow | undefined {
    return this.#context.engine.parts.model.byPublicId(this.id);
  }

  get info(): Live<ConversationInfo> {
    return this.#info;
  }

  get typing(): Live<readonly User[]> {
    return this.#typing;
  }

  get members(): LiveList<Member> {
    return this.#members;
  }

  get draft(): Live<Draft> {
    return this.#draft;
  }

  // ── what people do ──

  send(message: Outgoing): Sending {
    const { engine, sending } = this.#context;
    return sending(engine.send(this.id, message));
  }

  setDraft(draft: Partial<Draft>): void {
    const next: Draft = { ...this.#draft.get(), ...draft };
    const isEmpty = next.text === '' && next.replyTo === null;
    this.#context.engine.act('draft', this.id, isEmpty ? null : JSON.stringify(next));
  }

  markRead(upTo?: Message): void {
    const { row } = this;
    if (row === undefined) return;
    const { engine } = this.#context;
    const { model, logs } = engine.parts;
    const log = logs.get(row.number);
    const at = seq(Math.min(upTo?.seq ?? row.head, row.head));
    const ordinal = at >= row.head ? row.headOrdinal : log?.get(at)?.ordinal;
    if (ordinal === undefined) return;
    const position = readPositionAt(row, { seq: at, ordinal }, log?.entries() ?? [], model.me.number);
    engine.act('read', row.number, position);
  }

  setTyping(isTyping = true): void {
    const { row } = this;
    if (row !== undefined) this.#context.engine.act('typing', row.number, isTyping);
  }

  update(settings: ConversationSettings): Promise<void> {
    return this.#change({ to: 'settings', ...settings });
  }

  invite(users: readonly string[]): Promise<void> {
    return this.#change({ to: 'invited', users });
  }

  kick(users: readonly string[]): Promise<void> {
    return this.#change({ to: 'kicked', users });
  }

  setRole(user: string, role: Role): Promise<void> {
    return this.#change({ to: 'role', user, role });
  }

  join(): Promise<void> {
    return this.#change({ to: 'joined' });
  }

  leave(): Promise<void> {
    return this.#change({ to: 'left' });
  }

  async query(query: HistoryQuery = {}): Promise<HistoryPage> {
    const { queryHistory } = await loadOnDemand();
    return queryHistory({ engine: this.#context.engine, id: this.id, toEntry: entryOfLog }, query);
  }

  open(at: JumpTarget = 'latest'): Timeline {
    const window: TimelineHandle = new TimelineHandle(this.#context, this.id, {
      at,
      closed: () => this.#windows.delete(window),
    });
    this.#windows.add(window);
    return window;
  }

  // ── told by the client ──

  /** The list of conversations shows it, and the newest message is not on this device. */
  wantPreview(): void {
    const { row } = this;
    if (row !== undefined && this.#info.isOpen) this.#context.engine.wantPreview(row.number);
  }

  changed(): void {
    this.#info.touch();
    this.#members.touch();
    this.refreshTimelines();
  }

  refreshTimelines(isConnected = false): void {
    this.messages.refresh(isConnected);
    for (const window of this.#windows) window.refresh(isConnected);
  }

  connected(): void {
    this.wantPreview();
    this.#members.refresh();
    this.refreshTimelines(true);
  }

  membersChanged(): void {
    this.#members.refresh();
  }

  typingChanged(): void {
    this.#typing.touch();
  }

  draftChanged(): void {
    this.#draft.touch();
    this.#info.touch();
  }

  reset(): void {
    this.messages.reset();
    for (const window of this.#windows) window.reset();
    this.#info.touch();
    this.#members.refresh();
  }

  // ── views ──

  #computeTyping(): readonly User[] {
    const { row } = this;
    const { typing, model } = this.#context.engine.parts;
    if (row === undefined) return NOBODY;
    const users = typing.in(row.number).map((number) => model.user(number));
    return users.length === 0 ? NOBODY : users;
  }

  #computeDraft(): Draft {
    const stored = this.#context.engine.parts.model.value(`draft:${this.id}`);
    return stored === null ? NO_DRAFT : (JSON.parse(stored) as Draft);
  }

  async #change(change: ConversationChange): Promise<void> {
    const { changeConversation } = await loadOnDemand();
    await changeConversation({ engine: this.#context.engine, id: this.id, SkeinError }, change);
  }
}
