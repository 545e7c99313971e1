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
import { AFFILIATION_BY_ROLE, type Occupant, occupantPresence } from './occupants.ts';
import { tellRoomEntry } from './tell-room-entry.ts';

type RoomAddress = Extract<Address, { at: 'room' | 'occupant' }>;

/** XEP-0045: the rooms that one session is in. A room is a group; being in it is a matter of the connection. */
export class Rooms {
  readonly session: XmppSession;
  /** Group → the newest entry that entering told as the past. */
  readonly #joined = new Map<number, number>();
  /** Groups that the client is entering: that the user belongs to one now is no news. */
  readonly #entering = new Set<number>();
  // A room that was made under a name of its own: its group, and back. For this connection alone.
  readonly #names = new Map<string, number>();

  constructor(session: XmppSession) {
    this.session = session;
  }

  isIn(conversation: number): boolean {
    return this.#joined.has(conversation);
  }

  /** The group that an address means; 0 when none. */
  conversationAt({ jid, conversation }: RoomAddress): number {
    return conversation === 0 ? (this.#names.get(jid.local) ?? 0) : conversation;
  }

  /** The room's address, as this connection knows it. */
  jidOf(conversation: number): string {
    for (const [name, number] of this.#names) {
      if (number === conversation) return `${name}@${this.session.host.groupsDomain}`;
    }
    return this.session.host.roomJid(conversation);
  }

  hasName(conversation: number): boolean {
    return this.#names.size > 0 && this.jidOf(conversation) !== this.session.host.roomJid(conversation);
  }

  /** Under the address that it was entered by last. */
  named(conversation: number, name: string | null): void {
    for (const [old, number] of this.#names) if (number === conversation) this.#names.delete(old);
    if (name !== null) this.#names.set(name, conversation);
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
      from: `${this.jidOf(place.number)}/${host.nickOf(user)}`,
      to: jid,
      jid: host.jidOfNumber(user) ?? undefined,
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
    const gone = this.occupant(before, this.session.user.number, 'none');
    this.#joined.delete(before.number);
    // §8.2, §9.4: removed, and not a member any more.
    this.session.write(occupantPresence(gone, { isGone: true, codes: [110, 321] }));
  }

  typing(place: Place, { user, stopped }: Typing): void {
    if (!this.#joined.has(place.number)) return;
    const { from, to } = this.occupant(place, user);
    const state = xml(stopped ? 'paused' : 'composing', { xmlns: NS.chatStates });
    this.session.write(xml('message', { type: 'groupchat', from, to }, state));
  }

  gone(): void {
    this.#joined.clear();
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
    if (this.#joined.has(conversation) && childOf(stanza, 'x', NS.muc) === undefined) return undefined;
    return conversation === 0
      ? makeRoom(this, stanza, address.jid)
      : enterRoom(this, stanza, { conversation, nick: address.jid.resource });
  }

  #leave(conversation: number): void {
    const place = this.session.book.get(conversation);
    if (place === undefined || !this.#joined.delete(conversation)) return;
    const self = this.occupant(place, this.session.user.number);
    this.session.write(occupantPresence(self, { isGone: true, codes: [110] }));
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
