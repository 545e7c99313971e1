import { parseJid } from '../jid.ts';
import { delayOf } from '../messages/direct-messages.ts';
import { prepareEntry } from '../messages/prepare-entry.ts';
import { accountIdOf, writeEntry } from '../messages/write-entry.ts';
import { NS } from '../namespaces.ts';
import type { Place } from '../session/conversation-book.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import { type Archived, history, type Moment, momentOf, readPage } from './archive-pages.ts';
import { readForm, writeForm } from './data-form.ts';
import type { Extension, IqCall } from './extension.ts';
import { readPageWish, writePage } from './result-sets.ts';

/** Direct conversations looked at for one page of the account's archive; the ones with the newest entries. */
const CONVERSATIONS_MAX = 50;
const ACCOUNT_ID = /^([1-9]\d{0,14})-([1-9]\d{0,14})$/;
const SEQ = /^[1-9]\d{0,14}$/;

/**
 * XEP-0313: the logs as archives. A room's archive is its log and an id in it is a seq; so it is with somebody's bare JID,
 * which stands for the direct conversation with them. The account's own archive is all direct conversations, put together
 * by time; there an id is conversation and seq (XM30).
 */
export const ARCHIVE: Extension = {
  features: { server: [NS.archive], account: [NS.archive], room: [NS.archive] },
  iqs: [
    { at: ['account', 'room', 'contact'], type: 'get', ns: NS.archive, name: 'query', answer: describeForm },
    { at: ['account', 'room', 'contact'], type: 'set', ns: NS.archive, name: 'query', answer: query },
    { at: ['account'], type: 'get', ns: NS.archive, name: 'prefs', answer: keepsAll },
    { at: ['account'], type: 'set', ns: NS.archive, name: 'prefs', answer: keepsAll },
  ],
};

/** XEP-0441: a log has everything, whatever somebody prefers. */
function keepsAll(): never {
  throw new StanzaError('feature-not-implemented');
}

function describeForm(): Xml {
  const form = writeForm('form', [
    { name: 'FORM_TYPE', type: 'hidden', value: NS.archive },
    { name: 'with', type: 'jid-single' },
    { name: 'start', type: 'text-single' },
    { name: 'end', type: 'text-single' },
  ]);
  return xml('query', { xmlns: NS.archive }, form);
}

async function query(call: IqCall): Promise<Xml> {
  const { session, payload } = call;
  const form = readForm(payload) ?? new Map<string, string>();
  const wish = readPageWish(payload, session.host.deps.core.limits.pageEntriesMax);
  if (wish === null) throw new StanzaError('bad-request');
  const { places, isAccount, archive } = placesOf(call, form.get('with'));
  // §4.3.2: an id is known in the whole archive, whatever of it is asked for.
  const all = isAccount ? directsOf(session) : places;
  const range = {
    after: wish.after === null ? null : await momentAt(session, all, wish.after),
    before: wish.before === null || wish.before === '' ? null : await momentAt(session, all, wish.before),
    startMs: timeOf(form.get('start'), 0),
    endMs: timeOf(form.get('end'), Number.MAX_SAFE_INTEGER),
    max: wish.max,
    isBackwards: wish.before !== null,
  };
  const page = await readPage(session, places, range);
  const idOf = ({ place, entry }: Archived): string =>
    isAccount ? accountIdOf(place.number, entry.seq) : String(entry.seq);
  for (const archived of page.entries) await tell(call, archived, { id: idOf(archived), archive });
  const [first] = page.entries;
  const last = page.entries.at(-1);
  const firstId = first === undefined ? null : idOf(first);
  const set = writePage(firstId, last === undefined ? null : idOf(last));
  return xml('fin', { xmlns: NS.archive, complete: page.isComplete ? 'true' : undefined }, set);
}

/** §4.1: which archive is asked, and for what of it. */
function placesOf(
  { session, address }: IqCall,
  other: string | undefined,
): { places: readonly Place[]; isAccount: boolean; archive: string } {
  if (address.at === 'room') {
    const place = session.book.get(session.rooms.conversationAt(address));
    if (place === undefined || !place.isGroup) throw new StanzaError('forbidden');
    return { places: [place], isAccount: false, archive: session.host.roomJid(place.number) };
  }
  const contact = address.at === 'contact' ? address.jid : other === undefined ? null : parseJid(other);
  const archive = session.bare;
  if (contact !== null) {
    const user = session.host.deps.core.users.byId(contact.local);
    const place = user === undefined ? undefined : session.book.directWith(user.number);
    const isHere = contact.domain === session.host.domain && place !== undefined;
    return { places: isHere ? [place] : [], isAccount: address.at === 'account', archive };
  }
  if (other !== undefined) throw new StanzaError('bad-request');
  const newest = directsOf(session)
    .sort((a, b) => b.headTimeMs - a.headTimeMs)
    .slice(0, CONVERSATIONS_MAX);
  return { places: newest, isAccount: true, archive };
}

function directsOf(session: XmppSession): Place[] {
  return [...session.book.all].filter(({ isGroup }) => !isGroup);
}

/** §4.3.2: an id that is not in the archive. */
async function momentAt(session: XmppSession, places: readonly Place[], id: string): Promise<Moment> {
  const [, conversation = '', seqText = ''] = ACCOUNT_ID.exec(id) ?? [];
  const [only] = places;
  const place = conversation === '' ? only : places.find(({ number }) => number === Number(conversation));
  const seq = Number(conversation === '' && SEQ.test(id) ? id : seqText);
  if (place === undefined || seq === 0) throw new StanzaError('item-not-found');
  const [entry] = await history(session, place, { from: seq, to: seq, limit: 1, newest: false });
  if (entry === undefined) throw new StanzaError('item-not-found');
  return momentOf(entry, place);
}

function timeOf(text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new StanzaError('bad-request');
  return timeMs;
}

/** §4.2: one message of the result, in an envelope of its own. */
async function tell(
  { session, payload, iq }: IqCall,
  { place, entry }: Archived,
  { id, archive }: { id: string; archive: string },
): Promise<void> {
  await prepareEntry(session, place.number, entry);
  const { host } = session;
  const written = writeEntry(entry, host.termsFor(session, place, entry));
  if (written === null) return;
  const { from, to, type } = addressesOf(session, place, entry.sender);
  const message = xml('message', { xmlns: NS.client, type, from, to, id: written.id }, ...written.payload);
  const delays = delayOf(entry, archive);
  const forwarded = xml('forwarded', { xmlns: NS.forward }, ...delays, message);
  const queryid = payload.attrs['queryid'];
  const result = xml('result', { xmlns: NS.archive, queryid, id }, forwarded);
  session.write(xml('message', { from: iq.attrs['to'], to: session.jid, id: host.newId() }, result));
}

function addressesOf(
  session: XmppSession,
  place: Place,
  sender: number,
): { from: string | undefined; to: string | undefined; type: string } {
  const { host, user, bare } = session;
  if (place.isGroup)
    return { from: host.occupantJid(place.number, sender), to: undefined, type: 'groupchat' };
  const peer = host.jidOfNumber(place.peer) ?? undefined;
  return sender === user.number
    ? { from: bare, to: peer, type: 'chat' }
    : { from: peer, to: bare, type: 'chat' };
}
