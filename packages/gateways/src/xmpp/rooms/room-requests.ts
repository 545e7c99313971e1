import { MemberAction, Role } from '@skein/protocol';
import { type FormField, readForm, writeForm } from '../extensions/data-form.ts';
import { infoOf } from '../extensions/discovery.ts';
import type { Extension, IqCall } from '../extensions/extension.ts';
import { parseJid } from '../jid.ts';
import { NS } from '../namespaces.ts';
import type { Place } from '../session/conversation-book.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childOf, childrenOf, type Element } from '../xml/element.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import { refused } from './join-room.ts';
import { AFFILIATION_BY_ROLE, ROLE_BY_AFFILIATION } from './occupants.ts';

const ROOM_INFO = 'http://jabber.org/protocol/muc#roominfo';
const ROOM_CONFIG = 'http://jabber.org/protocol/muc#roomconfig';
const MEMBERS_MAX = 1_000;

/** XEP-0045: what can be asked of the rooms' service and of a room. */
export const ROOMS: Extension = {
  iqs: [
    { at: ['rooms'], type: 'get', ns: NS.discoInfo, name: 'query', answer: describeService },
    { at: ['rooms'], type: 'get', ns: NS.discoItems, name: 'query', answer: listRooms },
    { at: ['room'], type: 'get', ns: NS.discoInfo, name: 'query', answer: describeRoom },
    {
      at: ['room'],
      type: 'get',
      ns: NS.discoItems,
      name: 'query',
      answer: () => xml('query', { xmlns: NS.discoItems }),
    },
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

/** §6.3: the user's groups. Others are not told of. */
function listRooms({ session }: IqCall): Xml {
  const groups = [...session.book.all].filter(({ isGroup }) => isGroup);
  const items = groups.map(({ number, title }) =>
    xml('item', { jid: session.host.roomJid(number), name: title }),
  );
  return xml('query', { xmlns: NS.discoItems }, ...items);
}

/** §6.4. */
function describeRoom(call: IqCall): Xml {
  const { title, isOpen, memberCount } = placeOf(call);
  const features = [
    NS.discoInfo,
    NS.muc,
    NS.archive,
    NS.stanzaId,
    isOpen ? 'muc_open' : 'muc_membersonly',
    'muc_hidden',
    'muc_nonanonymous',
    'muc_persistent',
    'muc_unmoderated',
    'muc_unsecured',
  ];
  const form = writeForm('result', [
    { name: 'FORM_TYPE', type: 'hidden', value: ROOM_INFO },
    { name: 'muc#roominfo_subject', type: 'text-single', value: title },
    { name: 'muc#roominfo_occupants', type: 'text-single', value: String(memberCount) },
  ]);
  return infoOf([{ category: 'conference', type: 'text', name: title }], features, { more: [form] });
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

/** [XM54] §8.2, §9, §10: kicks, invites, gives and takes roles. */
async function changeAffiliations(call: IqCall): Promise<null> {
  const place = placeOf(call);
  const items = childrenOf(call.payload, 'item', NS.mucAdmin);
  if (items.length === 0) throw new StanzaError('bad-request');
  for (const item of items) await changeAffiliation(call, place, item);
  return null;
}

async function changeAffiliation({ session }: IqCall, place: Place, { attrs }: Element): Promise<void> {
  const id = whoIs(session.host, attrs);
  const isOneself = id.toLowerCase() === session.user.id.toLowerCase();
  const { affiliation, role } = attrs;
  const ask = async (action: number, to: number = Role.unspecified): Promise<void> => {
    const users = action === MemberAction.left ? [] : [id];
    const value = { conversation: place.number, action, users, role: to };
    const answer = await session.client.ask({ case: 'changeMembers', value });
    if ('outcome' in answer) throw refused(answer);
  };
  if (affiliation === 'none' || affiliation === 'outcast' || role === 'none') {
    await ask(isOneself ? MemberAction.left : MemberAction.kicked);
    return;
  }
  const wanted = ROLE_BY_AFFILIATION.get(affiliation ?? '');
  // §8.3–8.5: voice follows from membership here.
  if (wanted === undefined) throw new StanzaError('not-allowed');
  // Whoever is a member already is passed over.
  await ask(MemberAction.invited);
  await ask(MemberAction.role, wanted);
}

function whoIs(host: IqCall['session']['host'], attrs: Element['attrs']): string {
  const local = attrs['nick'] ?? parseJid(attrs['jid'] ?? '')?.local;
  const user = local === undefined ? undefined : host.deps.core.users.byId(local);
  if (user === undefined) throw new StanzaError('item-not-found');
  return user.id;
}

/** §10.2: title and openness. */
function describeConfig(call: IqCall): Xml {
  const { title, isOpen } = placeOf(call);
  const fields: FormField[] = [
    { name: 'FORM_TYPE', type: 'hidden', value: ROOM_CONFIG },
    { name: 'muc#roomconfig_roomname', type: 'text-single', label: 'Title', value: title },
    {
      name: 'muc#roomconfig_membersonly',
      type: 'boolean',
      label: 'Only who is invited may enter',
      value: isOpen ? '0' : '1',
    },
  ];
  return xml('query', { xmlns: NS.mucOwner }, writeForm('form', fields, 'Group'));
}

async function configure(call: IqCall): Promise<null> {
  const { session, payload } = call;
  const place = placeOf(call);
  // §10.9: a log is not destroyed; one leaves it.
  if (childOf(payload, 'destroy', NS.mucOwner) !== undefined) throw new StanzaError('not-allowed');
  const form = childOf(payload, 'x', NS.dataForms);
  if (form === undefined) throw new StanzaError('bad-request');
  if (form.attrs['type'] === 'cancel') return null;
  const values = readForm(payload);
  const title = values?.get('muc#roomconfig_roomname');
  const membersOnly = values?.get('muc#roomconfig_membersonly');
  const open = membersOnly === undefined ? undefined : !['1', 'true'].includes(membersOnly);
  if (title === undefined && open === undefined) return null;
  const value = {
    conversation: place.number,
    ...(title === undefined || title === '' ? {} : { title }),
    ...(open === undefined ? {} : { open }),
  };
  const answer = await session.client.ask({ case: 'changeSettings', value });
  if ('outcome' in answer) throw refused(answer);
  return null;
}

/** A group that one is not in is one that is not there. */
function placeOf({ session, address }: IqCall): Place {
  const number =
    address.at === 'room' || address.at === 'occupant' ? session.rooms.conversationAt(address) : 0;
  const place = session.book.get(number);
  if (place?.isGroup !== true) throw new StanzaError('item-not-found');
  return place;
}
