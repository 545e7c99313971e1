import { createHash, randomBytes } from 'node:crypto';
import type { Delivery, Peer, Proof, UserRow } from '@skein/core';
import { type Clock, ENTRY_KIND, isRefusalCode, type Timer, userNumber } from '@skein/model';
import { CoreClient } from '../session/client/core-client.ts';
import type { ToldEntry } from '../session/client/entry-order.ts';
import type { ContactsDoor } from '../session/core-door.ts';
import type { SessionDeps } from '../session/session.ts';
import { EXTENSIONS, SERVER_CAPABILITIES } from './extensions/index.ts';
import { IqTable } from './extensions/iq-table.ts';
import { pushRoster } from './extensions/roster.ts';
import type { Jid } from './jid.ts';
import { MessageIds } from './messages/message-ids.ts';
import { ReactionSets } from './messages/reaction-sets.ts';
import { accountIdOf, type EntryTerms } from './messages/write-entry.ts';
import { NS } from './namespaces.ts';
import { AskedWith } from './presence/asked-with.ts';
import { AvatarEvents } from './presence/avatar-events.ts';
import { KnownPrograms } from './presence/interests.ts';
import { PersonalEvents } from './presence/personal-events.ts';
import { RoomOccupants } from './rooms/room-occupants.ts';
import type { Place } from './session/conversation-book.ts';
import { sweepSession } from './session/sweep-session.ts';
import { XmppSession } from './session/xmpp-session.ts';
import type { ClientEvents } from './stream/client-events.ts';
import { errorForRefusal, StanzaError } from './stream/stanza-error.ts';
import type { Element } from './xml/element.ts';
import { StanzaParser } from './xml/stanza-parser.ts';
import { type Xml, xml } from './xml/write-xml.ts';

export interface HostOptions {
  readonly deps: SessionDeps;
  readonly clock: Clock;
  readonly domain: string;
  readonly hasTls: boolean;
}

const ID_BYTES = 12;
const SWEEPS_PER_HEARTBEAT = 6;
// 192 bits of a hash: an installation's name for a resource.
const INSTALLATION_CHARACTERS = 32;

/** What the sessions of one server share: who is here, who is called how, what is spoken. */
export class XmppHost {
  readonly deps: SessionDeps;
  readonly clock: Clock;
  /** RFC 6120 §1.4: the name of this server in every address. */
  readonly domain: string;
  readonly groupsDomain: string;
  readonly hasTls: boolean;
  readonly ids = new MessageIds();
  readonly reactions = new ReactionSets();
  readonly occupants: RoomOccupants;
  readonly iqs = new IqTable(EXTENSIONS);
  readonly programs = new KnownPrograms();
  readonly avatarEvents = new AvatarEvents(this);
  readonly personalEvents = new PersonalEvents(this);
  readonly askedWith = new AskedWith();
  /** Announced once somebody has signed in. */
  readonly streamFeatures: readonly Xml[] = [
    xml('sm', { xmlns: NS.streamManagement }),
    xml('csi', { xmlns: NS.clientState }),
    xml('ver', { xmlns: NS.rosterVersions }),
    SERVER_CAPABILITIES,
  ];
  /** User → resource → session. */
  readonly #sessions = new Map<number, Map<string, XmppSession>>();
  readonly #byDevice = new Map<number, XmppSession>();
  readonly #resumable = new Map<string, XmppSession>();
  readonly #life = randomBytes(ID_BYTES).toString('base64url');
  readonly #rosterChanges = new Map<number, number>();
  #sweep: Timer | null = null;

  constructor({ deps, clock, domain, hasTls }: HostOptions) {
    this.deps = deps;
    this.clock = clock;
    this.domain = domain;
    this.groupsDomain = `groups.${domain}`;
    this.hasTls = hasTls;
    this.occupants = new RoomOccupants(deps.core.users);
    deps.core.avatars.listen({ avatarChanged: (user) => this.avatarEvents.changed(user) });
    this.contacts.listen({ contactChanged: (user, contact) => pushRoster(this, user, contact) });
  }

  get contacts(): ContactsDoor {
    return this.deps.core.contacts;
  }

  /** RFC 6121 §2.6: of this process's life, so after a restart everybody asks for the whole list. */
  rosterVersion(user: number): string {
    return `${this.#life}-${this.#rosterChanges.get(user) ?? 0}`;
  }

  nextRosterVersion(user: number): string {
    this.#rosterChanges.set(user, (this.#rosterChanges.get(user) ?? 0) + 1);
    return this.rosterVersion(user);
  }

  newId(): string {
    return randomBytes(ID_BYTES).toString('base64url');
  }

  newClient(peer: Peer, events: ClientEvents): CoreClient {
    const { core } = this.deps;
    return new CoreClient({ core, clock: this.clock, peer, newKey: () => this.newId() }, events);
  }

  /** RFC 7395 §3.3.3: the elements of one message. Errors: throws StreamError. */
  parseDocument(message: Uint8Array): readonly Element[] {
    const elements: Element[] = [];
    const events = {
      opened: () => undefined,
      stanza: (element: Element) => elements.push(element),
      closed: () => undefined,
    };
    const parser = new StanzaParser(events, this.deps.core.limits);
    parser.write(Buffer.from('<document>'));
    parser.write(message);
    parser.endDocument();
    return elements;
  }

  // ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

  jidOf(user: UserRow): string {
    return `${user.id.toLowerCase()}@${this.domain}`;
  }

  jidOfNumber(number: number): string | null {
    const user = this.deps.core.users.byNumber(userNumber(number));
    return user === undefined ? null : this.jidOf(user);
  }

