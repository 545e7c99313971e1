import type { UserRow } from '@skein/core';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import type { Element } from '../xml/element.ts';
import { type Xml, xml } from '../xml/write-xml.ts';

export interface Published {
  /** As the publisher named it; empty where it has no name. */
  readonly id: string;
  /** What it is about; undefined where there is nothing in it. */
  readonly payload: Element | undefined;
  /** XEP-0060 §4.5: whom it is published to. */
  readonly model: string;
}

export interface PepItem {
  readonly id: string;
  readonly payload: Xml;
}

/** One node of everybody's account. What it says is checked and kept where it belongs; here are only its words. */
export interface PepNode {
  readonly name: string;
  /** Whether there is anything in it that this session may see. */
  maySee(session: XmppSession, owner: UserRow): boolean;
  /** Answers the id of what is published now. Errors: rejects with StanzaError. */
  publish(session: XmppSession, item: Published): Promise<string>;
  /** What the node of `owner` has for this session, the newest last. */
  items(session: XmppSession, owner: UserRow): Promise<readonly PepItem[]>;
  /** Takes away the item with this id, or all there is. */
  remove(session: XmppSession, id: string | null): Promise<void>;
}

/** How items stand in an answer and in what is told of them. */
export function itemsXml(node: string, items: readonly PepItem[]): Xml {
  return xml('items', { node }, ...items.map(({ id, payload }) => xml('item', { id }, payload)));
}

/** XEP-0060 has a condition of its own beside that of the stanza. */
export function pubsubError(
  condition: ConstructorParameters<typeof StanzaError>[0],
  specific: string,
  feature?: string,
): StanzaError {
  return new StanzaError(condition, '', { more: xml(specific, { xmlns: NS.pubsubErrors, feature }) });
}
