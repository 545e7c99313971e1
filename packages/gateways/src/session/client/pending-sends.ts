import { ENTRY_KIND, isRefusalCode, type Refusal, refuse } from '@skein/model';
import {
  type AckInit,
  contentOfSend,
  encodeMessage,
  type RefusedInit,
  type Send,
  writeReaction,
} from '@skein/protocol';
import type { ToldEntry } from './entry-order.ts';

/** Where a send stands in the log. */
export interface Sent {
  readonly outcome: 'stored';
  readonly seq: number;
  readonly timeMs: number;
}

type Settle<End> = (result: Sent | Refusal | End) => void;

const NO_BYTES = new Uint8Array(0);

/** Sends that wait for their answer, by what identifies them. */
export class PendingSends<End> {
  // The same key may be sent again before it was answered: each is answered once.
  readonly #waiting = new Map<string, { readonly send: Send; readonly settle: Settle<End> }[]>();

  add(send: Send, settle: Settle<End>): void {
    const place = placeOf(send);
    const same = this.#waiting.get(place);
    if (same === undefined) this.#waiting.set(place, [{ send, settle }]);
    else same.push({ send, settle });
  }

  /** Answers a send and gives the entry that it has become; null when nobody waits for it. */
  acked(ack: AckInit, sender: number): ToldEntry | null {
    const pending = this.#take(ack);
    if (pending === undefined) return null;
    const { seq = 0, timeMs = 0, ordinal = 0 } = ack;
    pending.settle({ outcome: 'stored', seq, timeMs });
    const { send } = pending;
    const kind = send.kind === 0 ? ENTRY_KIND.message : send.kind;
    return { seq, ordinal, kind, sender, timeMs, target: send.target, body: bodyOf(send) };
  }

  refused(refused: RefusedInit): void {
    const { code = '', retryAfterMs = 0, limit = 0 } = refused;
    const known = isRefusalCode(code) ? code : 'request.invalid';
    this.#take(refused)?.settle(
      refuse(known, { ...(retryAfterMs > 0 ? { retryAfterMs } : {}), ...(limit > 0 ? { limit } : {}) }),
    );
  }

  /** Answers all of them. */
  endAll(end: End): void {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const { settle } of all) settle(end);
  }

  #take(answer: { conversation?: number | undefined; key?: string | undefined }) {
    const place = placeOf({ conversation: answer.conversation ?? 0, key: answer.key ?? '' });
    const waiting = this.#waiting.get(place);
    const first = waiting?.shift();
    if (waiting?.length === 0) this.#waiting.delete(place);
    return first;
  }
}

function placeOf({ conversation, key }: Pick<Send, 'conversation' | 'key'>): string {
  return `${conversation}/${key}`;
}

/** What the log has stored of it. */
function bodyOf(send: Send): Uint8Array {
  if (send.kind === ENTRY_KIND.recall) return NO_BYTES;
  if (send.kind !== ENTRY_KIND.reaction) return contentOfSend(send);
  return send.reaction === undefined ? NO_BYTES : encodeMessage(writeReaction, send.reaction);
}
