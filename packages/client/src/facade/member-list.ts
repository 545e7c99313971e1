import { seq, userNumber } from '@skein/model';
import { ConversationKind } from '@skein/protocol';
import type { Member } from '../api/conversation.ts';
import { isSkeinError } from '../api/skein-error.ts';
import { roleOf } from '../engine/fold/fold-message.ts';
import type { ConversationRow } from '../engine/ports/cache-store.ts';
import { ComputedList, hasSameProperties } from '../live/computed-live.ts';
import type { FacadeContext } from './facade-context.ts';
import type { LoadedMember } from './load-members.ts';
import { loadOnDemand } from './load-on-demand.ts';

/** Members of a conversation: two of a direct one without asking, those of a group page by page when somebody looks. */
export class MemberList extends ComputedList<Member> {
  readonly #context: FacadeContext;
  readonly #row: () => ConversationRow | undefined;
  #loaded: readonly LoadedMember[] = [];
  #shown: ReadonlyMap<number, Member> = new Map();
  #isLoading = false;
  #isStale = true;

  constructor(context: FacadeContext, row: () => ConversationRow | undefined) {
    super(context.dispatcher, {
      compute: () => this.#members(),
      status: () =>
        this.#isLoading ? 'syncing' : this.#isStale && this.#isGroup() ? 'cache' : context.status(),
      opened: () => void this.#load(),
      closed: () => {
        this.#loaded = [];
        this.#isStale = true;
      },
    });
    this.#context = context;
    this.#row = row;
  }

  /** Somebody came, went or has another role, or there is a connection again. */
  refresh(): void {
    this.#isStale = true;
    if (this.isOpen) void this.#load();
  }

  #isGroup(): boolean {
    return this.#row()?.kind === ConversationKind.group;
  }

  async #load(): Promise<void> {
    const { engine } = this.#context;
    const row = this.#row();
    if (row === undefined || !this.#isGroup() || this.#isLoading || !engine.parts.connection.isSignedIn)
      return;
    this.#isLoading = true;
    this.#isStale = false;
    try {
      const { loadMembers } = await loadOnDemand();
      this.#loaded = await loadMembers(engine, row.number);
      this.error = null;
    } catch (error) {
      this.#isStale = true;
      if (isSkeinError(error) && !error.retryable) this.error = error;
    }
    this.#isLoading = false;
    this.#context.dispatcher.batch(() => this.touch());
  }

  #members(): readonly Member[] {
    const row = this.#row();
    if (row === undefined) return [];
    const { model } = this.#context.engine.parts;
    const direct = [model.me.number, row.peer].map((number) => ({ number, role: 1, delivered: 0, read: 0 }));
    const loaded = this.#isGroup() ? this.#loaded : direct;
    const next = new Map<number, Member>();
    for (const { number, role, delivered, read } of loaded) {
      const marker = row.markers.find(({ user }) => user === number);
      const member: Member = {
        user: model.user(userNumber(number)),
        role: roleOf(role) ?? 'member',
        deliveredSeq: Math.max(delivered, marker?.delivered ?? seq(0)),
        readSeq: Math.max(read, marker?.read ?? seq(0)),
      };
      const known = this.#shown.get(number);
      next.set(number, known !== undefined && hasSameProperties(known, member) ? known : member);
    }
    this.#shown = next;
    return Array.from(next.values());
  }
}
