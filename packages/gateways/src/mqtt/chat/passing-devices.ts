/**
 * Devices of clients whose session ends with the connection (MQ18), by a name of their own: the last connection of one signs
 * it out, and the next one under that name waits for it.
 */
export class PassingDevices {
  readonly #connections = new Map<string, number>();
  readonly #leaving = new Map<string, Promise<void>>();

  /** Somebody is about to sign in; resolves when nothing would sign them out again. */
  async enter(name: string): Promise<void> {
    this.#connections.set(name, (this.#connections.get(name) ?? 0) + 1);
    await this.#leaving.get(name);
  }

  /** True for the last one. */
  leave(name: string): boolean {
    const left = (this.#connections.get(name) ?? 1) - 1;
    if (left > 0) this.#connections.set(name, left);
    else this.#connections.delete(name);
    return left === 0;
  }

  /** `done` resolves when the sign-out is through, whatever became of it. */
  signingOut(name: string, done: Promise<void>): void {
    this.#leaving.set(name, done);
    void done.then(() => {
      if (this.#leaving.get(name) === done) this.#leaving.delete(name);
    });
  }
}
