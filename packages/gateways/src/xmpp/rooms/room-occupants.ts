import { userNumber } from '@skein/model';
import type { PeopleDoor } from '../../session/core-door.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import type { Xml } from '../xml/write-xml.ts';

/** Somebody who has a room open, or had it while somebody else still has. */
interface Occupancy {
  nick: string;
  /** Full JID of the connection that entered last. */
  jid: string;
  readonly sessions: Set<XmppSession>;
  /** The status codes of being put out, while that is under way. */
  removal: readonly number[] | null;
}

interface Room {
  readonly people: Map<number, Occupancy>;
  /** Lower-case nickname → who has it, or had it and nobody has since. */
  readonly nicks: Map<string, number>;
  openCount: number;
  /** §10.1.1: who made it and has not said yet how it is to be. */
  maker: XmppSession | null;
  /** §10.9: what is told while it is destroyed. */
  destroy: Xml | null;
}

/** [XM74, XM75] Who of all connections has which room open, and is called how there. Kept while somebody has it open. */
export class RoomOccupants {
  readonly #users: PeopleDoor;
  readonly #rooms = new Map<number, Room>();
  /** Names under which a room is being made. */
  readonly making = new Set<string>();

  constructor(users: PeopleDoor) {
    this.#users = users;
  }

  /** Somebody's nickname there: what they asked for, else their id. */
  nickOf(conversation: number, user: number): string {
    return this.#of(conversation, user)?.nick ?? this.idOf(user);
  }

  idOf(user: number): string {
    return this.#users.byNumber(userNumber(user))?.id ?? `#${user}`;
  }

  /** The address of somebody who has it open, or had; null of others. */
  jidOf(conversation: number, user: number): string | null {
    return this.#of(conversation, user)?.jid ?? null;
  }

  isThere(conversation: number, user: number): boolean {
    return (this.#of(conversation, user)?.sessions.size ?? 0) > 0;
  }

  hasLeft(conversation: number, user: number): boolean {
    return this.#of(conversation, user)?.sessions.size === 0;
  }

  /** How somebody is being put out; null where that was done by another protocol, or not at all. */
  removalOf(conversation: number, user: number): readonly number[] | null {
    return this.#of(conversation, user)?.removal ?? null;
  }

  /** Those who have it open. */
  usersIn(conversation: number): readonly number[] {
    const people = this.#rooms.get(conversation)?.people ?? [];
    return [...people].filter(([, { sessions }]) => sessions.size > 0).map(([user]) => user);
  }

  /** Connections that have it open, or are being told of it. */
  sessionsIn(conversation: number): readonly XmppSession[] {
    const people = this.#rooms.get(conversation)?.people.values() ?? [];
    return [...people].flatMap(({ sessions }) => [...sessions]);
  }

  /** The user behind a nickname; undefined when nobody is. */
  userCalled(conversation: number, nick: string): number | undefined {
    const user = this.#rooms.get(conversation)?.nicks.get(nick.toLowerCase());
    return user !== undefined && this.isThere(conversation, user) ? user : this.#users.byId(nick)?.number;
  }

  /** §7.2.8: the nickname one gets. Errors: throws StanzaError conflict where it is another's, or another's id. */
  nickFor(conversation: number, session: XmppSession, wanted: string): string {
    const { number } = session.user;
    const holder = this.userCalled(conversation, wanted);
    if (holder !== undefined && holder !== number) throw new StanzaError('conflict');
    return wanted.toLowerCase() === this.idOf(number).toLowerCase() ? this.idOf(number) : wanted;
  }

  /** Errors: throws StanzaError conflict. */
  enter(conversation: number, session: XmppSession, wanted: string): void {
    const nick = this.nickFor(conversation, session, wanted);
    const room = this.#rooms.get(conversation) ?? newRoom();
    this.#rooms.set(conversation, room);
    const { number } = session.user;
    const { jid } = session;
    const before = room.people.get(number);
    if (before?.sessions.has(session) !== true) room.openCount++;
    if (before === undefined || before.sessions.size === 0) {
      if (before !== undefined) room.nicks.delete(before.nick.toLowerCase());
      room.people.set(number, { nick, jid, sessions: new Set([session]), removal: null });
      this.#give(room, number, nick);
    } else {
      before.sessions.add(session);
      before.jid = jid;
    }
  }

  rename(conversation: number, user: number, nick: string): void {
    const room = this.#rooms.get(conversation);
    const occupancy = room?.people.get(user);
    if (room === undefined || occupancy === undefined) return;
    room.nicks.delete(occupancy.nick.toLowerCase());
    occupancy.nick = nick;
    this.#give(room, user, nick);
  }

  /** Whether the user has it open no more by that. */
  leave(conversation: number, session: XmppSession): boolean {
    const room = this.#rooms.get(conversation);
    const occupancy = room?.people.get(session.user.number);
    if (room === undefined || occupancy?.sessions.delete(session) !== true) return false;
    if (room.maker === session) room.maker = null;
    room.openCount--;
    if (room.openCount === 0) this.#rooms.delete(conversation);
    return occupancy.sessions.size === 0;
  }

  removing(conversation: number, user: number, codes: readonly number[] | null): void {
    const occupancy = this.#of(conversation, user);
    if (occupancy !== undefined) occupancy.removal = codes;
  }

  /** [XM76] Nobody else enters before it is said how the room is to be. */
  lock(conversation: number, maker: XmppSession): void {
    const room = this.#rooms.get(conversation);
    if (room !== undefined) room.maker = maker;
  }

  unlock(conversation: number): void {
    const room = this.#rooms.get(conversation);
    if (room !== undefined) room.maker = null;
  }

  makerOf(conversation: number): XmppSession | null {
    return this.#rooms.get(conversation)?.maker ?? null;
  }

  /** [XM77] What those are told who are put out from now on. */
  destroying(conversation: number, destroy: Xml): void {
    const room = this.#rooms.get(conversation);
    if (room !== undefined) room.destroy = destroy;
  }

  destroyOf(conversation: number): Xml | null {
    return this.#rooms.get(conversation)?.destroy ?? null;
  }

  #of(conversation: number, user: number): Occupancy | undefined {
    return this.#rooms.get(conversation)?.people.get(user);
  }

  /** Who had this nickname before, and left, is known by their id again. */
  #give(room: Room, user: number, nick: string): void {
    const former = room.nicks.get(nick.toLowerCase());
    const occupancy = former === undefined || former === user ? undefined : room.people.get(former);
    if (former !== undefined && occupancy !== undefined) occupancy.nick = this.idOf(former);
    room.nicks.set(nick.toLowerCase(), user);
  }
}

function newRoom(): Room {
  return { people: new Map(), nicks: new Map(), openCount: 0, maker: null, destroy: null };
}
