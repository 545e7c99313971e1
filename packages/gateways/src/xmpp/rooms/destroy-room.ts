import { MemberAction, Role } from '@skein/protocol';
import { NS } from '../namespaces.ts';
import type { Place } from '../session/conversation-book.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childOf, type Element, textOf } from '../xml/element.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';
import { refused } from './join-room.ts';

const DESTROY = xml('destroy', {});

/**
 * [XM77] §10.9: the group is closed, its members put out, its name freed, and at last its owner leaves it. The log itself stays
 * where logs are; nobody can come to it any more.
 */
export async function destroyRoom(session: XmppSession, place: Place, destroy?: Element): Promise<void> {
  // §10.9.1: others than an owner.
  if (place.role !== Role.owner) throw new StanzaError('forbidden');
  const { host } = session;
  const { number } = place;
  const change = { conversation: number, open: false };
  await done(session, { case: 'changeSettings', value: change });
  host.occupants.destroying(number, destroy === undefined ? DESTROY : toldOf(destroy));
  for (
    let users = await othersIn(session, number);
    users.length > 0;
    users = await othersIn(session, number)
  ) {
    await done(session, {
      case: 'changeMembers',
      value: { conversation: number, action: MemberAction.kicked, users },
    });
  }
  await host.deps.core.groupNames.free(number);
  const leaving = { conversation: number, action: MemberAction.left, users: [] };
  await done(session, { case: 'changeMembers', value: leaving });
}

type Ask = Parameters<XmppSession['client']['ask']>[0];

async function done(session: XmppSession, ask: Ask): Promise<void> {
  const answer = await session.client.askUntilAnswered(ask);
  if ('outcome' in answer) throw refused(answer);
}

/** As many as one command may name. */
async function othersIn(session: XmppSession, conversation: number): Promise<string[]> {
  const limit = session.host.deps.core.limits.membersPerCommandMax;
  const answer = await session.client.askUntilAnswered({
    case: 'listMembers',
    value: { conversation, limit },
  });
  if ('outcome' in answer) throw refused(answer);
  const members = answer.case === 'members' ? answer.value.members : [];
  return members.flatMap(({ user }) =>
    user === undefined || user.number === session.user.number ? [] : [user.id],
  );
}

/** The reason, and the room to go to instead. */
function toldOf(destroy: Element): Xml {
  const reason = childOf(destroy, 'reason', NS.mucOwner);
  const children = reason === undefined ? [] : [xml('reason', {}, xmlText(textOf(reason)))];
  return xml('destroy', { jid: destroy.attrs['jid'] }, ...children);
}
