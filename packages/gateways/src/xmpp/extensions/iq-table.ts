import type { Address } from '../session/address.ts';
import type { Element } from '../xml/element.ts';
import type { AnswerIq, Extension } from './extension.ts';

/** Which extension answers which request. */
export class IqTable {
  readonly #answers = new Map<string, AnswerIq>();

  constructor(extensions: readonly Extension[]) {
    for (const { iqs = [] } of extensions) {
      for (const { at, type, ns, name, answer } of iqs) {
        for (const place of at) this.#answers.set(keyOf(place, type, ns, name), answer);
      }
    }
  }

  find(at: Address['at'], type: string, { ns, name }: Element): AnswerIq | undefined {
    return this.#answers.get(keyOf(at, type, ns, name));
  }
}

function keyOf(at: string, type: string, ns: string, name: string): string {
  return `${at} ${type} ${ns} ${name}`;
}