  /** A group's name, where it has one, else its number. */
  roomJid(conversation: number): string {
    const name = this.deps.core.groupNames.nameOf(conversation) ?? `g${conversation}`;
    return `${name}@${this.groupsDomain}`;
  }

  /** With the connection it came from, where that is one of ours. */
  senderJid(entry: ToldEntry, live: Delivery | null, bare: string): string {
    const session = live === null ? undefined : this.#byDevice.get(live.entry.device);
    return session === undefined || session.user.number !== entry.sender ? bare : session.jid;
  }

  occupantJid(conversation: number, user: number): string {
    return `${this.roomJid(conversation)}/${this.occupants.nickOf(conversation, user)}`;
  }

  termsFor(session: XmppSession, place: Place, { seq, target, sender, kind }: ToldEntry): EntryTerms {
    const { number } = place;
    return {
      stanzaIds: this.#stanzaIds(session, place, seq),
      nameOf: (named) => this.#nameOf(place, named),
      reactions: kind === ENTRY_KIND.reaction ? [...(this.reactions.get(number, target, sender) ?? [])] : [],
    };
  }

  /** XEP-0444 §3.1, XEP-0424 §3.1: in rooms a message is known by its number, elsewhere by the sender's name for it. */
  #nameOf({ number, isGroup }: Place, seq: number): string {
    return isGroup ? String(seq) : (this.ids.idOf(number, seq) ?? String(seq));
  }

  #stanzaIds(session: XmppSession, { number, isGroup, peer }: Place, seq: number): EntryTerms['stanzaIds'] {
    const id = String(seq);
    if (isGroup) return [{ by: session.rooms.jidOf(number), id }];
    const account = { by: session.bare, id: accountIdOf(number, seq) };
    const conversation = this.jidOfNumber(peer);
    return conversation === null ? [account] : [account, { by: conversation, id }];
  }

  // ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────

  sessionsOf(user: number): readonly XmppSession[] {
    const sessions = this.#sessions.get(user);
    return sessions === undefined ? [] : [...sessions.values()];
  }

  get allSessions(): readonly XmppSession[] {
    return [...this.#sessions.values()].flatMap((sessions) => [...sessions.values()]);
  }

  sessionAt({ local, resource }: Pick<Jid, 'local' | 'resource'>): XmppSession | undefined {
    const user = this.deps.core.users.byId(local);
    return user === undefined ? undefined : this.#sessions.get(user.number)?.get(resource);
  }

  /** RFC 6120 §7: makes a session of a proven stream. Errors: rejects with StanzaError. */
  async bind(of: {
    proof: Proof;
    client: CoreClient;
    events: ClientEvents;
    resource: string;
  }): Promise<XmppSession> {
    const { proof, client, events } = of;
    const { user } = proof;
    const isTemporary = of.resource === '';
    const resource = isTemporary ? `skein-${this.newId()}` : of.resource;
    // §7.7.2.2: the newer connection stays.
    this.#sessions.get(user.number)?.get(resource)?.end('conflict');
    const hello = {
      installation: isTemporary ? this.newId() + this.newId() : installationOf(user, resource),
      app: 'xmpp',
      deviceKind: 'desktop',
      deviceName: resource,
    };
    const result = await client.signIn(hello, (connection, { value }) =>
      connection.handleProven(value, proof),
    );
    if (result.outcome === 'ended') {
      const { detail } = result;
      throw isRefusalCode(detail) ? errorForRefusal(detail) : new StanzaError('resource-constraint');
    }
    const { device, tokens } = result.welcome;
    const session = new XmppSession(this, {
      client,
      user,
      resource,
      isTemporary,
      device,
      tokens,
      states: events.states,
    });
    const sessions = this.#sessions.get(user.number) ?? new Map<string, XmppSession>();
    this.#sessions.set(user.number, sessions);
    sessions.set(resource, session);
    this.#byDevice.set(device, session);
    if (this.#sweep === null) this.#sweepLater();
    return session;
  }

  allowResumption(session: XmppSession, id: string): void {
    this.#resumable.set(id, session);
  }

  /** XEP-0198 §5: what may be resumed by its own user alone. */
  resumable(id: string, proof: Proof): XmppSession | null {
    const session = this.#resumable.get(id);
    return session?.user.number === proof.user.number ? session : null;
  }

  /** [XM9] Looks at every session from time to time: who is silent, what is too old to be resumed, whose token ends. */
  #sweepLater(): void {
    const { heartbeatIntervalMs } = this.deps.core.limits;
    this.#sweep = this.clock.setTimer(heartbeatIntervalMs / SWEEPS_PER_HEARTBEAT, () => {
      this.#sweep = null;
      const nowMs = this.clock.monotonicMs();
      for (const session of this.allSessions) sweepSession(session, nowMs);
      if (this.#sessions.size > 0) this.#sweepLater();
    });
  }

  /** The port is closed: no session is kept for a connection that may come back. */
  close(): void {
    for (const session of this.allSessions) session.end('system-shutdown');
    this.#sweep?.cancel();
  }

  forget(session: XmppSession): void {
    const sessions = this.#sessions.get(session.user.number);
    if (sessions?.get(session.resource) === session) sessions.delete(session.resource);
    if (sessions?.size === 0) this.#sessions.delete(session.user.number);
    if (this.#byDevice.get(session.device) === session) this.#byDevice.delete(session.device);
    if (session.resumptionId !== null) this.#resumable.delete(session.resumptionId);
  }
}

/** The same resource is the same device again: the core knows its number and its keys. */
function installationOf(user: UserRow, resource: string): string {
  const hash = createHash('sha256').update(`${user.id} ${resource}`).digest('base64url');
  return `xmpp-${hash}`.slice(0, INSTALLATION_CHARACTERS);
}
