import { type ConversationId, conversationId, type Limits } from '@skein/model';
import { ProtocolError, Reader, Writer } from '@skein/protocol';
import type { World } from '../log/world.ts';
import { allRecords, type RecordStore } from '../ports/record-store.ts';

export interface GroupNamesDeps {
  readonly records: RecordStore;
  readonly world: Pick<World, 'conversation'>;
  readonly limits: Pick<Limits, 'groupNameCharactersMax'>;
}

/** What somebody outside may know of a group that anybody may enter. */
export interface OpenGroup {
  readonly conversation: ConversationId;
  readonly title: string;
  readonly memberCount: number;
}

interface Named {
  readonly name: string;
  readonly isListed: boolean;
}

const NAMES = 'group-names';
const writer = new Writer();

/**
 * Names that groups are found by (rules GN1–GN3), for protocols in which people choose them. A change is durable before it
 * holds; methods reject with StoreUnavailableError or StoreFullError, and nothing has changed then.
 */
export class GroupNames {
  readonly #deps: GroupNamesDeps;
  readonly #byName = new Map<string, ConversationId>();
  readonly #named = new Map<ConversationId, Named>();

  private constructor(deps: GroupNamesDeps) {
    this.#deps = deps;
  }

  /** Errors: throws StoreUnavailableError. */
  static async load(deps: GroupNamesDeps): Promise<GroupNames> {
    const names = new GroupNames(deps);
    for await (const { key, value } of allRecords(deps.records, NAMES)) {
      const { conversation, isListed } = decode(value);
      names.#hold(conversation, { name: key, isListed });
    }
    return names;
  }

  conversationOf(name: string): ConversationId | undefined {
    return this.#byName.get(name);
  }

  nameOf(conversation: number): string | undefined {
    return this.#named.get(conversationId(conversation))?.name;
  }

  isListed(conversation: number): boolean {
    return this.#named.get(conversationId(conversation))?.isListed === true;
  }

  /** [GN1] Whether a group can be called so. */
  canBe(name: string): boolean {
    return name !== '' && name.length <= this.#deps.limits.groupNameCharactersMax;
  }

  /** [GN1] Names a group that has no name; false where the name is another's already. */
  async take(name: string, conversation: number, isListed: boolean): Promise<boolean> {
    if (!this.canBe(name) || this.#byName.has(name)) return false;
    const group = conversationId(conversation);
    // Held before it is durable: of two who want it at once one gets it.
    this.#hold(group, { name, isListed });
    try {
      await this.#store(name, { conversation: group, isListed });
    } catch (error) {
      this.#release(group);
      throw error;
    }
    return true;
  }

  /** [GN2] Whether those are told of the group who ask what there is. */
  async list(conversation: number, isListed: boolean): Promise<void> {
    const group = conversationId(conversation);
    const named = this.#named.get(group);
    if (named === undefined || named.isListed === isListed) return;
    await this.#store(named.name, { conversation: group, isListed });
    if (this.#named.get(group) === named) this.#hold(group, { name: named.name, isListed });
  }

  /** The name is anybody's again. */
  async free(conversation: number): Promise<void> {
    const group = conversationId(conversation);
    const named = this.#named.get(group);
    if (named === undefined) return;
    await this.#deps.records.commitRecords([{ space: NAMES, key: named.name, value: null }]);
    this.#release(group);
  }

  /** [GN3] Null for what is closed, as for what is not there. */
  openGroup(conversation: number): OpenGroup | null {
    const group = this.#deps.world.conversation(conversationId(conversation));
    if (group === undefined || group.kind !== 'group' || !group.isOpen) return null;
    return { conversation: group.id, title: group.title, memberCount: group.present.length };
  }

  /** [GN2] [GN3] Groups that are listed and open, at most `countMax`. */
  listed(countMax: number): readonly OpenGroup[] {
    const groups: OpenGroup[] = [];
    for (const [conversation, { isListed }] of this.#named) {
      if (groups.length >= countMax) break;
      const group = isListed ? this.openGroup(conversation) : null;
      if (group !== null) groups.push(group);
    }
    return groups;
  }

  #hold(conversation: ConversationId, named: Named): void {
    this.#byName.set(named.name, conversation);
    this.#named.set(conversation, named);
  }

  #release(conversation: ConversationId): void {
    const named = this.#named.get(conversation);
    if (named === undefined) return;
    this.#named.delete(conversation);
    this.#byName.delete(named.name);
  }

  #store(key: string, of: { conversation: ConversationId; isListed: boolean }): Promise<void> {
    return this.#deps.records.commitRecords([{ space: NAMES, key, value: encode(of) }]);
  }
}

function encode({ conversation, isListed }: { conversation: ConversationId; isListed: boolean }): Uint8Array {
  writer.clear();
  writer.uint(conversation);
  writer.bool(isListed);
  return writer.finish();
}

/** Errors: throws ProtocolError for what was not written by the above. */
function decode(value: Uint8Array): { conversation: ConversationId; isListed: boolean } {
  const reader = new Reader(value);
  const number = reader.uint();
  if (number < 1) throw new ProtocolError('invalid-tag', 'the number of a group');
  return { conversation: conversationId(number), isListed: reader.bool() };
}
