import type { XmppHost } from '../host.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import type { Xml } from '../xml/write-xml.ts';
import {
  AFFILIATION_BY_ROLE,
  type Affiliation,
  OCCUPANTS_MAX,
  type Occupant,
  occupantPresence,
} from './occupants.ts';

interface Mover {
  readonly host: XmppHost;
  readonly conversation: number;
  readonly user: number;
  readonly affiliation: Affiliation;
  /** In a large group nobody is told of others one by one. */
  readonly isTold: boolean;
}

/** How somebody who is in a room belongs to it. */
export function moverOf(session: XmppSession, conversation: number): Mover {
  const place = session.book.get(conversation);
  const role = place?.role;
  const affiliation = (role === undefined ? undefined : AFFILIATION_BY_ROLE.get(role)) ?? 'none';
  const isTold = (place?.memberCount ?? 0) <= OCCUPANTS_MAX;
  return { host: session.host, conversation, user: session.user.number, affiliation, isTold };
}

/** [XM75] §7.2.2: everybody else in the room hears who has entered, who may have been shown under another name. */
export function tellEntered(session: XmppSession, mover: Mover, formerNick: string | null): void {
  const { host, conversation, user } = mover;
  const nick = host.occupants.nickOf(conversation, user);
  for (const other of othersIn(mover, session)) {
    if (formerNick !== null && formerNick !== nick) tellRenamed(other, mover, { formerNick, nick });
    inOrder(other, mover, () => occupantPresence(seenBy(other, mover, nick)));
  }
}

/** [XM75] §7.14: everybody else in the room hears who has left. */
export function tellGone(session: XmppSession, mover: Mover, nick: string): void {
  for (const other of othersIn(mover, session)) {
    inOrder(other, mover, () => occupantPresence(seenBy(other, mover, nick), { isGone: true }));
  }
}

/** [XM74] §7.6: everybody in the room, oneself too, hears of the new name. */
export function tellNewNick(mover: Mover, formerNick: string): void {
  const { host, conversation, user } = mover;
  const nick = host.occupants.nickOf(conversation, user);
  for (const one of host.occupants.sessionsIn(conversation)) {
    if (!mover.isTold && one.user.number !== user) continue;
    tellRenamed(one, mover, { formerNick, nick });
    const codes = one.user.number === user ? [110] : [];
    inOrder(one, mover, () => occupantPresence(seenBy(one, mover, nick), { codes }));
  }
}

function tellRenamed(
  to: XmppSession,
  mover: Mover,
  { formerNick, nick }: { formerNick: string; nick: string },
): void {
  const codes = to.user.number === mover.user ? [303, 110] : [303];
  const circumstances = { isGone: true, codes, newNick: nick };
  inOrder(to, mover, () => occupantPresence(seenBy(to, mover, formerNick), circumstances));
}

function othersIn({ host, conversation, isTold }: Mover, session: XmppSession): readonly XmppSession[] {
  if (!isTold) return [];
  return host.occupants.sessionsIn(conversation).filter((other) => other !== session);
}

/** Behind what the connection is being told of the room already. */
function inOrder(to: XmppSession, { conversation }: Mover, write: () => Xml): void {
  to.entries.run(() => {
    if (to.rooms.isIn(conversation)) to.write(write());
  });
}

function seenBy(
  other: XmppSession,
  { host, conversation, user, affiliation }: Mover,
  nick: string,
): Occupant {
  return {
    from: `${other.rooms.jidOf(conversation)}/${nick}`,
    to: other.jid,
    jid: host.occupants.jidOf(conversation, user) ?? host.jidOfNumber(user) ?? undefined,
    affiliation,
  };
}
