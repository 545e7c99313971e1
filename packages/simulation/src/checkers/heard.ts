import { ENTRY_KIND, isRefusalCode, REFUSALS } from '@skein/model';
import { bodyOfPush, type DownFrame } from '@skein/protocol';
import type { History } from './history.ts';
import { numberOf, type StoredLog, textOf } from './stored-log.ts';
import { check } from './violations.ts';

/**
 * What the server said to one device, taken from the wire: a mistake that a sound device hides from its screen shows here.
 * Survives the device's process.
 */
export class Heard {
  readonly #user: string;
  readonly #history: History;
  #device = 0;
  // Texts that were pushed since the last look.
  #pushed = new Set<string>();
  #hasNewRefusal = false;

  constructor(user: string, history: History) {
    this.#user = user;
    this.#history = history;
  }

  frame(frame: DownFrame): void {
    if (frame.case === 'welcome') this.#device = frame.value.device;
    else if (frame.case === 'push' && hasText(frame.value.kind)) {
      this.#pushed.add(textOf(bodyOfPush(frame.value)));
    } else if (frame.case === 'refused' && frame.value.need === 0 && usesCounter(frame.value.code)) {
      const { conversation, counter, code } = frame.value;
      this.#history.refusedPlace({ device: this.#device, conversation, counter, code });
      this.#hasNewRefusal = true;
    }
  }

  get hasNewRefusal(): boolean {
    return this.#hasNewRefusal;
  }

  /** Whether the device was told a refusal since this was last asked. */
  takeRefusal(): boolean {
    const hasNew = this.#hasNewRefusal;
    this.#hasNewRefusal = false;
    return hasNew;
  }

  /** I9: a push speaks of the present, so whoever gets it was a member at its entry. */
  check(log: StoredLog): void {
    const pushed = this.#pushed;
    if (pushed.size === 0) return;
    this.#pushed = new Set();
    const number = numberOf(this.#user, log);
    if (number === undefined) return;
    for (const [id, { seqByText, presence }] of log.conversations) {
      const spans = presence.get(number) ?? [];
      for (const text of pushed) {
        const seq = seqByText.get(text);
        if (seq === undefined) continue;
        check(
          spans.some(({ from, to }) => from <= seq && seq <= to),
          'I9',
          () => `${this.#user} was sent seq ${seq} of conversation ${id} and was no member then`,
        );
      }
    }
  }
}

/** A push without a kind is a message. */
function hasText(kind: number): boolean {
  return kind === 0 || kind === ENTRY_KIND.message || kind === ENTRY_KIND.edit;
}

/**
 * A "no" by a rule uses the counter up. "Not now" does not; a conflict is about a counter that was used before; and of
 * somebody who never was a member nothing is remembered.
 */
function usesCounter(code: string): boolean {
  if (!isRefusalCode(code) || code.startsWith('conflict.') || code === 'permission.not_member') return false;
  return !REFUSALS[code].retryable;
}
