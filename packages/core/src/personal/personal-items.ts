import { type Limits, type Refusal, refuse, type UserNumber, userNumber } from '@skein/model';
import { ProtocolError, Reader, Writer } from '@skein/protocol';
import type { Contacts } from '../contacts/contacts.ts';
import { allRecords, type RecordStore } from '../ports/record-store.ts';

/** Who sees it: everybody, those who see the owner's presence, or the owner alone. */
export type ItemAccess = 'open' | 'presence' | 'owner';

/** Something that an account publishes under a name: one value, in place of the one before. */
export interface PersonalItem {
  readonly name: string;
  /** What its owner calls this value of it. */
  readonly id: string;
  readonly access: ItemAccess;
  readonly value: Uint8Array;
}

export interface PersonalItemsDeps {
  readonly records: RecordStore;
  readonly contacts: Pick<Contacts, 'isBlockedBetween' | 'linkOf'>;
  readonly limits: Pick<
    Limits,
    'personalItemsPerUserMax' | 'personalItemBytesMax' | 'personalNameCharactersMax'
  >;
}

const ITEMS = 'personal-items';
const ACCESSES: readonly ItemAccess[] = ['open', 'presence', 'owner'];
const writer = new Writer();

/**
 * What accounts publish about themselves (rules PN1–PN3). Names are in memory, values in the store. A change is durable before
 * it holds; methods reject with StoreUnavailableError or StoreFullError, and nothing has changed then.
 */
export class PersonalItems {
  readonly #deps: PersonalItemsDeps;
  readonly #names = new Map<UserNumber, Map<string, ItemAccess>>();
  /** Changes are made one after the other: each looks at what the one before has left. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(deps: PersonalItemsDeps) {
    this.#deps = deps;
  }

  /** Errors: throws StoreUnavailableError. */
  static async load(deps: PersonalItemsDeps): Promise<PersonalItems> {
    const items = new PersonalItems(deps);
    for await (const { key, value } of allRecords(deps.records, ITEMS)) {
      const space = key.indexOf(' ');
      const { access } = decode(key.slice(space + 1), value);
      items.#namesOf(userNumber(Number(key.slice(0, space)))).set(key.slice(space + 1), access);
    }
    return items;
  }

  /** [PN2] The names of what `asker` may see of `owner`. */
  namesSeenBy(asker: UserNumber, owner: UserNumber): readonly string[] {
    const names = this.#names.get(owner) ?? [];
    return [...names].filter(([, access]) => this.#maySee(owner, asker, access)).map(([name]) => name);
  }

  hasName(owner: UserNumber, name: string): boolean {
    return this.#names.get(owner)?.has(name) === true;
  }

  /** [PN2] Null where there is nothing or `asker` may not see it. */
  async seenBy(asker: UserNumber, owner: UserNumber, name: string): Promise<PersonalItem | null> {
    if (!this.hasName(owner, name)) return null;
    const key = keyOf(owner, name);
    const [record] = await this.#deps.records.readRecords({
      space: ITEMS,
      prefix: key,
      afterKey: '',
      countMax: 1,
    });
    const item = record?.key === key ? decode(name, record.value) : null;
    // By the access that came with this value, whatever holds by now.
    return item !== null && this.#maySee(owner, asker, item.access) ? item : null;
  }

  /** [PN1] Errors: refuses request.invalid with the limit that is passed. */
  put(owner: UserNumber, item: PersonalItem): Promise<Refusal | null> {
    return this.#inTurn(async () => {
      const { personalItemsPerUserMax, personalItemBytesMax, personalNameCharactersMax } = this.#deps.limits;
      const { name, id, value } = item;
      if (name === '' || name.length > personalNameCharactersMax || id.length > personalNameCharactersMax) {
        return refuse('request.invalid', { limit: personalNameCharactersMax });
      }
      if (value.length > personalItemBytesMax)
        return refuse('message.too_large', { limit: personalItemBytesMax });
      const names = this.#namesOf(owner);
      if (!names.has(name) && names.size >= personalItemsPerUserMax) {
        return refuse('request.invalid', { limit: personalItemsPerUserMax });
      }
      await this.#commit(owner, name, encode(item));
      names.set(name, item.access);
      return null;
    });
  }

  /** Takes it away, where it is called `id` or whatever it is called; false when it was not there. */
  remove(owner: UserNumber, name: string, id: string | null): Promise<boolean> {
    return this.#inTurn(async () => {
      const item = await this.seenBy(owner, owner, name);
      if (item === null || (id !== null && item.id !== id)) return false;
      await this.#commit(owner, name, null);
      this.#namesOf(owner).delete(name);
      return true;
    });
  }

  #maySee(owner: UserNumber, asker: UserNumber, access: ItemAccess): boolean {
    if (owner === asker) return true;
    const { contacts } = this.#deps;
    if (access === 'owner' || contacts.isBlockedBetween(owner, asker)) return false;
    return access === 'open' || contacts.linkOf(asker, owner).to;
  }

  #namesOf(owner: UserNumber): Map<string, ItemAccess> {
    const names = this.#names.get(owner) ?? new Map<string, ItemAccess>();
    this.#names.set(owner, names);
    return names;
  }

  #commit(owner: UserNumber, name: string, value: Uint8Array | null): Promise<void> {
    return this.#deps.records.commitRecords([{ space: ITEMS, key: keyOf(owner, name), value }]);
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(change);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function keyOf(owner: UserNumber, name: string): string {
  return `${owner} ${name}`;
}

function encode({ id, access, value }: PersonalItem): Uint8Array {
  writer.clear();
  writer.uint(ACCESSES.indexOf(access));
  writer.string(id);
  writer.bytes(value);
  return writer.finish();
}

/** Errors: throws ProtocolError for what was not written by the above. */
function decode(name: string, record: Uint8Array): PersonalItem {
  const reader = new Reader(record);
  const access = ACCESSES[reader.uint()];
  if (access === undefined) throw new ProtocolError('invalid-tag', 'who may see it');
  return { name, access, id: reader.string(), value: reader.copy() };
}
