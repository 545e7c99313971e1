import { MemberAction } from '@skein/protocol';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import type { Jid } from '../jid.ts';
import { delayOf } from '../messages/direct-messages.ts';
import { prepareEntry } from '../messages/prepare-entry.ts';
import { NS } from '../namespaces.ts';
import type { Place } from '../session/conversation-book.ts';
import { errorForRefusal, StanzaError } from '../stream/stanza-error.ts';
import { childOf, type Element } from '../xml/element.ts';
import { AFFILIATION_BY_ROLE, OCCUPANTS_MAX, occupantPresence } from './occupants.ts';
import type { Rooms } from './rooms.ts';
import { moverOf, tellEntered } from './tell-occupants.ts';
import { writeRoomEntry } from './tell-room-entry.ts';
import { tellSubject } from './tell-subject.ts';

/** XEP-0045 leaves it to the service: as much of the past as fits a screen. */
const HISTORY_STANZAS = 20;

interface Entering {
  readonly conversation: number;
  readonly nick: string;
  /** By which it is entered. */
  readonly local: string;
  readonly isNew?: boolean;
}

/** [XM50] [XM76] §10.1: a room that does not exist is made: an open group, which is found under this name from now on. */
export async function makeRoom(rooms: Rooms, stanza: Element, { local, resource: nick }: Jid): Promise<void> {
  const { client, book, host } = rooms.session;
  const { occupants, deps } = host;
  if (!deps.core.groupNames.canBe(local)) throw new StanzaError('not-acceptable');
  // §7.2.10: what somebody else makes this very moment is not there yet.
  if (occupants.making.has(local)) throw new StanzaError('item-not-found');
  occupants.making.add(local);
  try {
    const value = { key: `xmpp:${host.newId()}`, title: local, users: [], open: true };
    const answer = await client.ask({ case: 'createGroup', value });
    if ('outcome' in answer) throw refused(answer);
    if (answer.case !== 'conversation') throw new StanzaError('internal-server-error');
    const { conversation } = answer.value;
    await deps.core.groupNames.take(local, conversation, true);
    if (book.get(conversation) === undefined) book.learn(answer.value);
    await enterRoom(rooms, stanza, { conversation, nick, local, isNew: true });
  } finally {
    occupants.making.delete(local);
  }
}

/** [XM50] §7.2. Who is no member becomes one where the group is open. */
export async function enterRoom(rooms: Rooms, stanza: Element, entering: Entering): Promise<void> {
  const { session } = rooms;
  const { conversation, nick } = entering;
  const { occupants, deps } = session.host;
  const { number } = session.user;
  const isMember = session.book.get(conversation) !== undefined;
  // §7.2.6: only members enter. Whether there is such a group is not told.
  if (!isMember && deps.core.groupNames.openGroup(conversation) === null) {
    throw new StanzaError('registration-required');
  }
  const maker = occupants.makerOf(conversation);
  // [XM76] §7.2.10.
  if (maker !== null && maker.user.number !== number) throw new StanzaError('item-not-found');
  const isShown = isMember && !occupants.hasLeft(conversation, number);
  const former = isShown ? occupants.nickOf(conversation, number) : null;
  const wasIn = rooms.isIn(conversation);
  occupants.enter(conversation, session, nick);
  if (entering.isNew === true) occupants.lock(conversation, session);
  try {
    await rooms.whileEntering(conversation, async () => {
      if (!isMember) await becomeMember(rooms, conversation);
      rooms.enteredAs(conversation, entering.local);
      // [XM55] In the lane of the entries: what is said meanwhile waits, and comes behind the past.
      await session.entries.turn(() => tellEntrance(rooms, stanza, entering));
    });
  } catch (error) {
    if (!wasIn) occupants.leave(conversation, session);
    throw error;
  }
  if (!wasIn) tellEntered(session, moverOf(session, conversation), former);
}

