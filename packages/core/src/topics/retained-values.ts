import type { Publication } from './publication.ts';
import { matches } from './topic-filter.ts';

export interface RetainedLimits {
  readonly countMax: number;
  readonly bytesMax: number;
}

interface Node {
  readonly children: Map<string, Node>;
  value: Publication | null;
}

/** The last value of each topic, found by filter. Bounded in count and bytes: what does not fit is not kept (TP12). */
export class RetainedValues {
  readonly #limits: RetainedLimits;
  readonly #root: Node = { children: new Map(), value: null };
  #count = 0;
  #bytes = 0;

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(topic: string): Publication | null {
    return this.#find(topic.split('/'))?.value ?? null;
  }

  /** Whether this value, in the place of the one before it, stays within the bounds. */
  hasRoomFor(publication: Publication): boolean {
    const before = this.get(publication.topic);
    const count = this.#count + (before === null ? 1 : 0);
    const bytes = this.#bytes - (before?.byteCount ?? 0) + publication.byteCount;
    return count <= this.#limits.countMax && bytes <= this.#limits.bytesMax;
  }

  set(publication: Publication): void {
    this.remove(publication.topic);
    let node = this.#root;
    for (const level of publication.topic.split('/')) {
      let child = node.children.get(level);
      if (child === undefined) {
        child = { children: new Map(), value: null };
        node.children.set(level, child);
      }
      node = child;
    }
    publication.detach();
    node.value = publication;
    this.#count++;
    this.#bytes += publication.byteCount;
  }

  /** False when there was none. */
  remove(topic: string): boolean {
    const names = topic.split('/');
    const path: Node[] = [this.#root];
    for (const name of names) {
      const child = path.at(-1)?.children.get(name);
      if (child === undefined) return false;
      path.push(child);
    }
    const last = path.at(-1) as Node;
    if (last.value === null) return false;
    this.#count--;
    this.#bytes -= last.value.byteCount;
    last.value = null;
    for (let at = names.length; at > 0; at--) {
      const node = path[at] as Node;
      if (node.value !== null || node.children.size > 0) break;
      path[at - 1]?.children.delete(names[at - 1] as string);
    }
    return true;
  }

  /** The values whose topics a filter takes. */
  match(levels: readonly string[]): Publication[] {
    const found: Publication[] = [];
    collect(this.#root, levels, 0, found);
    return found;
  }

  #find(names: readonly string[]): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of names) {
      node = node.children.get(name);
      if (node === undefined) return undefined;
    }
    return node;
  }
}

function collect(node: Node, levels: readonly string[], at: number, found: Publication[]): void {
  const level = levels[at];
  if (level === '#') {
    collectAll(node, found, at === 0);
    return;
  }
  if (level === undefined) {
    if (node.value !== null && matches(levels, node.value.topic)) found.push(node.value);
    return;
  }
  if (level !== '+') {
    const child = node.children.get(level);
    if (child !== undefined) collect(child, levels, at + 1, found);
    return;
  }
  for (const [name, child] of node.children) {
    // [MQTT-4.7.2-1]
    if (at > 0 || !name.startsWith('$')) collect(child, levels, at + 1, found);
  }
}

/** The node itself too: `sport/#` takes `sport`. */
function collectAll(node: Node, found: Publication[], isRoot: boolean): void {
  if (node.value !== null) found.push(node.value);
  for (const [name, child] of node.children) {
    if (!isRoot || !name.startsWith('$')) collectAll(child, found, false);
  }
}
