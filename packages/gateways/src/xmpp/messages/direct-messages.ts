import type { Delivery } from '@skein/core';
import { ENTRY_KIND } from '@skein/model';
import type { Marker, Typing } from '@skein/protocol';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import { NS } from '../namespaces.ts';
import type { Place } from '../session/conversation-book.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import { prepareEntry } from './prepare-entry.ts';
import { type WrittenEntry, writeEntry } from './write-entry.ts';

/** Own messages per conversation whose receipts are still looked for; beyond it the oldest are not told of any more. */
const AWAITED_MAX = 256;

/** A message of this connection whose sender wants to hear of it: XEP-0184, XEP-0333. */
interface Awaited {
  readonly seq: number;
  readonly id: string;
  wantsReceipt: boolean;
  readonly isMarkable: boolean;
}

/** What one session is told of its direct conversations: RFC 6121 §5, §8, XEP-0280, XEP-0184, XEP-0333, XEP-0085. */
export class DirectMessages {
  readonly #session: XmppSession;
  readonly #awaited = new Map<number, Awaited[]>();
  /** Keys that this connection sends now: their entries are its own words. */
  readonly #sending = new Set<string>();
  // Conversations that are being caught up with, and their head when that began. What comes meanwhile is read from the log, in
  // its turn: a queue of it would grow for as long as the catching up takes.
  readonly #behind = new Map<number, number>();

  constructor(session: XmppSession) {
    this.#session = session;
  }

  /** Remembers what this connection sends, until it is stored or refused. */
  sending(key: string, done: Promise<unknown>): void {
    this.#sending.add(key);
    const forget = (): void => void this.#sending.delete(key);
    done.then(forget, forget);
  }

  get isSending(): boolean {
    return this.#sending.size > 0;
  }

  awaitReceipt(conversation: number, awaited: Awaited): void {
    const list = this.#awaited.get(conversation) ?? [];
    this.#awaited.set(conversation, list);
    list.push(awaited);
    if (list.length > AWAITED_MAX) list.shift();
  }

