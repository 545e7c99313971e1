import { type Limits, type Refusal, refuse, type UserNumber, userNumber } from '@skein/model';
import { allRecords, type RecordChange, type RecordStore } from '../ports/record-store.ts';
import { type Contact, decodeContact, encodeContact } from './contact-record.ts';
import {
  NO_LINK,
  type SubscriptionAction,
  type SubscriptionStep,
  stepSubscription,
} from './step-subscription.ts';

/** What a change of a list is told to. */
export interface ContactsListener {
  /** A contact as it is now; not listed any more means removed. */
  contactChanged(user: UserNumber, contact: Contact): void;
}

export interface ContactsDeps {
  readonly records: RecordStore;
  readonly limits: Pick<Limits, 'contactsPerUserMax' | 'blockedPerUserMax'>;
}

const CONTACTS = 'contacts';
const BLOCKED = 'blocked';
const NOTHING = new Uint8Array(0);

/**
 * Whom people know, who sees whose presence, and who has blocked whom (rules CT1–CT5). Everything is in memory; a change is
 * durable before it holds. Methods reject with StoreUnavailableError or StoreFullError, and nothing has changed then.
 */
export class Contacts {
  readonly #deps: ContactsDeps;
  readonly #lists = new Map<UserNumber, Map<UserNumber, Contact>>();
  readonly #blocked = new Map<UserNumber, Set<UserNumber>>();
  readonly #listeners = new Set<ContactsListener>();
  /** Changes are made one after the other: each looks at what the one before has left. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(deps: ContactsDeps) {
    this.#deps = deps;
  }

  /** Errors: throws StoreUnavailableError. */
  static async load(deps: ContactsDeps): Promise<Contacts> {
    const contacts = new Contacts(deps);
    for await (const { key, value } of allRecords(deps.records, CONTACTS)) {
      const [user, other] = usersOf(key);
      contacts.#put(user, decodeContact(other, value));
    }
    for await (const { key } of allRecords(deps.records, BLOCKED)) {
      const [user, other] = usersOf(key);
      contacts.#blockedBy(user).add(other);
    }
    return contacts;
  }

  listen(listener: ContactsListener): void {
    this.#listeners.add(listener);
  }

