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
  #owed = false;
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
    let handled = this.#received;
    for (const number of this.#unsettled) handled = Math.min(handled, number - 1);
    return handled % WRAP;
  }

  /** A stanza came; answers its number. */
  receive(): number {
    return ++this.#received;
  }

  /** The stanza is handled only when what it asks for is done. */
  await(number: number, done: Promise<unknown>, settled: () => void): void {
    this.#unsettled.add(number);
    const settle = (): void => {
      this.#unsettled.delete(number);
      if (this.#owed && this.#unsettled.size === 0) settled();
    };
    done.then(settle, settle);
  }

  /** The peer wants to know; false when the answer says less than it hopes for and another is owed. */
  ask(): void {
    this.#owed = this.#unsettled.size > 0;
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
