import type { Contacts } from '../api/client.ts';
import type { Live } from '../api/live.ts';
import type { User } from '../api/message.ts';
import { ComputedLive } from '../live/computed-live.ts';
import type { FacadeContext } from './facade-context.ts';

/** People by their ids. */
export class ContactDirectory implements Contacts {
  readonly #context: FacadeContext;
  readonly #people = new Map<string, ComputedLive<User>>();

  constructor(context: FacadeContext) {
    this.#context = context;
  }

  async find(ids: readonly string[]): Promise<readonly User[]> {
    const { model, people } = this.#context.engine.parts;
    const unknown = ids.filter((id) => model.numberOf(id) === null);
    if (unknown.length > 0) await people.find({ users: unknown });
    return ids.flatMap((id) => {
      const number = model.numberOf(id);
      return number === null ? [] : [model.user(number)];
    });
  }

  get(id: string): Live<User> {
    const known = this.#people.get(id);
    if (known !== undefined) return known;
    const nobody: User = { id, name: id };
    const { model } = this.#context.engine.parts;
    const live = new ComputedLive<User>(this.#context.dispatcher, {
      compute: () => {
        const number = model.numberOf(id);
        return number === null ? nobody : model.user(number);
      },
      isSame: Object.is,
      // Who cannot be found stays a bare id.
      opened: () => void this.find([id]).catch(() => undefined),
    });
    this.#people.set(id, live);
    return live;
  }

  changed(): void {
    for (const live of this.#people.values()) live.touch();
  }
}
