import { writeForm } from '../extensions/data-form.ts';
import { infoOf } from '../extensions/discovery.ts';
import type { Extension, IqCall } from '../extensions/extension.ts';
import { NS } from '../namespaces.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childOf } from '../xml/element.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import { changeAffiliations } from './change-affiliations.ts';
import { configure, describeConfig } from './configure-room.ts';
import { refused } from './join-room.ts';
import { AFFILIATION_BY_ROLE } from './occupants.ts';
import { numberOf, placeOf } from './place-of.ts';

const ROOM_INFO = 'http://jabber.org/protocol/muc#roominfo';
const MEMBERS_MAX = 1_000;
/** Rooms that are listed to everybody, in one answer. */
const LISTED_MAX = 1_000;

/** XEP-0045: what can be asked of the rooms' service and of a room. */
export const ROOMS: Extension = {
  iqs: [
    { at: ['rooms'], type: 'get', ns: NS.discoInfo, name: 'query', answer: describeService },
    { at: ['rooms'], type: 'get', ns: NS.discoItems, name: 'query', answer: listRooms },
    { at: ['room'], type: 'get', ns: NS.discoInfo, name: 'query', answer: describeRoom },
    { at: ['room'], type: 'get', ns: NS.discoItems, name: 'query', answer: listOccupants },
    { at: ['occupant'], type: 'get', ns: NS.discoInfo, name: 'query', answer: askOccupant },
    { at: ['occupant'], type: 'get', ns: NS.discoItems, name: 'query', answer: askOccupant },
    { at: ['room'], type: 'get', ns: NS.mucAdmin, name: 'query', answer: listAffiliations },
    { at: ['room'], type: 'set', ns: NS.mucAdmin, name: 'query', answer: changeAffiliations },
    { at: ['room'], type: 'get', ns: NS.mucOwner, name: 'query', answer: describeConfig },
    { at: ['room'], type: 'set', ns: NS.mucOwner, name: 'query', answer: configure },
  ],
};

function describeService(): Xml {
  return infoOf(
    [{ category: 'conference', type: 'text', name: 'Groups' }],
    [NS.discoInfo, NS.discoItems, NS.muc],
  );
}

/** [XM79] §6.3: the user's groups, and open ones that are listed. */
function listRooms({ session }: IqCall): Xml {
  const { host, book } = session;
  const groups = [...book.all].filter(({ isGroup }) => isGroup);
  const others = host.deps.core.groupNames
    .listed(LISTED_MAX)
    .filter(({ conversation }) => book.get(conversation) === undefined)
    .map(({ conversation, title }) => ({ number: conversation, title }));
  const items = [...groups, ...others].map(({ number, title }) =>
    xml('item', { jid: host.roomJid(number), name: title }),
  );
  return xml('query', { xmlns: NS.discoItems }, ...items);
}

/** [XM79] What may be known of a room: of one's own, and of an open one. */
function viewOf(call: IqCall): { title: string; isOpen: boolean; memberCount: number } {
  const { book, host } = call.session;
  const number = numberOf(call);
  const place = book.get(number);
  if (place?.isGroup === true) return place;
  const group = number === 0 ? null : host.deps.core.groupNames.openGroup(number);
  if (group === null) throw new StanzaError('item-not-found');
  return { ...group, isOpen: true };
}

/** §6.4. */
function describeRoom(call: IqCall): Xml {
  const { title, isOpen, memberCount } = viewOf(call);
  const isListed = isOpen && call.session.host.deps.core.groupNames.isListed(numberOf(call));
  const features = [
    NS.discoInfo,
    NS.muc,
    NS.archive,
    NS.stanzaId,
    isOpen ? 'muc_open' : 'muc_membersonly',
    isListed ? 'muc_public' : 'muc_hidden',
    'muc_nonanonymous',
    'muc_persistent',
    'muc_unmoderated',
    'muc_unsecured',
  ];
  const form = writeForm('result', [
    { name: 'FORM_TYPE', type: 'hidden', value: ROOM_INFO },
    { name: 'muc#roominfo_subject', type: 'text-single', value: title },
    { name: 'muc#roominfo_occupants', type: 'text-single', value: String(memberCount) },
    // XEP-0068 §3.3: a field of our own, by which other protocols know the group.
    { name: '{skein}group', type: 'text-single', value: String(numberOf(call)) },
  ]);
  return infoOf([{ category: 'conference', type: 'text', name: title }], features, { more: [form] });
}

/** §6.5: who has it open. */
function listOccupants(call: IqCall): Xml {
  viewOf(call);
  const { host } = call.session;
  const number = numberOf(call);
  const items = host.occupants.usersIn(number).map((user) => {
    const nick = host.occupants.nickOf(number, user);
    return xml('item', { jid: `${call.session.rooms.jidOf(number)}/${nick}`, name: nick });
  });
  return xml('query', { xmlns: NS.discoItems }, ...items);
}

/** §6.6: nobody outside asks an occupant, and requests are not passed on to one. */
function askOccupant(call: IqCall): never {
  throw new StanzaError(call.session.rooms.isIn(numberOf(call)) ? 'service-unavailable' : 'bad-request');
}

/** §9.5, §10.3: who belongs how. */
async function listAffiliations(call: IqCall): Promise<Xml> {
  const { session, payload } = call;
  const place = placeOf(call);
  const wanted = childOf(payload, 'item', NS.mucAdmin)?.attrs['affiliation'];
  if (wanted === undefined) throw new StanzaError('bad-request');
  const value = { conversation: place.number, limit: MEMBERS_MAX };
  const answer = await session.client.ask({ case: 'listMembers', value });
  if ('outcome' in answer) throw refused(answer);
  const members = answer.case === 'members' ? answer.value.members : [];
  const items = members
    .filter(({ role }) => AFFILIATION_BY_ROLE.get(role) === wanted)
    .map(({ user }) =>
      xml('item', { affiliation: wanted, jid: session.host.jidOfNumber(user?.number ?? 0) ?? undefined }),
    );
  return xml('query', { xmlns: NS.mucAdmin }, ...items);
}
