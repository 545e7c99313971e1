import type { Delivery } from '@skein/core';
import { ENTRY_KIND } from '@skein/model';
import {
  decodeMessage,
  MemberAction,
  type MemberChange,
  ProtocolError,
  readMemberChange,
} from '@skein/protocol';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import { prepareEntry } from '../messages/prepare-entry.ts';
import { writeEntry } from '../messages/write-entry.ts';
import { type Place, settingsOf } from '../session/conversation-book.ts';
import type { Xml } from '../xml/write-xml.ts';
import { groupStanza } from './group-stanza.ts';
import { AFFILIATION_BY_ROLE, KICKED, occupantPresence } from './occupants.ts';
import type { Rooms } from './rooms.ts';
import { tellSubject } from './tell-subject.ts';

/** [XM52, XM53] An entry of a room that this connection is in. */
export function tellRoomEntry(
  rooms: Rooms,
  place: Place,
  entry: ToldEntry,
  live: Delivery | null,
): void | Promise<void> {
  if (entry.kind === ENTRY_KIND.member) return tellMembers(rooms, place, entry);
  if (entry.kind === ENTRY_KIND.settings) return tellSettings(rooms, place, entry);
  const prepared = prepareEntry(rooms.session, place.number, entry);
  return prepared instanceof Promise
    ? prepared.then(() => tell(rooms, place, entry, live))
    : tell(rooms, place, entry, live);
}

function tell(rooms: Rooms, place: Place, entry: ToldEntry, live: Delivery | null): void {
  const stanza = writeRoomEntry(rooms, place, entry, { live, more: [] });
  if (stanza === null) return;
  rooms.session.noteDelivered(place.number, entry.seq);
  if (!rooms.wasTold(place.number, entry.seq)) rooms.session.write(stanza);
}

/** §7.4: from the occupant who said it; to who said it too. */
export function writeRoomEntry(
  rooms: Rooms,
  place: Place,
  entry: ToldEntry,
  { live, more }: { live: Delivery | null; more: readonly Xml[] },
): Xml | null {
  const { host, jid } = rooms.session;
  const from = `${rooms.jidOf(place.number)}/${host.occupants.nickOf(place.number, entry.sender)}`;
  const shared = rooms.hasOtherName(place.number) ? null : live;
  return groupStanza({ to: jid, from, live: shared }, () => {
    const written = writeEntry(entry, host.termsFor(rooms.session, place, entry));
    return written === null ? null : { ...written, payload: [...written.payload, ...more] };
  });
}

function tellSettings(rooms: Rooms, place: Place, entry: ToldEntry): void {
  const { title } = settingsOf(entry.body);
  if (title === undefined) return;
  const { occupants } = rooms.session.host;
  const from = `${rooms.jidOf(place.number)}/${occupants.nickOf(place.number, entry.sender)}`;
  tellSubject(rooms, { ...place, title }, from);
}

/** §7.2.3, §9: who comes, goes, or belongs in another way. */
function tellMembers(rooms: Rooms, place: Place, entry: ToldEntry): void {
  const change = changeOf(entry.body);
  if (change === null) return;
  const { occupants } = rooms.session.host;
  // [XM77] Who goes because the room does is no news of its own.
  if (occupants.destroyOf(place.number) !== null) return;
  const users = change.users.length > 0 ? change.users : [entry.sender];
  for (const user of users) {
    // That oneself is out is told once the group is known to be left.
    if (user === rooms.session.user.number && isOut(change.action)) continue;
    switch (change.action) {
      case MemberAction.left:
        rooms.session.write(occupantPresence(rooms.occupant(place, user, 'none'), { isGone: true }));
        break;
      case MemberAction.kicked:
        rooms.session.write(
          occupantPresence(rooms.occupant(place, user, 'none'), {
            isGone: true,
            codes: occupants.removalOf(place.number, user) ?? KICKED,
          }),
        );
        break;
      default: {
        // [XM75] Who enters the room by this is told of as one who does.
        if (change.action === MemberAction.joined && occupants.isThere(place.number, user)) break;
        const affiliation = AFFILIATION_BY_ROLE.get(change.role) ?? 'member';
        const codes = user === rooms.session.user.number ? [110] : [];
        rooms.session.write(occupantPresence(rooms.occupant(place, user, affiliation), { codes }));
      }
    }
  }
}

function isOut(action: number): boolean {
  return action === MemberAction.left || action === MemberAction.kicked;
}

function changeOf(body: Uint8Array): MemberChange | null {
  try {
    return decodeMessage(readMemberChange, body);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