/** §7.1: occupants, oneself, history, subject, and only then what is new. */
async function tellEntrance(rooms: Rooms, stanza: Element, entering: Entering): Promise<void> {
  const { session } = rooms;
  const { occupants } = session.host;
  const place = session.book.get(entering.conversation);
  if (place?.isGroup !== true) throw new StanzaError('registration-required');
  for (const { user, role } of await membersOf(rooms, place)) {
    // [XM75] Members are there, but for those who have left the room.
    if (user === session.user.number || occupants.hasLeft(place.number, user)) continue;
    session.write(occupantPresence(rooms.occupant(place, user, AFFILIATION_BY_ROLE.get(role) ?? 'none')));
  }
  const self = { ...rooms.occupant(place, session.user.number), jid: session.jid };
  const isRenamed = entering.nick !== occupants.nickOf(place.number, session.user.number);
  const codes = [110, 100, ...(isRenamed ? [210] : []), ...(entering.isNew === true ? [201] : [])];
  session.write(occupantPresence(self, { codes }));
  rooms.joined(place.number, await tellHistory(rooms, place, stanza));
  tellSubject(rooms, place, rooms.jidOf(place.number));
}

async function becomeMember({ session }: Rooms, conversation: number): Promise<void> {
  const value = { conversation, action: MemberAction.joined };
  const answer = await session.client.ask({ case: 'changeMembers', value });
  // §7.2.6: only members enter. Whether there is such a group is not told.
  if ('outcome' in answer) {
    throw answer.outcome === 'refused' && answer.code === 'permission.not_member'
      ? new StanzaError('registration-required')
      : refused(answer);
  }
  if (answer.case === 'conversation') session.book.learn(answer.value);
}

async function membersOf({ session }: Rooms, place: Place): Promise<{ user: number; role: number }[]> {
  if (place.memberCount > OCCUPANTS_MAX) return [];
  const value = { conversation: place.number, limit: OCCUPANTS_MAX };
  const answer = await session.client.askUntilAnswered({ case: 'listMembers', value });
  if (!('case' in answer) || answer.case !== 'members') return [];
  return answer.value.members.map(({ user, role }) => ({ user: user?.number ?? 0, role }));
}

/** §7.2.13: as much as the client asks for, in our bounds. Answers the newest seq that was told, 0 when none was. */
async function tellHistory(rooms: Rooms, place: Place, stanza: Element): Promise<number> {
  const { session } = rooms;
  const muc = childOf(stanza, 'x', NS.muc);
  const wish = muc === undefined ? undefined : childOf(muc, 'history', NS.muc);
  const { maxstanzas, maxchars, seconds, since } = wish?.attrs ?? {};
  const limit = Math.min(numberOf(maxstanzas, HISTORY_STANZAS), session.host.deps.core.limits.pageEntriesMax);
  if (limit === 0 || maxchars === '0') return 0;
  const value = { conversation: place.number, limit, newest: true };
  const answer = await session.client.askUntilAnswered({ case: 'history', value });
  if (!('case' in answer) || answer.case !== 'history') return 0;
  const nowMs = session.host.clock.nowMs();
  const sinceMs = Math.max(
    Date.parse(since ?? '') || 0,
    seconds === undefined ? 0 : nowMs - numberOf(seconds, 0) * 1_000,
  );
  const wanted = answer.value.entries.filter(({ timeMs }) => timeMs >= sinceMs);
  for (const entry of wanted) await tellPast(rooms, place, entry);
  return wanted.at(-1)?.seq ?? 0;
}

async function tellPast(rooms: Rooms, place: Place, entry: ToldEntry): Promise<void> {
  await prepareEntry(rooms.session, place.number, entry);
  const stanza = writeRoomEntry(rooms, place, entry, {
    live: null,
    more: delayOf(entry, rooms.jidOf(place.number)),
  });
  if (stanza !== null) rooms.session.write(stanza);
}

function numberOf(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}

export function refused(answer: { outcome: 'refused' | 'ended'; code?: unknown }): StanzaError {
  const { code } = answer as { code?: Parameters<typeof errorForRefusal>[0] };
  return code === undefined ? new StanzaError('resource-constraint') : errorForRefusal(code);
}
