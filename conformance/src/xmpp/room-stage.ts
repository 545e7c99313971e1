import { expectThat } from '../scenario.ts';
import { type Element, NS } from './element.ts';
import { newId, type XmppPeer } from './xmpp-peer.ts';

export interface Made {
  readonly room: string;
  /** What tells its maker of themselves. */
  readonly self: Element;
}

export async function serviceFor(peer: XmppPeer): Promise<string> {
  const items = await peer.getsResult('get', `<query xmlns='${NS.items}'/>`, peer.target.domain);
  const jid = items.find('item', NS.items)?.attrs['jid'];
  expectThat(jid !== undefined, `nothing beside the server: ${items.xml}`);
  return jid;
}

/** A room of its own, open to its maker as it is; the maker is called by their own name unless they want another. */
export async function made(peer: XmppPeer, nick?: string): Promise<Made> {
  const { room, self } = await begun(peer, nick);
  // §10.1.2: an instant room.
  await configures(peer, room, {});
  return { room, self };
}

/** A room that is not configured yet. */
export async function begun(peer: XmppPeer, nick?: string): Promise<Made> {
  const room = `room-${newId()}@${await serviceFor(peer)}`;
  const [user = ''] = peer.bare.split('@');
  return { room, self: await enters(peer, room, nick ?? user) };
}

/** Goes in, and has been told so. */
export async function enters(peer: XmppPeer, room: string, nick: string): Promise<Element> {
  peer.say(`<presence to='${room}/${nick}'><x xmlns='${NS.muc}'/></presence>`);
  return peer.reads(
    (stanza) => stanza.name === 'presence' && bareOf(stanza) === room && statusesIn(stanza).includes('110'),
    'the presence of oneself',
  );
}

/** §7.2: asks to go in and is not let; answers the error. */
export async function isRefused(peer: XmppPeer, room: string, nick: string): Promise<Element> {
  peer.say(`<presence to='${room}/${nick}'><x xmlns='${NS.muc}'/></presence>`);
  return peer.reads(
    (stanza) =>
      stanza.name === 'presence' &&
      bareOf(stanza) === room &&
      (stanza.attrs['type'] === 'error' || statusesIn(stanza).includes('110')),
    'a refusal',
  );
}

/** §10.2. */
export function configures(
  peer: XmppPeer,
  room: string,
  values: Readonly<Record<string, string>>,
): Promise<Element> {
  const written = Object.entries({ FORM_TYPE: 'http://jabber.org/protocol/muc#roomconfig', ...values }).map(
    ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
  );
  const fields = Object.keys(values).length === 0 ? '' : written.join('');
  const form = `<x xmlns='${NS.forms}' type='submit'>${fields}</x>`;
  return peer.asks('set', `<query xmlns='${NS.mucOwner}'>${form}</query>`, room);
}

/** §8, §9, §10: changes a role or an affiliation, and may. */
export function changes(peer: XmppPeer, room: string, item: string): Promise<Element> {
  return peer.getsResult('set', `<query xmlns='${NS.mucAdmin}'>${item}</query>`, room);
}

/** §10.9, for the end of a scenario too: a user has room for so many rooms. */
export function destroys(peer: XmppPeer, room: string): Promise<Element> {
  const destroy = '<destroy><reason>It is day.</reason></destroy>';
  return peer.asks('set', `<query xmlns='${NS.mucOwner}'>${destroy}</query>`, room);
}

export function bareOf({ attrs }: Element): string {
  return (attrs['from'] ?? '').replace(/\/.*$/s, '');
}

export function statusesIn(presence: Element): readonly string[] {
  return presence.all('status', NS.mucUser).map(({ attrs }) => attrs['code'] ?? '');
}

export function itemIn(presence: Element): Readonly<Record<string, string>> {
  return presence.find('item', NS.mucUser)?.attrs ?? {};
}
