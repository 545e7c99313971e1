import { type ConversationId, type DeviceNumber, deviceNumber } from '@skein/model';
import type { CounterRow } from '../ports/cache-store.ts';

/** The last counter that this installation gave in each conversation. A counter is given once, whatever becomes of it. */
export class CounterBook {
  readonly #last = new Map<ConversationId, number>();
  #device: DeviceNumber = deviceNumber(0);

  load(rows: readonly CounterRow[], device: DeviceNumber): void {
    this.#device = device;
    for (const row of rows) if (row.device === device) this.#last.set(row.conversation, row.counter);
  }

  /** Another number for this installation, or another store at the server: every count begins again. */
  restart(device: DeviceNumber): void {
    this.#device = device;
    this.#last.clear();
  }

  get device(): DeviceNumber {
    return this.#device;
  }

  /** [OB2] The next number, without gaps: the server takes them in order. */
  next(conversation: ConversationId): CounterRow {
    return this.set(conversation, (this.#last.get(conversation) ?? 0) + 1);
  }

  set(conversation: ConversationId, counter: number): CounterRow {
    this.#last.set(conversation, counter);
    return { conversation, counter, device: this.#device };
  }
}
