import type { Address } from '../session/address.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import type { Element } from '../xml/element.ts';
import type { Xml } from '../xml/write-xml.ts';

export interface IqCall {
  readonly session: XmppSession;
  readonly iq: Element;
  /** The one child of a request. */
  readonly payload: Element;
  readonly address: Address;
}

/** Answers with what the result contains, or null for an empty one. Errors: throws or rejects with StanzaError. */
export type AnswerIq = (call: IqCall) => Xml | null | Promise<Xml | null>;

export interface IqRoute {
  readonly at: readonly Address['at'][];
  readonly type: 'get' | 'set';
  readonly name: string;
  readonly ns: string;
  readonly answer: AnswerIq;
}

/** XEP-0030 §3.1: what somebody is. */
export interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name: string;
}

/** One extension of the protocol, as far as it is requests and features. */
export interface Extension {
  /** What is said of it in service discovery, XEP-0030, by whom is asked. */
  readonly features?: Partial<Record<'server' | 'account' | 'rooms' | 'room', readonly string[]>>;
  /** What an account is by it beside an account. */
  readonly identities?: readonly Identity[];
  /** The nodes that every account has by it. */
  readonly nodes?: readonly string[];
  readonly iqs?: readonly IqRoute[];
}
