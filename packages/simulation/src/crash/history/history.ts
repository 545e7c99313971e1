import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ENTRY_KIND } from '@skein/model';
import type { Fact } from './facts.ts';

const WRITE_AT_ONCE = 5_000;

/** The facts of one run. All devices live in one process, so their order here is the order in which they happened. */
export class History {
  readonly facts: Fact[] = [];
  readonly #newestMessages = new Map<number, number>();

  add(fact: Fact): void {
    this.facts.push(fact);
    if (fact.fact !== 'seen' || fact.kind !== ENTRY_KIND.message) return;
    this.#newestMessages.set(fact.conversation, Math.max(fact.seq, this.newestMessageOf(fact.conversation)));
  }

  /** The newest message that anybody has shown; 0: none. */
  newestMessageOf(conversation: number): number {
    return this.#newestMessages.get(conversation) ?? 0;
  }

  /** One JSON object per line. */
  write(path: string): void {
    const file = openSync(path, 'w');
    for (let at = 0; at < this.facts.length; at += WRITE_AT_ONCE) {
      const lines = this.facts.slice(at, at + WRITE_AT_ONCE).map((fact) => `${JSON.stringify(fact)}\n`);
      writeSync(file, lines.join(''));
    }
    closeSync(file);
  }

  static read(path: string): History {
    const history = new History();
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line !== '') history.add(JSON.parse(line) as Fact);
    }
    return history;
  }
}
