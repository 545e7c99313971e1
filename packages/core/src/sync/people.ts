import { type Entry, type UserNumber, userNumber } from '@skein/model';
import type { ConversationStateInit, UserInit } from '@skein/protocol';
import type { Users } from '../log/users.ts';
import type { UserRow } from '../ports/store.ts';
import { usersNamedIn } from './log-entry.ts';

/** Bytes of a user on the wire beside id and name. */
const USER_OVERHEAD_BYTES = 16;
/** UTF-8 needs at most three bytes for each UTF-16 code unit. */
const BYTES_PER_CODE_UNIT_MAX = 3;

export function toWireUser(row: UserRow): UserInit {
  return { number: row.number, id: row.id, name: row.name };
}

/** The users that one answer speaks of, each told once. */
export class People {
  readonly #users: Users;
  readonly #told = new Set<number>();
  #fresh: UserInit[] = [];
  #freshBytes = 0;

  constructor(users: Users) {
    this.#users = users;
  }

  /** Wire bytes of those who are not taken yet. */
  get freshBytes(): number {
    return this.#freshBytes;
  }

  add(number: number): void {
    if (number === 0 || this.#told.has(number)) return;
    this.#told.add(number);
    const row = this.#users.byNumber(userNumber(number));
    if (row === undefined) return;
    this.#fresh.push(toWireUser(row));
    this.#freshBytes += USER_OVERHEAD_BYTES + row.id.length + row.name.length * BYTES_PER_CODE_UNIT_MAX;
  }

  addState(state: ConversationStateInit): void {
    this.add(state.peer ?? 0);
    for (const marker of state.markers ?? []) this.add(marker.user ?? 0);
  }

  addEntry(entry: Entry): void {
    this.add(entry.sender);
    for (const user of usersNamedIn(entry)) this.add(user);
  }

  /** Those added since the last call. */
  take(): readonly UserInit[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    this.#freshBytes = 0;
    return fresh;
  }
}

/** Everyone one state speaks of. */
export function peopleIn(state: ConversationStateInit, users: Users): readonly UserInit[] {
  const people = new People(users);
  people.addState(state);
  return people.take();
}

/** Everyone these entries speak of. */
export function peopleOf(entries: Iterable<Entry>, users: Users): readonly UserInit[] {
  const people = new People(users);
  for (const entry of entries) people.addEntry(entry);
  return people.take();
}

/** The rows of some numbers, without those nobody has. */
export function usersByNumber(numbers: Iterable<number>, users: Users): UserRow[] {
  const rows: UserRow[] = [];
  for (const number of numbers) {
    const row = users.byNumber(number as UserNumber);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}
