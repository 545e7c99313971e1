import type { ConversationId } from '@skein/model';
import type { Conversation, ConversationQuery, Conversations } from '../api/conversation.ts';
import type { LiveList } from '../api/live.ts';
import type { Changes } from '../engine/model/changes.ts';
import { unreadOf } from '../engine/model/unread.ts';
import type { ConversationRow } from '../engine/ports/cache-store.ts';
import { ComputedList } from '../live/computed-live.ts';
import { ConversationHandle } from './conversation-handle.ts';
import { ConversationOrder } from './conversation-order.ts';
import type { FacadeContext } from './facade-context.ts';

/** All conversations: one handle per id, and the lists of them. */
export class ConversationDirectory implements Conversations {
  readonly #context: FacadeContext;
  readonly #handles = new Map<string, ConversationHandle>();
  readonly #lists = new Map<string, ComputedList<Conversation>>();
  readonly #order = new ConversationOrder();

  constructor(context: FacadeContext) {
    this.#context = context;
  }

  list(query: ConversationQuery = {}): LiveList<Conversation> {
    const { filter = 'all', text = '' } = query;
    const key = `${filter} ${text}`;
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const list = new ComputedList<Conversation>(this.#context.dispatcher, {
      compute: () => this.#matching(filter, text.toLowerCase()),
      status: this.#context.status,
      closed: () => this.#lists.delete(key),
    });
    this.#lists.set(key, list);
    return list;
  }

  get(id: string): ConversationHandle {
    const known = this.#handles.get(id);
    if (known !== undefined) return known;
    const handle = new ConversationHandle(this.#context, id);
    this.#handles.set(id, handle);
    return handle;
  }

  direct(user: string): Conversation {
    return this.get(`@${user}`);
  }

  async createGroup(group: {
    readonly title: string;
    readonly users: readonly string[];
    readonly isOpen?: boolean;
  }): Promise<Conversation> {
    const id = await this.#context.engine.createGroup(group.title, group.users, group.isOpen ?? false);
    return this.get(id);
  }

  // ── told by the client ──

  changed(changes: Changes): void {
    if (changes.reset) this.#reset();
    const { model } = this.#context.engine.parts;
    const rows = Array.from(changes.conversations, (number) => model.conversation(number));
    this.#reorder(
      rows.filter((row) => row !== undefined),
      changes,
    );
    for (const row of rows) if (row !== undefined) this.#handleOf(row)?.changed();
    for (const to of new Set(Array.from(changes.outbox.values(), ({ row }) => row.to))) {
      this.#handles.get(to)?.changed();
    }
    for (const number of changes.typing) this.#handleBy(number)?.typingChanged();
    for (const id of changes.drafts) this.#handles.get(id)?.draftChanged();
    if (changes.users.size > 0) for (const handle of this.#handles.values()) handle.changed();
    if (changes.conversations.size + changes.outbox.size + changes.users.size > 0 || changes.reset) {
      for (const list of this.#lists.values()) list.touch();
    }
  }

  /** There is a connection: what could not be fetched before can be now. */
  connected(): void {
    for (const handle of this.#handles.values()) handle.connected();
  }

  membersChanged(number: ConversationId): void {
    this.#handleBy(number)?.membersChanged();
  }

  #reset(): void {
    this.#order.clear();
    for (const handle of this.#handles.values()) handle.reset();
  }

  #handleBy(number: ConversationId): ConversationHandle | undefined {
    const row = this.#context.engine.parts.model.conversation(number);
    return row === undefined ? undefined : this.#handleOf(row);
  }

  #handleOf(row: ConversationRow): ConversationHandle | undefined {
    return this.#handles.get(this.#context.engine.parts.model.publicIdOf(row));
  }

  #reorder(rows: readonly ConversationRow[], changes: Changes): void {
    const { model, outbox } = this.#context.engine.parts;
    const moved = new Map<string, number | null>();
    const ids = new Set([
      ...rows.map((row) => model.publicIdOf(row)),
      ...Array.from(changes.outbox.values(), ({ row }) => row.to),
    ]);
    for (const id of ids) {
      const row = model.byPublicId(id);
      const writtenMs = outbox.rowsTo(id).at(-1)?.createdAtMs ?? 0;
      const isListed = row === undefined ? writtenMs > 0 : row.role !== 0;
      moved.set(id, isListed ? Math.max(row?.headTimeMs ?? 0, writtenMs) : null);
    }
    this.#order.update(moved);
  }

  #matching(filter: NonNullable<ConversationQuery['filter']>, text: string): readonly Conversation[] {
    const { ids } = this.#order;
    if (filter === 'all' && text === '') return ids.map((id) => this.get(id));
    const { model } = this.#context.engine.parts;
    return ids
      .filter((id) => {
        const row = model.byPublicId(id);
        if (filter === 'unread') return row !== undefined && unreadOf(row) > 0;
        return filter === 'all' || !id.startsWith('@');
      })
      .map((id) => this.get(id))
      .filter(({ info }) => text === '' || info.get().title.toLowerCase().includes(text));
  }
}
