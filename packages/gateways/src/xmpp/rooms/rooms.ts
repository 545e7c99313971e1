import type { Delivery } from '@skein/core';
import { Role, type Typing } from '@skein/protocol';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import type { SettleWith } from '../messages/handle-message.ts';
import { NS } from '../namespaces.ts';
import type { Address } from '../session/address.ts';
import type { Place } from '../session/conversation-book.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childOf, type Element } from '../xml/element.ts';
import { xml, xmlText } from '../xml/write-xml.ts';
import { handleGroupMessage } from './handle-group-message.ts';
import { enterRoom, makeRoom } from './join-room.ts';
import { AFFILIATION_BY_ROLE, type Occupant, occupantPresence, REMOVED } from './occupants.ts';
import { moverOf, tellGone, tellNewNick } from './tell-occupants.ts';
import { tellRoomEntry } from './tell-room-entry.ts';

type RoomAddress = Extract<Address, { at: 'room' | 'occupant' }>;

/** XEP-0045: the rooms that one session is in. A room is a group; being in it is a matter of the connection. */
export class Rooms {
  readonly session: XmppSession;
  /** Group → the newest entry that entering told as the past. */
  readonly #joined = new Map<number, number>();
  /** Groups that the client is entering: that the user belongs to one now is no news. */
  readonly #entering = new Set<number>();
  /** Group → what the room is called here: as it was when it was entered, until it is entered again. */
  readonly #calledHere = new Map<number, string>();

  constructor(session: XmppSession) {
    this.session = session;
  }

  isIn(conversation: number): boolean {
    return this.#joined.has(conversation);
  }

  /** The group that an address means; 0 when none. */
  conversationAt({ jid, conversation }: RoomAddress): number {
    if (conversation !== 0) return conversation;
    return this.session.host.deps.core.groupNames.conversationOf(jid.local) ?? 0;
  }

  /** The room's address, as this connection knows it. */
  jidOf(conversation: number): string {
    return this.#calledHere.get(conversation) ?? this.session.host.roomJid(conversation);
  }

  /** Whether this connection calls the room otherwise than most do. */
  hasOtherName(conversation: number): boolean {
    return this.jidOf(conversation) !== this.session.host.roomJid(conversation);
  }

  /** [XM78] By its number or its name. */
  enteredAs(conversation: number, local: string): void {
    this.#calledHere.set(conversation, `${local}@${this.session.host.groupsDomain}`);
  }

  /** [XM53] While it is entered, nobody is told of it as of an invitation. */
  async whileEntering(conversation: number, enter: () => Promise<void>): Promise<void> {
    this.#entering.add(conversation);
    try {
      await enter();
    } finally {
      this.#entering.delete(conversation);
    }
  }

  joined(conversation: number, toldUpTo: number): void {
    this.#joined.set(conversation, toldUpTo);
  }

