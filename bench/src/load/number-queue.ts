/** First in, first out, without moving what remains at each step. */
export class NumberQueue {
  #items: number[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: number): void {
    this.#items.push(item);
  }

  /** The oldest item. Throws when there is none: an answer came to what was never asked. */
  shift(): number {
    const item = this.#items[this.#head];
    if (item === undefined) throw new Error('an answer to nothing');
    this.#head++;
    if (this.#head === this.#items.length || this.#head > 4_096) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
