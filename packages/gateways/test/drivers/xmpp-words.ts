import type { CommandResult, Place } from '@skein/testkit/contracts';
import { NS } from '../../src/xmpp/namespaces.ts';
import { childOf, childrenOf, type Element, elementsOf } from '../../src/xmpp/xml/element.ts';

export const XMPP_DOMAIN = 'localhost';
export const XMPP_GROUPS = `groups.${XMPP_DOMAIN}`;

/** What refers to another message. */
const REFERRING: ReadonlySet<string> = new Set([
  `${NS.correct} replace`,
  `${NS.retract} retract`,
  `${NS.reactions} reactions`,
  `${NS.markers} displayed`,
]);

export function forwardedIn(envelope: Element): Element {
  const [forwarded = envelope] = elementsOf(envelope);
  return elementsOf(forwarded).find(({ name }) => name === 'message') ?? forwarded;
}

/** The one that the conversation's own archive gave it. */
export function seqIn(message: Element, archive: string): number | null {
  const id = childrenOf(message, 'stanza-id', NS.stanzaId).find(
    ({ attrs }) => attrs['by'] === archive.toLowerCase(),
  );
  return id === undefined ? null : Number(id.attrs['id']);
}

export function addressOf(place: Place): string {
  return 'direct' in place ? `${place.direct}@${XMPP_DOMAIN}` : roomOf(place.group);
}

export function roomOf(group: number): string {
  return `g${group}@${XMPP_GROUPS}`;
}

export function resultOf({ attrs }: Element): CommandResult {
  return attrs['type'] === 'result' ? { outcome: 'done', seq: null } : { outcome: 'refused', code: null };
}

export function xmlElement(name: string): Element {
  return { name, ns: '', attrs: {}, children: [] };
}

/** The message that this one changes or speaks of. */
export function namedIn(message: Element): string | undefined {
  return elementsOf(message).find(({ name, ns }) => REFERRING.has(`${ns} ${name}`))?.attrs['id'];
}

/** RFC 6120 §8.3.2: to be asked again after a while. */
export function isForLater(answer: Element): boolean {
  return childOf(answer, 'error', NS.client)?.attrs['type'] === 'wait';
}
