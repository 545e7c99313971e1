import type { Clock, Timer, UserNumber } from '@skein/model';
import type { FindUsersInit } from '@skein/protocol';
import type { Requests } from '../connection/requests.ts';
import type { Model } from '../model/model.ts';
import type { LogSink } from '../ports/log-sink.ts';

/** A screen shows many strangers at once: they are asked for together. */
const GATHER_MS = 50;
/** More in one question than any screen shows. */
const NUMBERS_MAX = 200;

export interface PeopleDeps {
  readonly clock: Clock;
  readonly model: Model;
  readonly log: LogSink;
  readonly requests: Requests;
}

/** Finds out who somebody is, once for each, when a screen wants to show them. */
export class People {
  readonly #deps: PeopleDeps;
  readonly #wanted = new Set<UserNumber>();
  readonly #asked = new Set<UserNumber>();
  #timer: Timer | null = null;

  constructor(deps: PeopleDeps) {
    this.#deps = deps;
  }

  want(number: UserNumber): void {
    if (number === 0 || this.#asked.has(number) || this.#deps.model.isKnown(number)) return;
    this.#wanted.add(number);
    this.#timer ??= this.#deps.clock.setTimer(GATHER_MS, () => this.#askAll());
  }

  /** Errors: rejects with a SkeinError. Ids that nobody has are left out of what the model then knows. */
  async find(users: FindUsersInit): Promise<void> {
    const found = await this.#deps.requests.askFor('users', { case: 'findUsers', value: users });
    this.#deps.model.together(() => {
      for (const user of found.users) this.#deps.model.putUser(user);
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #askAll(): void {
    this.#timer = null;
    const numbers = [...this.#wanted];
    this.#wanted.clear();
    for (let at = 0; at < numbers.length; at += NUMBERS_MAX)
      void this.#askSome(numbers.slice(at, at + NUMBERS_MAX));
  }

  async #askSome(numbers: readonly UserNumber[]): Promise<void> {
    for (const number of numbers) this.#asked.add(number);
    try {
      await this.find({ numbers });
    } catch (error) {
      // Asked again when they are next shown.
      for (const number of numbers) this.#asked.delete(number);
      this.#deps.log('debug', 'somebody is not known', error);
    }
  }
}
