import { randomBytes } from 'node:crypto';

/**
 * Names of clients, used again as soon as nobody uses them: for some servers each is a device that its user has from then on,
 * and nobody has hundreds of them.
 */
export class ClientIds {
  readonly #tag = randomBytes(4).toString('hex');
  readonly #free: string[] = [];
  #count = 0;

  /** [MQTT-3.1.3-5] A name that every server takes. */
  take(): string {
    // The last one first, so that no more of them are used than there are clients at once.
    return this.#free.pop() ?? `c${this.#tag}${this.#count++}`;
  }

  giveBack(clientIds: readonly string[]): void {
    this.#free.push(...clientIds);
  }
}