  /** [XM21, XM43] One entry, to whom it concerns. */
  entry(place: Place, entry: ToldEntry, live: Delivery | null): void | Promise<void> {
    if (!this.#behind.has(place.number)) return this.#entry(place, entry, live);
  }

  #entry(place: Place, entry: ToldEntry, live: Delivery | null): void | Promise<void> {
    const prepared = prepareEntry(this.#session, place.number, entry);
    if (prepared instanceof Promise) return prepared.then(() => this.#tell(place, entry, live));
    this.#tell(place, entry, live);
  }

  #tell(place: Place, entry: ToldEntry, live: Delivery | null): void {
    const { user, host } = this.#session;
    const isOwn = entry.sender === user.number;
    // A live entry of one's own is another device's: this connection's own come back as acknowledgements.
    if (isOwn && live === null && this.isSending) return;
    const peer = host.jidOfNumber(place.peer);
    const written = writeEntry(entry, host.termsFor(this.#session, place, entry));
    if (written === null || peer === null) return;
    const delay = live === null ? delayOf(entry, host.domain) : [];
    const from = host.senderJid(entry, live, isOwn ? this.#session.bare : peer);
    if (!isOwn) this.#deliver(place, entry, this.#chat(written, { from, more: delay }));
    else if (!written.isPrivate) this.#carbon(this.#chat(written, { from, to: peer, more: delay }));
  }

  /** RFC 6121 §8.5.2.1.1: to every connection that wants messages. */
  #deliver(place: Place, entry: ToldEntry, stanza: Xml): void {
    const { presence } = this.#session;
    if (!presence.takesMessages) return;
    this.#session.noteDelivered(place.number, entry.seq);
    this.#session.write(stanza);
  }

  /** XEP-0280 §7: what another connection of this user sent. */
  #carbon(stanza: Xml): void {
    const { hasCarbons, bare, jid } = this.#session;
    if (!hasCarbons) return;
    const copy = stanza.replace('<message ', `<message xmlns='${NS.client}' `) as Xml;
    const sent = xml('sent', { xmlns: NS.carbons }, xml('forwarded', { xmlns: NS.forward }, copy));
    this.#session.write(xml('message', { type: 'chat', from: bare, to: jid }, sent));
  }

  #chat(
    { id, payload }: WrittenEntry,
    { from, to, more }: { from: string; to?: string; more: readonly Xml[] },
  ): Xml {
    return xml('message', { type: 'chat', from, to: to ?? this.#session.jid, id }, ...payload, ...more);
  }

  /** [XM44] What the other one has and has read becomes receipts for what this connection sent. */
  marker({ conversation, user, delivered, read }: Marker): void {
    const awaited = this.#awaited.get(conversation);
    const peer = this.#session.host.jidOfNumber(user);
    if (awaited === undefined || peer === null || user === this.#session.user.number) return;
    for (const message of awaited) {
      if (!message.wantsReceipt || message.seq > Math.max(delivered, read)) continue;
      message.wantsReceipt = false;
      this.#tellOf(peer, xml('received', { xmlns: NS.receipts, id: message.id }));
    }
    const displayed = awaited.findLast(({ seq, isMarkable }) => isMarkable && seq <= read);
    if (displayed !== undefined)
      this.#tellOf(peer, xml('displayed', { xmlns: NS.markers, id: displayed.id }));
    const rest = awaited.filter(({ seq, wantsReceipt }) => seq > read || wantsReceipt);
    if (rest.length === 0) this.#awaited.delete(conversation);
    else this.#awaited.set(conversation, rest);
  }

  typing({ peer: number }: Place, { user, stopped }: Typing): void {
    const peer = this.#session.host.jidOfNumber(number);
    if (peer === null || user !== number || !this.#session.presence.takesMessages) return;
    this.#tellOf(peer, xml(stopped ? 'paused' : 'composing', { xmlns: NS.chatStates }));
  }

  /** What nobody keeps. */
  #tellOf(from: string, payload: Xml): void {
    const { jid, host } = this.#session;
    const hint = xml('no-store', { xmlns: NS.hints });
    this.#session.write(xml('message', { type: 'chat', from, to: jid, id: host.newId() }, payload, hint));
  }

  /** [XM22, XM24] RFC 6121 §8.5.2.2, XEP-0160: what came while no device of the user had it, and before what is new. */
  async catchUp(): Promise<void> {
    const { book } = this.#session;
    const behind = [...book.all].filter(({ isGroup, head, read }) => !isGroup && head > read);
    for (const { number, head } of behind) this.#behind.set(number, head);
    for (const place of behind) await this.#catchUp(place);
  }

  async #catchUp(place: Place): Promise<void> {
    const { entries } = this.#session;
    try {
      await this.#tellMissed(place);
    } finally {
      // In the lane, behind those that came before: they were read from the log.
      entries.run(() => void this.#behind.delete(place.number));
    }
  }

  async #tellMissed(place: Place): Promise<void> {
    const { client, user, host, book } = this.#session;
    const conversation = place.number;
    const ask = { conversation, after: user.number - 1, limit: 1 };
    const answer = await client.askUntilAnswered({ case: 'listMembers', value: ask });
    if (!('case' in answer) || answer.case !== 'members') return;
    let from = Math.max(answer.value.members[0]?.delivered ?? 0, place.read) + 1;
    while (from <= (book.get(conversation)?.head ?? 0)) {
      const range = { conversation, from, limit: host.deps.core.limits.pageEntriesMax };
      const page = await client.askUntilAnswered({ case: 'history', value: range });
      if (!('case' in page) || page.case !== 'history' || page.value.entries.length === 0) return;
      for (const entry of page.value.entries) {
        const isOwn = entry.sender === user.number;
        // Of the user's own, what another connection says meanwhile.
        const isNews = isOwn ? entry.seq > (this.#behind.get(conversation) ?? 0) : isShown(entry);
        if (isNews) await this.#entry(place, entry, null);
        from = entry.seq + 1;
      }
    }
  }
}

/** What a recalled message was is nobody's news any more. */
function isShown({ kind, body }: ToldEntry): boolean {
  return (kind !== 0 && kind !== ENTRY_KIND.message) || body.length > 0;
}

/** XEP-0203: when it was said, for what is told later. */
export function delayOf({ timeMs }: ToldEntry, from: string): readonly Xml[] {
  return [xml('delay', { xmlns: NS.delay, from, stamp: new Date(timeMs).toISOString() })];
}
