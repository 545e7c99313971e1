import { MemberAction, Role } from '@skein/protocol';
import type { IqCall } from '../extensions/extension.ts';
import { parseJid } from '../jid.ts';
import { NS } from '../namespaces.ts';
import type { Place } from '../session/conversation-book.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childrenOf, type Element } from '../xml/element.ts';
import { refused } from './join-room.ts';
import { KICKED, REMOVED, ROLE_BY_AFFILIATION } from './occupants.ts';
import { placeOf } from './place-of.ts';

const MEMBERS_MAX = 1_000;

/** [XM54] §8.2, §9, §10: kicks, invites, gives and takes roles. */
export async function changeAffiliations(call: IqCall): Promise<null> {
  const place = placeOf(call);
  const items = childrenOf(call.payload, 'item', NS.mucAdmin);
  if (items.length === 0) throw new StanzaError('bad-request');
  for (const { attrs } of items) {
    const user = whoIs(call.session, place, attrs);
    if (attrs['affiliation'] !== undefined) await changeAffiliation(call, place, { attrs, user });
    else await changeRole(call, place, { attrs, user });
  }
  return null;
}

interface Wanted {
  readonly attrs: Element['attrs'];
  readonly user: { readonly id: string; readonly number: number };
}

/** §9, §10. */
async function changeAffiliation({ session }: IqCall, place: Place, { attrs, user }: Wanted): Promise<void> {
  const { affiliation } = attrs;
  // §9.1: whom a closed group put out does not come back; of an open one nobody can be kept out.
  if (affiliation === 'outcast' && place.isOpen) throw new StanzaError('not-allowed');
  if (affiliation === 'none' || affiliation === 'outcast') return putOut(session, place, user, REMOVED);
  const wanted = ROLE_BY_AFFILIATION.get(affiliation ?? '');
  if (wanted === undefined) throw new StanzaError('bad-request');
  // Whoever is a member already is passed over.
  await ask(session, place, { action: MemberAction.invited, user });
  await ask(session, place, { action: MemberAction.role, user, role: wanted });
}

/** §8.2, §9.6, §9.7: a moderator is an admin here. Voice (§8.3–8.5) follows from membership. */
async function changeRole({ session }: IqCall, place: Place, { attrs, user }: Wanted): Promise<void> {
  switch (attrs['role']) {
    case 'none':
      return putOut(session, place, user, KICKED);
    case 'moderator':
      return ask(session, place, { action: MemberAction.role, user, role: Role.admin });
    case 'participant': {
      const role = await roleOf(session, place, user.number);
      if (role === Role.member) return undefined;
      // §8.4, §9.7: not from an owner, nor by somebody who stands no higher.
      if (role === Role.owner || place.role !== Role.owner) throw new StanzaError('not-allowed');
      return ask(session, place, { action: MemberAction.role, user, role: Role.member });
    }
    default:
      throw new StanzaError('not-allowed');
  }
}

async function putOut(
  session: XmppSession,
  place: Place,
  user: Wanted['user'],
  codes: readonly number[],
): Promise<void> {
  const { occupants } = session.host;
  if (user.number === session.user.number) return ask(session, place, { action: MemberAction.left, user });
  occupants.removing(place.number, user.number, codes);
  try {
    await ask(session, place, { action: MemberAction.kicked, user });
  } catch (error) {
    occupants.removing(place.number, user.number, null);
    throw error;
  }
}

async function ask(
  session: XmppSession,
  { number }: Place,
  { action, user, role = Role.unspecified }: { action: number; user: Wanted['user']; role?: number },
): Promise<void> {
  const users = action === MemberAction.left ? [] : [user.id];
  const value = { conversation: number, action, users, role };
  const answer = await session.client.ask({ case: 'changeMembers', value });
  if ('outcome' in answer) throw refused(answer);
}

async function roleOf(session: XmppSession, { number }: Place, user: number): Promise<Role> {
  const value = { conversation: number, limit: MEMBERS_MAX };
  const answer = await session.client.ask({ case: 'listMembers', value });
  if ('outcome' in answer) throw refused(answer);
  const members = answer.case === 'members' ? answer.value.members : [];
  return members.find((member) => member.user?.number === user)?.role ?? Role.unspecified;
}

/** By the nickname of an occupant, or by address. */
function whoIs({ host }: XmppSession, place: Place, { nick, jid }: Element['attrs']): Wanted['user'] {
  const { users } = host.deps.core;
  const number = nick === undefined ? undefined : host.occupants.userCalled(place.number, nick);
  const local = jid === undefined ? undefined : parseJid(jid)?.local;
  const user =
    number === undefined
      ? users.byId(local ?? '')
      : users.byNumber(number as Parameters<typeof users.byNumber>[0]);
  if (user === undefined) throw new StanzaError('item-not-found');
  return user;
}
