import { Role } from '@skein/protocol';
import { NS } from '../namespaces.ts';
import { NO_XML, type Xml, xml } from '../xml/write-xml.ts';

/** Occupants told one by one, and of one another; in a larger group only oneself. */
export const OCCUPANTS_MAX = 200;

/** §15.6.2: put out of a group by somebody, which ends that one belongs to it. */
export const KICKED = [307, 321];
/** §9.4: no member any more. */
export const REMOVED = [321];

/** XEP-0045 §5.2: how somebody belongs to a room; it lasts. */
export type Affiliation = 'owner' | 'admin' | 'member' | 'none';

export const AFFILIATION_BY_ROLE: ReadonlyMap<Role, Affiliation> = new Map([
  [Role.owner, 'owner'],
  [Role.admin, 'admin'],
  [Role.member, 'member'],
]);

export const ROLE_BY_AFFILIATION: ReadonlyMap<string, Role> = new Map([
  ['owner', Role.owner],
  ['admin', Role.admin],
  ['member', Role.member],
]);

/** §5.1: what somebody may do while there; here it follows from how they belong. */
function roomRoleOf(affiliation: Affiliation): string {
  if (affiliation === 'none') return 'none';
  return affiliation === 'member' ? 'participant' : 'moderator';
}

export interface Occupant {
  /** `room/nick`. */
  readonly from: string;
  readonly to: string;
  /** Who it is: rooms are not anonymous. Of somebody who has the room open it is a full JID. */
  readonly jid: string | undefined;
  readonly affiliation: Affiliation;
}

interface Circumstances {
  readonly isGone?: boolean;
  readonly codes?: readonly number[];
  /** §7.6: what one who is gone by this name is called from now on. */
  readonly newNick?: string;
  /** §10.9: that the room is gone too. */
  readonly destroy?: Xml | null;
}

/** [XM51] §7.2.3: the presence of an occupant, or of one who is gone, with the status codes of §15.6. */
export function occupantPresence(
  { from, to, jid, affiliation }: Occupant,
  { isGone = false, codes = [], newNick, destroy = null }: Circumstances = {},
): Xml {
  // §7.6: who only changes their name has the role that they had.
  const role = isGone && newNick === undefined ? 'none' : roomRoleOf(affiliation);
  const item = xml('item', { affiliation, role, jid, nick: newNick });
  const statuses = codes.map((code) => xml('status', { code }));
  const x = xml('x', { xmlns: NS.mucUser }, item, ...statuses, destroy ?? NO_XML);
  return xml('presence', { from, to, type: isGone ? 'unavailable' : undefined }, x);
}
