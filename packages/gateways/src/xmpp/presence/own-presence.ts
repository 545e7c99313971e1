import type { XmppSession } from '../session/xmpp-session.ts';
import type { Element } from '../xml/element.ts';

/** RFC 6121 §4: whether one connection says that its user is there, and how. */
export class OwnPresence {
  readonly #session: XmppSession;
  #stanza: Element | null = null;
  #priority = 0;

  constructor(session: XmppSession) {
    this.#session = session;
  }

  get isAvailable(): boolean {
    return this.#stanza !== null;
  }

  get priority(): number {
    return this.#priority;
  }

  /** RFC 6121 §8.5.2.1.1: there, and with a priority that is not negative. */
  get takesMessages(): boolean {
    return this.#stanza !== null && this.#priority >= 0;
  }

  available(stanza: Element, priority: number): boolean {
    const isInitial = this.#stanza === null;
    this.#stanza = stanza;
    this.#priority = priority;
    return isInitial;
  }

  unavailable(): void {
    this.#stanza = null;
  }

  gone(): void {
    this.#stanza = null;
    void this.#session;
  }

  /** The connection is lost for longer than a moment. */
  away(): void {}

  back(): void {}
}
