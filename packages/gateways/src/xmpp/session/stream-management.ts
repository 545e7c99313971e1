import type { Clock, Limits } from '@skein/model';
import { NS } from '../namespaces.ts';
import { StreamError } from '../stream/stream-error.ts';
import { type Xml, xml } from '../xml/write-xml.ts';

// XEP-0198 §4: counters wrap around at 2^32.
const WRAP = 2 ** 32;

/**
 * XEP-0198's two counters: what the peer sent and we have taken care of, and what we sent and it has. Stanzas that it has
 * not are kept, to be sent again on resumption. No I/O.
 */
export class StreamManagement {
  readonly id: string;
  readonly canResume: boolean;
  /** Stanzas received. */
  #received = 0;
  /** Numbers of received stanzas that are not stored yet; small, since a client waits for acks. */
  readonly #unsettled = new Set<number>();
  /** Stanzas received when the peer last asked, and what it was last told. */
  #asked = 0;
  #told = 0;
  #isOwed = false;
  #isTimed = false;
  #acknowledged = 0;
  #unacknowledged: Xml[] = [];
  #unacknowledgedCharacters = 0;
  #isAsked = false;

  constructor(id: string, canResume: boolean) {
    this.id = id;
    this.canResume = canResume;
  }

  /** Characters that were sent and not acknowledged. */
  get heldCharacters(): number {
    return this.#unacknowledgedCharacters;
  }

  get hasUnacknowledged(): boolean {
    return this.#unacknowledged.length > 0;
  }

  /** Sent, and not known to have arrived. */
  get unacknowledged(): readonly Xml[] {
    return this.#unacknowledged;
  }

  /** [XM40] How many stanzas are taken care of, without a gap: what is still being stored is not among them. */
  get handled(): number {
    return this.#handled % WRAP;
  }

  get #handled(): number {
    let handled = this.#received;
    for (const number of this.#unsettled) handled = Math.min(handled, number - 1);
    return handled;
  }

  /** The peer asked for something that it was not told yet. */
  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** [XM40] Something was asked, and there is news: all of it is stored, or more than was told. */
  get isAnswerDue(): boolean {
    if (!this.#isOwed) return false;
    const handled = this.#handled;
    return handled >= this.#asked || handled > this.#told;
  }

  /** A stanza came; answers its number. */
  receive(): number {
    return ++this.#received;
  }

  /** The stanza is handled only when what it asks for is done. */
  await(number: number, done: Promise<unknown>, answerIsDue: () => void): void {
    this.#unsettled.add(number);
    const settle = (): void => {
      this.#unsettled.delete(number);
      if (this.isAnswerDue) answerIsDue();
    };
    done.then(settle, settle);
  }

  /** The peer wants to know. */
  ask(): void {
    this.#asked = this.#received;
    this.#isOwed = true;
  }

  /**
   * [XM40] XEP-0198 §4: an answer is withheld for no longer than a timeout. One for all that is asked meanwhile: it is left to
   * run where the answer went out before.
   */
  answerInTime(clock: Clock, { xmppAnswerWaitMs }: Limits, answer: () => void): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    clock.setTimer(xmppAnswerWaitMs, () => {
      this.#isTimed = false;
      if (this.#isOwed) answer();
    });
  }

  /** It was told; while that is less than it asked for, more is owed. */
  answered(): void {
    this.#told = this.#handled;
    this.#isOwed = this.#told < this.#asked;
  }

  sent(stanza: Xml): void {
    this.#unacknowledged.push(stanza);
    this.#unacknowledgedCharacters += stanza.length;
  }

  /** True once per batch of stanzas: the peer is to be asked what it has. */
  shouldAsk(): boolean {
    if (this.#isAsked || this.#unacknowledged.length === 0) return false;
    this.#isAsked = true;
    return true;
  }

  /** Errors: throws StreamError for a count beyond what was sent, XEP-0198 §4. */
  acknowledge(h: number): void {
    this.#isAsked = false;
    const fresh = (h - this.#acknowledged + WRAP) % WRAP;
    // Less than before says nothing new; a client that starts over says it while it leaves.
    if (Number.isInteger(h) && fresh >= WRAP / 2 && h >= 0) return;
    if (!Number.isInteger(h) || h < 0 || fresh > this.#unacknowledged.length) {
      throw handledTooMany(h, this.#acknowledged + this.#unacknowledged.length);
    }
    this.#acknowledged = h;
    for (const stanza of this.#unacknowledged.splice(0, fresh)) {
      this.#unacknowledgedCharacters -= stanza.length;
    }
  }

  /** Whether a count on resumption can be true. */
  isPossible(h: number): boolean {
    const fresh = (h - this.#acknowledged + WRAP) % WRAP;
    return Number.isInteger(h) && h >= 0 && fresh <= this.#unacknowledged.length;
  }
}

/** XEP-0198 §4: says what was acknowledged and what was sent. */
function handledTooMany(h: number, sent: number): StreamError {
  const specific = xml('handled-count-too-high', {
    xmlns: NS.streamManagement,
    h,
    'send-count': sent % WRAP,
  });
  return new StreamError('undefined-condition', `h=${h} acknowledges more than was sent`, specific);
}
