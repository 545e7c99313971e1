import { assert, type Entry, type UserNumber } from '@skein/model';
import type { ConversationStateInit, LogEntryInit, SyncResultInit } from '@skein/protocol';
import type { Users } from '../log/users.ts';
import { toLogEntry, wireBytesOf } from './log-entry.ts';
import { People } from './people.ts';

/** A state's numbers with their tags, at their longest. */
const STATE_OVERHEAD_BYTES = 96;
const MARKER_BYTES = 24;
/** Three tags and lengths. */
const ATTRIBUTE_OVERHEAD_BYTES = 9;
const BYTES_PER_CODE_UNIT_MAX = 3;

interface OpenState {
  readonly state: ConversationStateInit;
  readonly newestFirst: LogEntryInit[];
  readonly amendments: LogEntryInit[];
  hasMoreAmendments: boolean;
}

/**
 * Cuts a sync answer into parts that fit a frame (SY7). A conversation whose entries need several parts is repeated in each
 * of them: the newest entries come first, each part ascends, and together they have no gap.
 */
export class SyncParts {
  readonly #people: People;
  readonly #partBytesMax: number;
  #states: OpenState[] = [];
  #stateBytes = 0;

  constructor(users: Users, partBytesMax: number) {
    this.#people = new People(users);
    this.#partBytesMax = partBytesMax;
  }

  get isEmpty(): boolean {
    return this.#states.length === 0;
  }

  /** Whether this part has room for so many bytes more; an empty part always has. */
  hasRoomFor(bytes: number): boolean {
    return this.isEmpty || this.#stateBytes + this.#people.freshBytes + bytes <= this.#partBytesMax;
  }

  addState(state: ConversationStateInit): void {
    this.#people.addState(state);
    this.#stateBytes += stateBytesOf(state);
    this.#states.push({ state, newestFirst: [], amendments: [], hasMoreAmendments: false });
  }

  /** Adds the entry before the last one to the conversation that was added last. */
  addEntry(entry: Entry, reader: UserNumber): void {
    this.#count(entry);
    this.#last.newestFirst.push(toLogEntry(entry, reader));
  }

  /** Adds the next amendment to the conversation that was added last. */
  addAmendment(entry: Entry, reader: UserNumber): void {
    this.#count(entry);
    this.#last.amendments.push(toLogEntry(entry, reader));
  }

  /** The conversation that was added last has amendments which are not told here. */
  markMoreAmendments(): void {
    this.#last.hasMoreAmendments = true;
  }

  /** Ends this part and starts the next. */
  take(): Pick<SyncResultInit, 'changed' | 'users'> {
    const changed = this.#states.map(toWire);
    this.#states = [];
    this.#stateBytes = 0;
    return { changed, users: this.#people.take() };
  }

  get #last(): OpenState {
    const last = this.#states.at(-1);
    assert(last !== undefined, 'entries follow their conversation');
    return last;
  }

  #count(entry: Entry): void {
    this.#people.addEntry(entry);
    this.#stateBytes += wireBytesOf(entry);
  }
}

function toWire({ state, newestFirst, amendments, hasMoreAmendments }: OpenState): ConversationStateInit {
  return { ...state, entries: newestFirst.reverse(), amendments, amendmentsMore: hasMoreAmendments };
}

export function stateBytesOf(state: ConversationStateInit): number {
  const titleBytes = (state.title?.length ?? 0) * BYTES_PER_CODE_UNIT_MAX;
  let attributeBytes = 0;
  for (const { key, value } of state.attributes ?? []) {
    attributeBytes +=
      ATTRIBUTE_OVERHEAD_BYTES + ((key?.length ?? 0) + (value?.length ?? 0)) * BYTES_PER_CODE_UNIT_MAX;
  }
  return STATE_OVERHEAD_BYTES + titleBytes + attributeBytes + (state.markers?.length ?? 0) * MARKER_BYTES;
}
