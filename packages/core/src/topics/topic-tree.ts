interface Node<Value> {
  readonly children: Map<string, Node<Value>>;
  readonly values: Set<Value>;
}

/**
 * Filters and who asked for them, found by topic without looking at the others. Depth is bounded by whoever parses the
 * filters.
 */
export class TopicTree<Value> {
  readonly #root: Node<Value> = { children: new Map(), values: new Set() };

  add(levels: readonly string[], value: Value): void {
    let node = this.#root;
    for (const level of levels) {
      let child = node.children.get(level);
      if (child === undefined) {
        child = { children: new Map(), values: new Set() };
        node.children.set(level, child);
      }
      node = child;
    }
    node.values.add(value);
  }

  /** Leaves no empty node behind. */
  remove(levels: readonly string[], value: Value): void {
    const path: Node<Value>[] = [this.#root];
    for (const level of levels) {
      const child = path.at(-1)?.children.get(level);
      if (child === undefined) return;
      path.push(child);
    }
    path.at(-1)?.values.delete(value);
    for (let at = levels.length; at > 0; at--) {
      const node = path[at];
      if (node === undefined || node.values.size > 0 || node.children.size > 0) return;
      path[at - 1]?.children.delete(levels[at - 1] as string);
    }
  }

  /** [TP3] Everyone whose filter takes the topic. */
  match(topic: string): Value[] {
    const found: Value[] = [];
    collect(this.#root, topic.split('/'), 0, { found, isSystem: topic.startsWith('$') });
    return found;
  }
}

interface Search<Value> {
  readonly found: Value[];
  /** [MQTT-4.7.2-1] No wildcard stands for a first level that begins with `$`. */
  readonly isSystem: boolean;
}

function collect<Value>(
  node: Node<Value>,
  names: readonly string[],
  at: number,
  search: Search<Value>,
): void {
  const allowsWildcards = at > 0 || !search.isSystem;
  if (allowsWildcards) push(search.found, node.children.get('#'));
  if (at === names.length) {
    push(search.found, node);
    return;
  }
  const named = node.children.get(names[at] as string);
  if (named !== undefined) collect(named, names, at + 1, search);
  const any = allowsWildcards ? node.children.get('+') : undefined;
  if (any !== undefined) collect(any, names, at + 1, search);
}

function push<Value>(found: Value[], node: Node<Value> | undefined): void {
  if (node !== undefined) for (const value of node.values) found.push(value);
}