  /** [XM55] Whether entering the room told this already. */
  wasTold(conversation: number, seq: number): boolean {
    return seq <= (this.#joined.get(conversation) ?? 0);
  }

  /** [XM51] Somebody as occupant of a room. */
  occupant(
    place: Place,
    user: number,
    affiliation = AFFILIATION_BY_ROLE.get(place.role) ?? 'none',
  ): Occupant {
    const { host, jid } = this.session;
    return {
      from: `${this.jidOf(place.number)}/${host.occupants.nickOf(place.number, user)}`,
      to: jid,
      jid: host.occupants.jidOf(place.number, user) ?? host.jidOfNumber(user) ?? undefined,
      affiliation,
    };
  }

  // ── what the core tells ──────────────────────────────────────────────────────────────────────────────────────────

  entry(place: Place, entry: ToldEntry, live: Delivery | null): void | Promise<void> {
    if (this.#joined.has(place.number)) return tellRoomEntry(this, place, entry, live);
  }

  /** [XM53] The user entered a group, or left it. */
  changed(before: Place | undefined, now: Place | undefined): void {
    if (before === undefined && now?.isGroup === true) this.#tellInvitation(now);
    if (before?.isGroup !== true || now !== undefined || !this.#joined.has(before.number)) return;
    const { number } = before;
    const { occupants } = this.session.host;
    const gone = this.occupant(before, this.session.user.number, 'none');
    const destroy = occupants.destroyOf(number);
    // §8.2 kicked, §9.4 not a member any more.
    const removal = occupants.removalOf(number, this.session.user.number) ?? REMOVED;
    const codes = destroy === null ? [110, ...removal] : [110];
    this.#joined.delete(number);
    occupants.leave(number, this.session);
    this.session.write(occupantPresence(gone, { isGone: true, codes, destroy }));
  }

  typing(place: Place, { user, stopped }: Typing): void {
    if (!this.#joined.has(place.number)) return;
    const { from, to } = this.occupant(place, user);
    const state = xml(stopped ? 'paused' : 'composing', { xmlns: NS.chatStates });
    this.session.write(xml('message', { type: 'groupchat', from, to }, state));
  }

  /** The connection is over: it leaves what it is in. */
  gone(): void {
    for (const conversation of this.#joined.keys()) this.#left(conversation);
  }

  // ── what the client says ─────────────────────────────────────────────────────────────────────────────────────────

  handleMessage(message: Element, address: RoomAddress, settleWith: SettleWith): Promise<void> | undefined {
    const place = this.session.book.get(this.conversationAt(address));
    const invite = childOf(message, 'x', NS.mucUser);
    // §7.4: who is not in the room says nothing in it.
    if (place?.isGroup !== true) throw new StanzaError('not-acceptable');
    return handleGroupMessage(this, place, { message, invite, settleWith });
  }

  /** §7.2 enters, §7.14 leaves. The group is left by giving up one's membership, not by closing a window. */
  handlePresence(stanza: Element, address: RoomAddress): Promise<void> | undefined {
    const { type } = stanza.attrs;
    const conversation = this.conversationAt(address);
    if (type === 'unavailable') {
      this.#leave(conversation);
      return undefined;
    }
    if (type !== undefined) return undefined;
    // §7.2.1: a nickname is part of the wish.
    if (address.at !== 'occupant') throw new StanzaError('jid-malformed');
    const nick = address.jid.resource;
    if (this.#joined.has(conversation) && childOf(stanza, 'x', NS.muc) === undefined) {
      this.#rename(conversation, nick);
      return undefined;
    }
    if (conversation === 0) return makeRoom(this, stanza, address.jid);
    return enterRoom(this, stanza, { conversation, nick, local: address.jid.local });
  }

  /** [XM74] §7.6. */
  #rename(conversation: number, wanted: string): void {
    const { host, user } = this.session;
    const former = host.occupants.nickOf(conversation, user.number);
    const nick = host.occupants.nickFor(conversation, this.session, wanted);
    if (nick === former) return;
    host.occupants.rename(conversation, user.number, nick);
    tellNewNick(moverOf(this.session, conversation), former);
  }

  #leave(conversation: number): void {
    const place = this.session.book.get(conversation);
    if (place === undefined || !this.#joined.has(conversation)) return;
    const self = this.occupant(place, this.session.user.number);
    this.#left(conversation);
    this.session.write(occupantPresence(self, { isGone: true, codes: [110] }));
  }

  /** [XM75] The others hear of it when the user has it open nowhere else. */
  #left(conversation: number): void {
    const { host, user } = this.session;
    const nick = host.occupants.nickOf(conversation, user.number);
    const mover = moverOf(this.session, conversation);
    this.#joined.delete(conversation);
    if (host.occupants.leave(conversation, this.session)) tellGone(this.session, mover, nick);
  }

  /** §7.8.2: somebody put the user into a group; a client that has it not open hears of it as an invitation. */
  #tellInvitation({ number, title, role }: Place): void {
    const { jid, presence, host } = this.session;
    // Nobody is invited to what they made themselves.
    if (role === Role.owner || this.#entering.has(number) || this.#joined.has(number)) return;
    if (!presence.takesMessages) return;
    const room = host.roomJid(number);
    const x = xml(
      'x',
      { xmlns: NS.mucUser },
      xml('invite', { from: room }, xml('reason', {}, xmlText(title))),
    );
    const direct = xml('x', { xmlns: NS.conference, jid: room });
    this.session.write(xml('message', { from: room, to: jid, id: host.newId() }, x, direct));
  }
}
