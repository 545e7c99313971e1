import { ENTRY_KIND } from '@skein/model';
import type { SendInit } from '@skein/protocol';
import { idOfRecall } from '../history/facts.ts';
import type { History } from '../history/history.ts';
import { textOf } from './sent-text.ts';

export interface OutboxRow {
  readonly counter: number;
  readonly id: string;
  readonly kind: number;
  readonly target: number;
}

export interface Draft {
  readonly conversation: number;
  readonly kind: number;
  readonly target: number;
}

/** What one device has sent and not heard of, per conversation, in the order of counters. It outlives every connection. */
export class Outbox {
  readonly #device: string;
  readonly #history: History;
  readonly #rows = new Map<number, OutboxRow[]>();
  readonly #lastCounters = new Map<number, number>();

  constructor(device: string, history: History) {
    this.#device = device;
    this.#history = history;
  }

  get size(): number {
    let size = 0;
    for (const rows of this.#rows.values()) size += rows.length;
    return size;
  }

  get conversations(): Iterable<number> {
    return this.#rows.keys();
  }

  rowsFrom(conversation: number, counter: number): readonly OutboxRow[] {
    return (this.#rows.get(conversation) ?? []).filter((row) => row.counter >= counter);
  }

  add({ conversation, kind, target }: Draft): OutboxRow {
    const counter = (this.#lastCounters.get(conversation) ?? 0) + 1;
    this.#lastCounters.set(conversation, counter);
    const id =
      kind === ENTRY_KIND.recall
        ? idOfRecall(conversation, target)
        : `${this.#device}/${conversation}/${counter}`;
    const row: OutboxRow = { counter, id, kind, target };
    const rows = this.#rows.get(conversation) ?? [];
    this.#rows.set(conversation, rows);
    rows.push(row);
    this.#history.add({ fact: 'sent', device: this.#device, conversation, ...row });
    return row;
  }

  /** Takes out what was answered; undefined when it had been answered before. */
  remove(conversation: number, counter: number): OutboxRow | undefined {
    const rows = this.#rows.get(conversation) ?? [];
    const at = rows.findIndex((row) => row.counter === counter);
    return at < 0 ? undefined : rows.splice(at, 1)[0];
  }
}

export function sendOf(conversation: number, { counter, id, kind, target }: OutboxRow): SendInit {
  const place = { conversation, counter, kind: kind === ENTRY_KIND.message ? 0 : kind, target };
  if (kind === ENTRY_KIND.recall) return place;
  if (kind === ENTRY_KIND.reaction) return { ...place, reaction: { key: id } };
  return { ...place, text: textOf(id) };
}
