import { judgeBlocked } from '../extensions/blocking.ts';
import { NS } from '../namespaces.ts';
import type { Address } from '../session/address.ts';
import type { Place } from '../session/conversation-book.ts';
import { forwarded } from '../session/handle-iq.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { errorForRefusal, StanzaError } from '../stream/stanza-error.ts';
import { childOf, type Element } from '../xml/element.ts';
import { seqOf } from './prepare-entry.ts';
import { originIdOf, readMessage, type Said } from './read-message.ts';
import { sendSaid } from './send-said.ts';

const TYPES: ReadonlySet<string> = new Set(['normal', 'chat', 'groupchat', 'headline', 'error']);
const KEY_CHARACTERS_MAX = 64;

/** `settleWith` is told when what was said is stored: until then the stanza is not handled (XEP-0198). */
export type SettleWith = (done: Promise<unknown>) => void;

/** [XM21] A `message`: an entry, a marker, typing, or something between two connections that nobody keeps. */
export function handleMessage(
  session: XmppSession,
  message: Element,
  address: Address,
  settleWith: SettleWith,
): Promise<void> | undefined {
  const { type = 'normal' } = message.attrs;
  // RFC 6121 §5.2.2: a type that is not known is normal.
  const kind = TYPES.has(type) ? type : 'normal';
  switch (address.at) {
    case 'room':
      return session.rooms.handleMessage(message, address, settleWith);
    case 'occupant':
      throw new StanzaError('not-acceptable', 'Write to the person instead.');
    case 'rooms':
    case 'server':
      // RFC 6121 §8.5.1 leaves it to the server; there is nobody to read it.
      if (kind === 'error') return undefined;
      throw new StanzaError('service-unavailable');
    case 'account':
      toOneself(session, message);
      return undefined;
    case 'contact':
    case 'resource':
      if (kind === 'error') return undefined;
      if (kind === 'groupchat') throw new StanzaError('service-unavailable');
      return toSomebody(session, message, address, settleWith);
  }
}

function toSomebody(
  session: XmppSession,
  message: Element,
  { jid }: Extract<Address, { at: 'contact' | 'resource' }>,
  settleWith: SettleWith,
): Promise<void> | undefined {
  const peer = session.host.deps.core.users.byId(jid.local);
  // RFC 6121 §8.5.1: there is no such account.
  if (peer === undefined) throw new StanzaError('service-unavailable');
  if (peer.number === session.user.number) {
    toOneself(session, message);
    return undefined;
  }
  judgeBlocked(session, peer.number);
  const said = readMessage(message);
  if (said.says === 'nothing' || said.says === 'subject' || message.attrs['type'] === 'headline') {
    relay(session, message, jid);
    return undefined;
  }
  const place = session.book.directWith(peer.number);
  if (place !== undefined) return say(session, place, { message, said, settleWith });
  // XEP-0085 §5.1: that somebody begins to write may come before there is a conversation.
  if (said.says === 'typing') relay(session, message, jid);
  // Nobody hears of anything else before.
  if (said.says !== 'text') return undefined;
  return openDirect(session, peer.id).then((opened) => say(session, opened, { message, said, settleWith }));
}

async function openDirect(session: XmppSession, id: string): Promise<Place> {
  const state = await session.client.direct(id);
  if ('outcome' in state) {
    throw state.outcome === 'refused' ? errorForRefusal(state.code) : new StanzaError('resource-constraint');
  }
  session.book.learn(state);
  const place = session.book.get(state.conversation);
  if (place === undefined) throw new StanzaError('internal-server-error');
  return place;
}

interface Spoken {
  readonly message: Element;
  readonly said: Said;
  readonly settleWith: SettleWith;
}

function say(
  session: XmppSession,
  place: Place,
  { message, said, settleWith }: Spoken,
): Promise<void> | undefined {
  const { number } = place;
  switch (said.says) {
    case 'displayed':
      return seqOf(session, number, said.id).then((seq) => {
        if (seq !== null) session.client.tell({ case: 'read', value: { conversation: number, seq } });
      });
    case 'received':
      return seqOf(session, number, said.id).then((seq) => {
        if (seq !== null) session.noteDelivered(number, seq);
        session.emptied();
      });
    case 'typing':
      session.client.tell({ case: 'typing', value: { conversation: number, stopped: said.isStopped } });
      return undefined;
    case 'text':
    case 'edit':
    case 'recall':
    case 'reactions': {
      const key = keyOf(session, message);
      const done = sendSaid(session, place, said, { key });
      // The next stanza need not wait for the disk: the core keeps them in order.
      settleWith(
        done.then(
          (seq) => stored(session, place, { message, seq }),
          (error: unknown) => session.refuse(message, error),
        ),
      );
      // What first has to be found is sent before what comes after it.
      return said.says === 'text' && said.replyTo === null ? undefined : done.then(nothing, nothing);
    }
    default:
      return undefined;
  }
}

/** XEP-0359: what a client sends again has the same id. One that is too long or missing is made up: nothing is recognised. */
export function keyOf(session: XmppSession, message: Element): string {
  const id = originIdOf(message);
  return id === '' || id.length > KEY_CHARACTERS_MAX ? session.host.newId() : id;
}

function stored(
  session: XmppSession,
  { number }: Place,
  { message, seq }: { message: Element; seq: number | null },
) {
  const { id } = message.attrs;
  if (seq === null || id === undefined) return;
  session.host.ids.note(number, seq, originIdOf(message) || id);
  const wantsReceipt = childOf(message, 'request', NS.receipts) !== undefined;
  const isMarkable = childOf(message, 'markable', NS.markers) !== undefined;
  if (wantsReceipt || isMarkable) session.direct.awaitReceipt(number, { seq, id, wantsReceipt, isMarkable });
}

/** There is no conversation with oneself. What is not for keeping is heard by one's own connections. */
function toOneself(session: XmppSession, message: Element): void {
  if (readMessage(message).says === 'text') throw errorForRefusal('permission.self_conversation');
  for (const other of session.host.sessionsOf(session.user.number)) {
    if (other.presence.takesMessages) other.write(forwarded(message, session.jid, other.jid));
  }
}

/** RFC 6121 §8.5: what the log has no word for goes to who is there now. */
function relay(
  session: XmppSession,
  message: Element,
  jid: { local: string; domain: string; resource: string },
): void {
  const { host } = session;
  const exact = host.sessionAt(jid);
  const peer = host.deps.core.users.byId(jid.local);
  if (peer === undefined || host.contacts.isBlockedBetween(session.user.number, peer.number)) return;
  const targets = exact === undefined ? host.sessionsOf(peer.number) : [exact];
  for (const target of targets) {
    if (target === exact || target.presence.takesMessages)
      target.write(forwarded(message, session.jid, target.jid));
  }
}

function nothing(): void {}
