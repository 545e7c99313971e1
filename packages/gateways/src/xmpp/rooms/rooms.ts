import type { Delivery } from '@skein/core';
import type { Typing } from '@skein/protocol';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import type { SettleWith } from '../messages/handle-message.ts';
import type { Address } from '../session/address.ts';
import type { Place } from '../session/conversation-book.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import type { Element } from '../xml/element.ts';

/** XEP-0045: the rooms that one session is in. */
export class Rooms {
  readonly #session: XmppSession;

  constructor(session: XmppSession) {
    this.#session = session;
  }

  entry(_place: Place, _entry: ToldEntry, _live: Delivery | null): void {
    void this.#session;
  }

  changed(_before: Place | undefined, _now: Place | undefined): void {}

  typing(_place: Place, _typing: Typing): void {}

  gone(): void {}

  handleMessage(
    _message: Element,
    _conversation: number,
    _settleWith: SettleWith,
  ): Promise<void> | undefined {
    throw new StanzaError('service-unavailable');
  }

  handlePresence(_stanza: Element, _address: Address): Promise<void> | undefined {
    throw new StanzaError('service-unavailable');
  }
}
