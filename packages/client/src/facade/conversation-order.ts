interface Place {
  readonly id: string;
  readonly atMs: number;
}

/** Above this many changes at once sorting anew is cheaper than moving one by one. */
const SORT_ANEW_MIN = 200;

/** Conversations by their last activity, the newest first; moving one does not sort the others again. */
export class ConversationOrder {
  readonly #atMs = new Map<string, number>();
  #places: Place[] = [];

  get ids(): readonly string[] {
    return this.#places.map(({ id }) => id);
  }

  /** Sets when each was last active; null takes it out. */
  update(changes: ReadonlyMap<string, number | null>): void {
    if (changes.size < SORT_ANEW_MIN) {
      for (const [id, atMs] of changes) this.#move(id, atMs);
      return;
    }
    for (const [id, atMs] of changes) this.#note(id, atMs);
    this.#places = Array.from(this.#atMs, ([id, atMs]) => ({ id, atMs })).toSorted(newestFirst);
  }

  clear(): void {
    this.#atMs.clear();
    this.#places = [];
  }

  #note(id: string, atMs: number | null): void {
    if (atMs === null) this.#atMs.delete(id);
    else this.#atMs.set(id, atMs);
  }

  #move(id: string, atMs: number | null): void {
    const before = this.#atMs.get(id);
    if (before === (atMs ?? undefined)) return;
    if (before !== undefined) this.#places.splice(this.#placeOf({ id, atMs: before }), 1);
    this.#note(id, atMs);
    if (atMs !== null) this.#places.splice(this.#placeOf({ id, atMs }), 0, { id, atMs });
  }

  #placeOf(place: Place): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (newestFirst(this.#places[middle] as Place, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Ties by id, so that the order is the same everywhere. */
function newestFirst(a: Place, b: Place): number {
  if (a.atMs !== b.atMs) return b.atMs - a.atMs;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
