import type { UserNumber } from '@skein/model';
import type { UserRow } from '../ports/store.ts';

/** Everyone who has an account, by number and by id. Ids are found whatever their case, as the directory keeps them apart. */
export class Users {
  readonly #byNumber = new Map<UserNumber, UserRow>();
  readonly #byLowerId = new Map<string, UserRow>();

  get count(): number {
    return this.#byNumber.size;
  }

  /** Everyone, in the order of their numbers. */
  all(): readonly UserRow[] {
    return [...this.#byNumber.values()].toSorted((a, b) => a.number - b.number);
  }

  byNumber(number: UserNumber): UserRow | undefined {
    return this.#byNumber.get(number);
  }

  byId(id: string): UserRow | undefined {
    return this.#byLowerId.get(id.toLowerCase());
  }

  add(row: UserRow): void {
    this.#byNumber.set(row.number, row);
    this.#byLowerId.set(row.id.toLowerCase(), row);
  }
}
