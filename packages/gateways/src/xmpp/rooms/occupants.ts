import { Role } from '@skein/protocol';
import { NS } from '../namespaces.ts';
import { type Xml, xml } from '../xml/write-xml.ts';

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
  /** Bare JID of who it is: rooms are not anonymous. */
  readonly jid: string | undefined;
  readonly affiliation: Affiliation;
}

/** [XM51] §7.2.3: the presence of an occupant, or of one who is gone, with the status codes of §15.6. */
export function occupantPresence(
  { from, to, jid, affiliation }: Occupant,
  { isGone = false, codes = [] }: { isGone?: boolean; codes?: readonly number[] } = {},
): Xml {
  const role = isGone ? 'none' : roomRoleOf(affiliation);
  const item = xml('item', { affiliation, role, jid });
  const statuses = codes.map((code) => xml('status', { code }));
  const x = xml('x', { xmlns: NS.mucUser }, item, ...statuses);
  return xml('presence', { from, to, type: isGone ? 'unavailable' : undefined }, x);
}