  /** Everyone in a user's list. */
  listOf(user: UserNumber): readonly Contact[] {
    return [...(this.#lists.get(user)?.values() ?? [])].filter(({ isListed }) => isListed);
  }

  /** Who asked to see this user's presence and was not answered. */
  askers(user: UserNumber): readonly UserNumber[] {
    return [...(this.#lists.get(user)?.values() ?? [])]
      .filter(({ pendingIn }) => pendingIn)
      .map(({ contact }) => contact);
  }

  /** How a user stands to somebody. */
  linkOf(user: UserNumber, other: UserNumber): Contact {
    return (
      this.#lists.get(user)?.get(other) ?? {
        ...NO_LINK,
        contact: other,
        name: '',
        groups: [],
        isListed: false,
      }
    );
  }

  /** [CT1] Puts somebody into the list, or changes what they are called there. */
  put(
    user: UserNumber,
    { contact, name, groups }: Pick<Contact, 'contact' | 'name' | 'groups'>,
  ): Promise<Refusal | null> {
    return this.#inTurn(async () => {
      const before = this.linkOf(user, contact);
      const { contactsPerUserMax } = this.#deps.limits;
      if (!before.isListed && this.listOf(user).length >= contactsPerUserMax) {
        return refuse('request.invalid', { limit: contactsPerUserMax });
      }
      await this.#change([[user, { ...before, name, groups, isListed: true }]]);
      return null;
    });
  }

  /** [CT3] Takes somebody out of the list; neither sees the other from then on. Answers what the other one is told. */
  remove(user: UserNumber, other: UserNumber): Promise<readonly SubscriptionAction[]> {
    return this.#inTurn(() => this.#remove(user, other));
  }

  async #remove(user: UserNumber, other: UserNumber): Promise<readonly SubscriptionAction[]> {
    const unsubscribe = stepSubscription(this.linkOf(user, other), this.linkOf(other, user), 'unsubscribe');
    const unsubscribed = stepSubscription(unsubscribe.mine, unsubscribe.theirs, 'unsubscribed');
    await this.#change([
      [user, { ...this.linkOf(user, other), ...NO_LINK, isListed: false, name: '', groups: [] }],
      [other, { ...this.linkOf(other, user), ...unsubscribed.theirs }],
    ]);
    const told: SubscriptionAction[] = [];
    if (unsubscribe.isTold) told.push('unsubscribe');
    if (unsubscribed.isTold) told.push('unsubscribed');
    return told;
  }

  /** [CT2] Asks to see somebody, agrees to be seen, or takes either back. */
  step(user: UserNumber, other: UserNumber, action: SubscriptionAction): Promise<SubscriptionStep> {
    return this.#inTurn(() => this.#step(user, other, action));
  }

  async #step(user: UserNumber, other: UserNumber, action: SubscriptionAction): Promise<SubscriptionStep> {
    const [mine, theirs] = [this.linkOf(user, other), this.linkOf(other, user)];
    const step = stepSubscription(mine, theirs, action);
    // RFC 6121 §3.1.2, §3.1.4: who asks or agrees has the other one in the list.
    const isListed = mine.isListed || step.mine.pendingOut || step.mine.to || step.mine.from;
    await this.#change([
      [user, { ...mine, ...step.mine, isListed }],
      [other, { ...theirs, ...step.theirs }],
    ]);
    return step;
  }

  // ── blocking ─────────────────────────────────────────────────────────────────────────────────────────────────────

  blockedBy(user: UserNumber): readonly UserNumber[] {
    return [...(this.#blocked.get(user) ?? [])];
  }

  hasBlocked(user: UserNumber, other: UserNumber): boolean {
    return this.#blocked.get(user)?.has(other) ?? false;
  }

  /** [CT4] Whether either of two has blocked the other. */
  isBlockedBetween(a: UserNumber, b: UserNumber): boolean {
    return this.#blocked.size > 0 && (this.hasBlocked(a, b) || this.hasBlocked(b, a));
  }

  async block(user: UserNumber, others: readonly UserNumber[]): Promise<Refusal | null> {
    const { blockedPerUserMax } = this.#deps.limits;
    const all = new Set([...this.blockedBy(user), ...others]);
    if (all.size > blockedPerUserMax) return refuse('request.invalid', { limit: blockedPerUserMax });
    const changes = others.map((other) => ({ space: BLOCKED, key: keyOf(user, other), value: NOTHING }));
    await this.#deps.records.commitRecords(changes);
    for (const other of others) this.#blockedBy(user).add(other);
    return null;
  }

  async unblock(user: UserNumber, others: readonly UserNumber[]): Promise<void> {
    const changes = others.map((other) => ({ space: BLOCKED, key: keyOf(user, other), value: null }));
    await this.#deps.records.commitRecords(changes);
    const blocked = this.#blocked.get(user);
    for (const other of others) blocked?.delete(other);
    if (blocked?.size === 0) this.#blocked.delete(user);
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(change, change);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** [CT1] Stored first, all or none; only what differs is stored and told. */
  async #change(pairs: readonly (readonly [UserNumber, Contact])[]): Promise<void> {
    const changed = pairs.filter(([user, now]) => !isSame(this.#lists.get(user)?.get(now.contact), now));
    const records = changed.map(([user, now]): RecordChange => {
      const value = isEmpty(now) ? null : encodeContact(now);
      return { space: CONTACTS, key: keyOf(user, now.contact), value };
    });
    if (records.length === 0) return;
    await this.#deps.records.commitRecords(records);
    for (const [user, now] of changed) {
      const wasListed = this.linkOf(user, now.contact).isListed;
      this.#put(user, now);
      if (!wasListed && !now.isListed) continue;
      for (const listener of this.#listeners) listener.contactChanged(user, now);
    }
  }

  #put(user: UserNumber, now: Contact): void {
    const list = this.#lists.get(user) ?? new Map<UserNumber, Contact>();
    this.#lists.set(user, list);
    if (isEmpty(now)) list.delete(now.contact);
    else list.set(now.contact, now);
  }

  #blockedBy(user: UserNumber): Set<UserNumber> {
    const blocked = this.#blocked.get(user) ?? new Set<UserNumber>();
    this.#blocked.set(user, blocked);
    return blocked;
  }
}

function isEmpty({ isListed, pendingIn, from, to, pendingOut }: Contact): boolean {
  return !isListed && !pendingIn && !from && !to && !pendingOut;
}

function isSame(a: Contact | undefined, b: Contact): boolean {
  if (a === undefined) return isEmpty(b);
  return (
    a.to === b.to &&
    a.from === b.from &&
    a.pendingOut === b.pendingOut &&
    a.pendingIn === b.pendingIn &&
    a.isListed === b.isListed &&
    a.name === b.name &&
    a.groups.join('\n') === b.groups.join('\n')
  );
}

function keyOf(user: UserNumber, other: UserNumber): string {
  return `${user}/${other}`;
}

function usersOf(key: string): [UserNumber, UserNumber] {
  const [user, other] = key.split('/');
  return [userNumber(Number(user)), userNumber(Number(other))];
}
