/** Who a connection has heard of, by number: entries name their senders by number alone. */
export class People {
  readonly #ids = new Map<number, string>();
  readonly #find: (numbers: readonly number[]) => Promise<readonly { number: number; id: string }[]>;
  readonly #asked = new Map<number, Promise<string>>();

  /** `find` asks the server for those that nobody has mentioned yet. */
  constructor(find: (numbers: readonly number[]) => Promise<readonly { number: number; id: string }[]>) {
    this.#find = find;
  }

  meet(users: readonly { readonly number: number; readonly id: string }[]): void {
    for (const { number, id } of users) this.#ids.set(number, id);
  }

  /** The user's id where it is known already. */
  known(number: number): string | undefined {
    return this.#ids.get(number);
  }

  /** The user's id; `#number` where the server knows nobody either. Never rejects. */
  async idOf(number: number): Promise<string> {
    const known = this.#ids.get(number);
    if (known !== undefined) return known;
    const asked = this.#asked.get(number) ?? this.#ask(number);
    this.#asked.set(number, asked);
    return asked;
  }

  async #ask(number: number): Promise<string> {
    this.meet(await this.#find([number]));
    this.#asked.delete(number);
    return this.#ids.get(number) ?? `#${number}`;
  }
}
