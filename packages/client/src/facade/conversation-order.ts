/** Conversations by their last activity, the newest first. */
export class ConversationOrder {
  readonly #atMs = new Map<string, number>();
  #ids: readonly string[] = [];

  get ids(): readonly string[] {
    return this.#ids;
  }

  /** Sets when each was last active; null takes it out. */
  update(changes: ReadonlyMap<string, number | null>): void {
    let isMoved = false;
    for (const [id, atMs] of changes) {
      if (this.#atMs.get(id) === (atMs ?? undefined)) continue;
      isMoved = true;
      if (atMs === null) this.#atMs.delete(id);
      else this.#atMs.set(id, atMs);
    }
    if (!isMoved) return;
    // From the old order on: moving one of ten thousand costs about one pass.
    const known = this.#ids.filter((id) => this.#atMs.has(id));
    this.#ids = [...new Set([...known, ...this.#atMs.keys()])].toSorted((a, b) => this.#compare(a, b));
  }

  clear(): void {
    this.#atMs.clear();
    this.#ids = [];
  }

  /** Ties by id, so that the order is the same everywhere. */
  #compare(a: string, b: string): number {
    return (this.#atMs.get(b) ?? 0) - (this.#atMs.get(a) ?? 0) || (a < b ? -1 : 1);
  }
}
