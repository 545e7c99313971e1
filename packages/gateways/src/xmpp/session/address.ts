import { type Jid, parseJid } from '../jid.ts';
import { StanzaError } from '../stream/stanza-error.ts';

/** Who a stanza is for, seen from its sender. */
export type Address =
  /** Oneself: no address, or one's own bare JID. The server answers for the account. */
  | { readonly at: 'account' }
  | { readonly at: 'server' }
  /** Somebody's bare JID. */
  | { readonly at: 'contact'; readonly jid: Jid }
  /** One connection of somebody, or of oneself. */
  | { readonly at: 'resource'; readonly jid: Jid }
  /** The service that has the rooms. */
  | { readonly at: 'rooms' }
  | { readonly at: 'room'; readonly jid: Jid; readonly conversation: number }
  | { readonly at: 'occupant'; readonly jid: Jid; readonly conversation: number };

export interface Domains {
  readonly domain: string;
  readonly groupsDomain: string;
}

// A group's number as a room's name.
const ROOM = /^g([1-9]\d{0,14})$/;

/** Errors: throws StanzaError jid-malformed, remote-server-not-found, item-not-found. */
export function addressOf(to: string | undefined, me: string, { domain, groupsDomain }: Domains): Address {
  if (to === undefined || to === '') return { at: 'account' };
  const jid = parseJid(to);
  if (jid === null) throw new StanzaError('jid-malformed');
  if (jid.domain === groupsDomain) return roomAddress(jid);
  // RFC 6120 §10.4: no other server is spoken with.
  if (jid.domain !== domain) throw new StanzaError('remote-server-not-found');
  if (jid.local === '') return { at: 'server' };
  if (jid.resource !== '') return { at: 'resource', jid };
  return jid.local === me ? { at: 'account' } : { at: 'contact', jid };
}

function roomAddress(jid: Jid): Address {
  if (jid.local === '') return { at: 'rooms' };
  const conversation = Number(ROOM.exec(jid.local)?.[1] ?? 0);
  return { at: jid.resource === '' ? 'room' : 'occupant', jid, conversation };
}
