/** What a way costs: from when it has settled, without what it took to sign in and to subscribe. */
export class Tally {
  #hasSettled = false;
  #updates = 0;
  #bytes = 0;
  #tiles = 0;
  // Of the second that goes on, and of the one before.
  #bytesNow = 0;
  #bytesPerS = 0;

  received(bytes: number): void {
    if (this.#hasSettled) this.#bytes += bytes;
    this.#bytesNow += bytes;
  }

  moved(): void {
    if (this.#hasSettled) this.#updates++;
  }

  watching(tiles: number): void {
    this.#tiles = tiles;
  }

  secondPassed(): void {
    this.#bytesPerS = this.#bytesNow;
    this.#bytesNow = 0;
  }

  settled(): void {
    this.#hasSettled = true;
  }

  rows(carsShown: number, tilesInAll: number): Readonly<Record<string, string>> {
    const perUpdate = this.#updates === 0 ? '–' : (this.#bytes / this.#updates).toFixed(1);
    return {
      'cars in sight': String(carsShown),
      'tiles subscribed to': `${this.#tiles} of ${tilesInAll}`,
      updates: String(this.#updates),
      'bytes per update': perUpdate,
      'bytes per second': String(this.#bytesPerS),
    };
  }
}
