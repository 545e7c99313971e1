import {
  addToDigest,
  type ConversationId,
  conversationId,
  type DeviceNumber,
  type Digest,
  deviceNumber,
  EMPTY_DIGEST,
  type UserNumber,
  userNumber,
} from '@skein/model';
import { ConversationKind, type User as WireUser } from '@skein/protocol';
import type { User } from '../../api/message.ts';
import type { CacheWriter } from '../cache/cache-writer.ts';
import type { CacheSnapshot, ConversationRow } from '../ports/cache-store.ts';
import { type Changes, noChanges } from './changes.ts';

/** Who this is, as told by the last Welcome. */
export interface Identity {
  readonly number: UserNumber;
  readonly id: string;
  readonly name: string;
  readonly device: DeviceNumber;
}

const NO_CONVERSATION = conversationId(0);
const NOBODY: Identity = { number: userNumber(0), id: '', name: '', device: deviceNumber(0) };

export interface ModelDeps {
  readonly writer: CacheWriter;
  /** A row is about to be replaced. */
  readonly replaced: (before: ConversationRow, after: ConversationRow) => void;
  /** Everything that one piece of work changed. */
  readonly committed: (changes: Changes) => void;
}

/**
 * All that this device knows but entries: users, conversations, values. One writer of every row, in memory and in the
 * store; one notice of every change.
 */
export class Model {
  readonly #deps: ModelDeps;
  readonly #users = new Map<UserNumber, User>();
  readonly #numbers = new Map<string, UserNumber>();
  readonly #conversations = new Map<ConversationId, ConversationRow>();
  readonly #directs = new Map<UserNumber, ConversationId>();
  readonly #byPublicId = new Map<string, ConversationId>();
  readonly #values = new Map<string, string>();
  #me: Identity = NOBODY;
  #changes: Changes = noChanges();
  #depth = 0;

  constructor(deps: ModelDeps) {
    this.#deps = deps;
  }

  get me(): Identity {
    return this.#me;
  }

  /** What the work in progress has touched so far. */
  get changes(): Changes {
    return this.#changes;
  }

  /** Runs work whose changes are told as one, also when pieces of it are such work themselves. */
  together(work: () => void): void {
    this.#depth++;
    try {
      work();
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#tell();
    }
  }

  load(snapshot: CacheSnapshot): void {
    for (const [key, value] of snapshot.values) if (!this.#values.has(key)) this.#values.set(key, value);
    for (const { number, id, name } of snapshot.users) this.#remember(number, id, name);
    const me = this.#values.get('me');
    if (me !== undefined) this.#me = JSON.parse(me) as Identity;
    for (const row of snapshot.conversations) {
      this.#index(row);
      this.#changes.conversations.add(row.number);
    }
    this.#changes.me = true;
  }

  /** [CU8] Forgets everything that belonged to another store; what the device is and the session stay. */
  reset(kept: readonly string[]): void {
    this.#deps.writer.clear();
    for (const key of this.#values.keys()) if (!kept.includes(key)) this.#values.delete(key);
    for (const [key, value] of this.#values) this.#deps.writer.value(key, value);
    this.#users.clear();
    this.#numbers.clear();
    this.#conversations.clear();
    this.#directs.clear();
    this.#byPublicId.clear();
    this.#changes.reset = true;
    if (this.#me.number !== 0) this.putUser(this.#me);
  }

  // ── values ──

  value(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  setValue(key: string, value: string | null): void {
    if (value === null) this.#values.delete(key);
    else this.#values.set(key, value);
    this.#deps.writer.value(key, value);
  }

  setMe(me: Identity): void {
    this.#me = me;
    this.setValue('me', JSON.stringify(me));
    this.putUser(me);
    this.#changes.me = true;
  }

  // ── users ──

  /** Somebody as shown; the same object until the name changes. Who is unknown yet has a number for a name. */
  user(number: UserNumber): User {
    return this.#users.get(number) ?? this.#remember(number, `#${number}`, `#${number}`);
  }

  isKnown(number: UserNumber): boolean {
    return this.#users.get(number)?.id.startsWith('#') === false;
  }

  numberOf(id: string): UserNumber | null {
    return this.#numbers.get(id) ?? null;
  }

  putUser({ number, id, name }: Pick<WireUser, 'number' | 'id' | 'name'>): void {
    const known = this.#users.get(userNumber(number));
    const shown = name === '' ? id : name;
    if (known !== undefined && known.id === id && known.name === shown) return;
    this.#remember(userNumber(number), id, shown);
    this.#deps.writer.user({ number: userNumber(number), id, name: shown });
    this.#changes.users.add(userNumber(number));
    // A direct conversation is called after its peer.
    const direct = this.#conversations.get(this.#directs.get(userNumber(number)) ?? NO_CONVERSATION);
    if (direct !== undefined) this.#index(direct);
  }

  // ── conversations ──

  conversation(number: ConversationId): ConversationRow | undefined {
    return this.#conversations.get(number);
  }

  conversations(): IterableIterator<ConversationRow> {
    return this.#conversations.values();
  }

  put(row: ConversationRow): void {
    const before = this.#conversations.get(row.number);
    if (before === row) return;
    if (before !== undefined) this.#deps.replaced(before, row);
    this.#index(row);
    this.#deps.writer.conversation(row);
    this.#changes.conversations.add(row.number);
  }

  /** `@<user>` for a direct conversation, the number for a group. */
  publicIdOf(row: ConversationRow): string {
    return row.kind === ConversationKind.direct ? `@${this.user(row.peer).id}` : String(row.number);
  }

  byPublicId(id: string): ConversationRow | undefined {
    const number = this.#byPublicId.get(id);
    return number === undefined ? undefined : this.#conversations.get(number);
  }

  /** [CU5] What the server computes too: equal means that nothing is missing here. */
  digest(): { readonly digest: Digest; readonly memberships: number } {
    let digest = EMPTY_DIGEST;
    let memberships = 0;
    for (const { number, head, read, role } of this.#conversations.values()) {
      if (role === 0) continue;
      digest = addToDigest(digest, number, head, read.seq);
      memberships++;
    }
    return { digest, memberships };
  }

  #remember(number: UserNumber, id: string, name: string): User {
    const user: User = { id, name };
    this.#users.set(number, user);
    this.#numbers.set(id, number);
    return user;
  }

  #index(row: ConversationRow): void {
    this.#conversations.set(row.number, row);
    if (row.peer !== 0) this.#directs.set(row.peer, row.number);
    this.#byPublicId.set(this.publicIdOf(row), row.number);
  }

  #tell(): void {
    const changes = this.#changes;
    if (isNothing(changes)) return;
    this.#changes = noChanges();
    this.#deps.committed(changes);
  }
}

function isNothing(changes: Changes): boolean {
  return (
    changes.conversations.size === 0 &&
    changes.users.size === 0 &&
    changes.typing.size === 0 &&
    changes.outbox.size === 0 &&
    changes.drafts.size === 0 &&
    changes.occurrences.length === 0 &&
    !(changes.connection || changes.me || changes.reset || changes.synced)
  );
}
