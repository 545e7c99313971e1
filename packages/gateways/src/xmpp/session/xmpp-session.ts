import type { Delivery, UserRow } from '@skein/core';
import type { ConversationState, DownFrame, Marker, Tokens, Typing } from '@skein/protocol';
import type { CoreClient, Ended } from '../../session/client/core-client.ts';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import type { XmppHost } from '../host.ts';
import { DirectMessages } from '../messages/direct-messages.ts';
import { handleMessage } from '../messages/handle-message.ts';
import { NS } from '../namespaces.ts';
import { CorePresence } from '../presence/core-presence.ts';
import { handlePresence } from '../presence/handle-presence.ts';
import { Interests } from '../presence/interests.ts';
import { OwnPresence } from '../presence/own-presence.ts';
import { Rooms } from '../rooms/rooms.ts';
import type { Listener } from '../stream/client-events.ts';
import { STREAM_CONDITION_BY_END } from '../stream/close-conditions.ts';
import { asStanzaError } from '../stream/stanza-error.ts';
import { type StreamCondition, StreamError } from '../stream/stream-error.ts';
import type { XmppStream } from '../stream/xmpp-stream.ts';
import { type Element, textOf } from '../xml/element.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import { type Address, addressOf } from './address.ts';
import { ConversationBook } from './conversation-book.ts';
import { handleIq } from './handle-iq.ts';
import { StreamManagement } from './stream-management.ts';
import { TurnLane } from './turn-lane.ts';

export interface SessionStart {
  readonly client: CoreClient;
  readonly user: UserRow;
  readonly resource: string;
  /** Nobody will come back as it: its device is signed out with it. */
  readonly isTemporary: boolean;
  readonly device: number;
  readonly tokens: Tokens | undefined;
  readonly states: readonly ConversationState[];
}

const ASK = xml('r', { xmlns: NS.streamManagement });

/**
 * A bound resource, RFC 6120 §7: one connection of somebody, which may lose its stream and be resumed on another one.
 *
 *   attached ──the stream is cut──▶ detached ──resume──▶ attached
 *      └── close, error ──▶ over ◀──── time, too much ────┘
 */
export class XmppSession implements Listener {
  readonly host: XmppHost;
  readonly client: CoreClient;
  readonly user: UserRow;
  readonly device: number;
  readonly resource: string;
  readonly #isTemporary: boolean;
  /** RFC 7622: the account's and this connection's address. */
  readonly bare: string;
  readonly jid: string;
  readonly book = new ConversationBook();
  readonly direct: DirectMessages;
  readonly rooms: Rooms;
  readonly presence: OwnPresence;
  /** Presence beyond XMPP. */
  readonly elsewhere: CorePresence;
  /** What the client wants to be told of. */
  readonly interests: Interests;
  /** Entries on their way out, in order: one may have to wait for what it refers to. */
  readonly entries: TurnLane;
  hasCarbons = false;
  /** XEP-0352: nobody is looking. */
  isInactive = false;
  /** RFC 6121 §2.2: asked for the roster, so its changes are told. */
  isInterested = false;
  wantsBlocklist = false;
  tokens: Tokens | undefined;
  #stream: XmppStream | null = null;
  #management: StreamManagement | null = null;
  #detachedAtMs: number | null = null;
  #isOver = false;
  // Conversation → the newest seq that was written to the peer and is not yet acknowledged to the core.
  readonly #delivered = new Map<number, number>();

  constructor(host: XmppHost, start: SessionStart) {
    this.host = host;
    this.client = start.client;
    this.user = start.user;
    this.device = start.device;
    this.resource = start.resource;
    this.#isTemporary = start.isTemporary;
    this.tokens = start.tokens;
    this.bare = host.jidOf(start.user);
    this.jid = `${this.bare}/${start.resource}`;
    this.entries = new TurnLane(host.deps.report);
    this.direct = new DirectMessages(this);
    this.rooms = new Rooms(this);
    this.presence = new OwnPresence(this);
    this.elsewhere = new CorePresence(this);
    this.interests = new Interests(this);
    for (const state of start.states) this.book.learn(state);
    // RFC 6121 §4.2: connected is not yet there.
    this.elsewhere.hide();
  }

  get isAttached(): boolean {
    return this.#stream !== null;
  }

  get hasManagement(): boolean {
    return this.#management !== null;
  }

  get heardAtMs(): number {
    return this.#stream?.heardAtMs ?? 0;
  }

  get detachedAtMs(): number | null {
    return this.#detachedAtMs;
  }

  /** XEP-0198's id; null where it was not enabled. */
  get resumptionId(): string | null {
    return this.#management?.canResume === true ? this.#management.id : null;
  }

  // ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A stanza for the peer, with its addresses. */
  write(stanza: Xml): void {
    if (this.#isOver) return;
    this.#management?.sent(stanza);
    this.#stream?.write(stanza);
    if (this.#stream === null && this.#isTooMuch()) this.over();
  }

  /** Something that is no stanza. */
  writeRaw(element: Xml): void {
    this.#stream?.write(element);
  }

  /** An entry was written; the core hears of it when it has arrived. */
  noteDelivered(conversation: number, seq: number): void {
    this.#delivered.set(conversation, Math.max(seq, this.#delivered.get(conversation) ?? 0));
  }

  /** [XM40] [XM41] At the end of a turn the peer is told what is handled, and asked what it has where something was said. */
  beforeFlush(): void {
    const management = this.#management;
    if (management === null) return;
    if (management.isAnswerDue) this.#tellHandled(management);
    if (management.shouldAsk()) this.#stream?.write(ASK);
  }

  /** The stream ends: no answer that is owed comes later. */
  beforeEnd(): void {
    if (this.#management?.isOwed === true) this.#tellHandled(this.#management);
  }

  /** Everything was handed to the network. */
  emptied(): void {
    // With acknowledgements of the peer's own, only those say what a device has.
    this.#acknowledge(this.#management === null);
  }

  queuedBytes(): number {
    const held = this.#isTooMuch() ? (this.#management?.heldCharacters ?? 0) : 0;
    return (this.#stream?.queuedBytes ?? 0) + held;
  }

  // ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  take(element: Element): Promise<void> | undefined {
    if (element.ns === NS.streamManagement) return this.#manage(element);
    if (element.ns === NS.clientState) {
      this.isInactive = element.name === 'inactive';
      return undefined;
    }
    if (element.ns !== NS.client || !['message', 'presence', 'iq'].includes(element.name)) {
      throw new StreamError('unsupported-stanza-type');
    }
    const { from } = element.attrs;
    // RFC 6120 §8.1.2.1: nobody speaks for somebody else.
    if (from !== undefined && from !== this.jid && from.toLowerCase() !== this.bare) {
      throw new StreamError('invalid-from');
    }
    const number = this.#management?.receive() ?? 0;
    return this.#handle(element, number);
  }

  #handle(stanza: Element, number: number): Promise<void> | undefined {
    try {
      const address = addressOf(stanza.attrs['to'], this.user.id.toLowerCase(), this.host);
      const done = this.#dispatch(stanza, address, number);
      return done?.catch((error: unknown) => this.refuse(stanza, error));
    } catch (error) {
      this.refuse(stanza, error);
      return undefined;
    }
  }

  #dispatch(stanza: Element, address: Address, number: number): Promise<void> | undefined {
    switch (stanza.name) {
      case 'message':
        return handleMessage(this, stanza, address, (done) => this.#settleWith(number, done));
      case 'presence':
        return handlePresence(this, stanza, address);
      default:
        return handleIq(this, stanza, address);
    }
  }

  /** The stanza counts as handled when this is done. */
  #settleWith(number: number, done: Promise<unknown>): void {
    done.catch(this.host.deps.report);
    const management = this.#management;
    management?.await(number, done, () => this.#stream?.flushLater());
  }

  /** RFC 6120 §8.3: says what was wrong, unless that would answer an answer. */
  refuse(stanza: Element, thrown: unknown): void {
    const error = asStanzaError(thrown);
    const { type, id, to } = stanza.attrs;
    if (type === 'error' || (stanza.name === 'iq' && type === 'result')) return;
    this.write(xml(stanza.name, { type: 'error', id, from: to, to: this.jid }, error.toXml()));
  }

  // ── what the core tells ──────────────────────────────────────────────────────────────────────────────────────────

  entry(conversation: number, entry: ToldEntry, live: Delivery | null): void {
    const place = this.book.get(conversation);
    if (place === undefined) return;
    this.book.heard(place, entry);
    this.entries.run(() =>
      place.isGroup ? this.rooms.entry(place, entry, live) : this.direct.entry(place, entry, live),
    );
  }

  conversation(state: ConversationState): void {
    const before = this.book.learn(state);
    const now = this.book.get(state.conversation);
    this.entries.run(() => this.rooms.changed(before, now));
  }

  marker(marker: Marker): void {
    this.direct.marker(marker);
  }

  typing(typing: Typing): void {
    if (this.isInactive) return;
    const place = this.book.get(typing.conversation);
    if (place === undefined) return;
    if (place.isGroup) this.rooms.typing(place, typing);
    else this.direct.typing(place, typing);
  }

  other(frame: DownFrame): void {
    if (frame.case === 'presence') this.elsewhere.heard(frame.value.users);
  }

  ended({ reason, detail }: Ended): void {
    this.end(STREAM_CONDITION_BY_END[reason], detail);
  }

  // ── life ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  attach(stream: XmppStream): void {
    this.#stream = stream;
    this.#detachedAtMs = null;
  }

  /** The stream is gone: for good when it was closed, else for as long as it may be resumed. */
  detach(stream: XmppStream, isDeliberate: boolean): void {
    if (this.#stream !== stream) return;
    this.#stream = null;
    this.#detachedAtMs = this.host.clock.monotonicMs();
    if (isDeliberate || this.resumptionId === null || this.#isTooMuch()) this.over();
  }

  /** Nobody answers: the stream is given up, the session may be taken up again. */
  cut(): void {
    this.#stream?.end('connection-timeout');
  }

  /** Ends the stream with a reason. */
  end(condition: StreamCondition | null, detail = ''): void {
    const stream = this.#stream;
    this.beforeEnd();
    this.over();
    stream?.end(condition, detail);
  }

  /**
   * Nothing of it is kept. The device of a named resource stays signed in: it may be coming back this very moment, and
   * signing out would end that connection too.
   */
  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream = null;
    this.presence.gone();
    this.rooms.gone();
    this.host.forget(this);
    if (this.client.isSignedIn && this.#isTemporary)
      this.client.tell({ case: 'goodbye', value: { signOut: true } });
    this.client.closed();
  }

  canResume(h: number): boolean {
    return !this.#isOver && this.#management?.isPossible(h) === true;
  }

  /** XEP-0198 §5: goes on, on the stream that attaches next; an older one that is still open is replaced. */
  resume(h: number): void {
    const management = this.#management;
    if (management === null) return;
    const stream = this.#stream;
    this.#stream = null;
    stream?.end('conflict');
    management.acknowledge(h);
  }

  /** Called right after the new stream is attached. */
  resumed(): void {
    const management = this.#management;
    if (management === null) return;
    const { id: previd, handled: h } = management;
    this.writeRaw(xml('resumed', { xmlns: NS.streamManagement, previd, h }));
    for (const stanza of management.unacknowledged) this.writeRaw(stanza);
    this.presence.back();
  }

  // ── XEP-0198 ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #manage(element: Element): undefined {
    const management = this.#management;
    switch (element.name) {
      case 'enable':
        this.#enable(element);
        return;
      case 'r':
        if (management === null) throw new StreamError('policy-violation', 'enable it first');
        management.ask();
        if (management.isAnswerDue) this.#stream?.flushLater();
        else
          management.answerInTime(this.host.clock, this.host.deps.core.limits, () =>
            this.#tellHandled(management),
          );
        return;
      case 'a':
        if (management === null) throw new StreamError('policy-violation', 'enable it first');
        management.acknowledge(Number(element.attrs['h'] ?? textOf(element)));
        if (!management.hasUnacknowledged) this.#acknowledge(true);
        // What was written while the answer was on its way is asked for by itself.
        else this.beforeFlush();
        this.client.drained();
        return;
      default:
        // §5: resumption takes the place of binding, so it is too late for it.
        this.#failed('unexpected-request');
    }
  }

  #enable(element: Element): void {
    if (this.#management !== null) {
      this.#failed('unexpected-request');
      return;
    }
    const canResume = ['true', '1'].includes(element.attrs['resume'] ?? '');
    this.#management = new StreamManagement(this.host.newId(), canResume);
    const { id } = this.#management;
    if (canResume) this.host.allowResumption(this, id);
    const max = Math.floor(this.host.deps.core.limits.xmppResumeMs / 1_000);
    const resumption = canResume ? { id, resume: 'true', max } : {};
    this.writeRaw(xml('enabled', { xmlns: NS.streamManagement, ...resumption }));
  }

  #failed(condition: string): void {
    this.writeRaw(xml('failed', { xmlns: NS.streamManagement }, xml(condition, { xmlns: NS.stanzas })));
  }

  #tellHandled(management: StreamManagement): void {
    this.writeRaw(xml('a', { xmlns: NS.streamManagement, h: management.handled }));
    management.answered();
  }

  #isTooMuch(): boolean {
    const held = this.#management?.heldCharacters ?? 0;
    return held >= this.host.deps.core.limits.outboundBytesMax;
  }

  #acknowledge(isWithDelivered: boolean): void {
    if (!isWithDelivered || this.#delivered.size === 0) {
      this.client.acknowledge();
      return;
    }
    const delivered = [...this.#delivered].map(([conversation, seq]) => ({ conversation, seq }));
    this.#delivered.clear();
    this.client.acknowledge(delivered);
  }
}
