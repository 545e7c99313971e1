import type { Publication } from './publication.ts';
import type { TopicCounters } from './topic-counters.ts';
import type { TopicJournal } from './topic-journal.ts';
import { type TopicLink, toHow } from './topic-link.ts';

/**
 * One value on its way to one session with QoS 1 or 2.
 *
 *   waiting ──▶ sent ──PUBACK──▶ done
 *                └──PUBREC──▶ received ──PUBCOMP──▶ done
 */
export interface OutboundMessage {
  readonly publication: Publication;
  readonly qos: 1 | 2;
  readonly isRetained: boolean;
  readonly subscriptionIds: readonly number[] | null;
  /** Its place in the session's stored queue; 0: it is not stored. */
  readonly order: number;
  /** 0 while it waits. */
  packetId: number;
  state: 'waiting' | 'sent' | 'received';
  /** Counts against what this connection may have open at once. */
  isOpen: boolean;
  /** It was written to some connection before. */
  wasWritten: boolean;
  /** Told once that the subscriber has it. */
  readonly done: (() => void) | null;
}

const PACKET_ID_MAX = 65_535;

export interface WindowLimits {
  readonly inFlightMax: number;
  readonly waitingMax: number;
  readonly waitingBytesMax: number;
  /** Of all sessions together. */
  readonly owedBytesMax: number;
}

export interface WindowDeps {
  readonly limits: WindowLimits;
  readonly journal: TopicJournal;
  readonly counters: TopicCounters;
  /** Asks for a `detach` after a while. */
  readonly sweepSoon: () => void;
}

/**
 * What one session is owed with QoS 1 and 2: a bounded queue, and the packets under way, in order (TP8, TP9). Both
 * outlive the connection; a new one is first told again what the last one may not have heard.
 */
export class OutboundWindow {
  readonly #limits: WindowLimits;
  readonly #journal: TopicJournal;
  readonly #counters: TopicCounters;
  readonly #sweepSoon: () => void;
  readonly #sessionKey: string;
  // By packet identifier, in the order of sending, which is the order of sending again ([MQTT-4.6.0-1]).
  readonly #underWay = new Map<number, OutboundMessage>();
  #waiting: OutboundMessage[] = [];
  #waitingFrom = 0;
  #waitingBytes = 0;
  #openCount = 0;
  #openMax = 0;
  #lastPacketId = 0;
  // Something began since what is under way was last given memory of its own.
  #hasAttached = false;

  constructor(sessionKey: string, { limits, journal, counters, sweepSoon }: WindowDeps) {
    this.#sessionKey = sessionKey;
    this.#limits = limits;
    this.#journal = journal;
    this.#counters = counters;
    this.#sweepSoon = sweepSoon;
  }

  get waitingCount(): number {
    return this.#waiting.length - this.#waitingFrom;
  }

  get underWayCount(): number {
    return this.#underWay.size;
  }

  /** Another packet may be sent at once. */
  get isOpen(): boolean {
    return this.waitingCount === 0 && this.#openCount < this.#openMax && this.#hasIdentifiers;
  }

  /** [TP9] The queue is bounded in messages and bytes, and so is what all sessions are owed. */
  hasRoomFor(publication: Publication): boolean {
    return (
      this.waitingCount < this.#limits.waitingMax &&
      this.#waitingBytes + publication.byteCount <= this.#limits.waitingBytesMax &&
      this.#counters.owedBytes + publication.byteCount <= this.#limits.owedBytesMax
    );
  }

  /** A connection begins: what was under way is written again, the rest when it is its turn. */
  start(link: TopicLink, receiveMaximum: number): void {
    this.#openMax = Math.min(receiveMaximum, this.#limits.inFlightMax);
    this.#openCount = 0;
    for (const message of this.#underWay.values()) message.isOpen = false;
    for (const message of this.#underWay.values()) {
      // [MQTT-4.4.0-1]
      if (message.state === 'received') link.release(message.packetId);
    }
  }

  stop(): void {
    this.#openMax = 0;
    this.detach();
  }

  /** [TP9] Whoever takes this long may take for ever: what they are owed has no more memory than it counts for. */
  detach(): void {
    if (!this.#hasAttached) return;
    this.#hasAttached = false;
    for (const { publication } of this.#underWay.values()) publication.detach();
  }

  /** Puts a message at the end of the queue, or among those under way when it comes from the store with an identifier. */
  add(message: OutboundMessage): void {
    message.publication.detach();
    this.#counters.owedBytes += message.publication.byteCount;
    if (message.packetId !== 0) {
      this.#underWay.set(message.packetId, message);
      return;
    }
    this.#waiting.push(message);
    this.#waitingBytes += message.publication.byteCount;
  }

  /** Takes the next identifier and a place among those that are under way. */
  begin(message: OutboundMessage): void {
    this.#counters.owedBytes += message.publication.byteCount;
    this.#hasAttached = true;
    this.#sweepSoon();
    this.#begin(message);
  }

  #begin(message: OutboundMessage): void {
    message.packetId = this.#nextPacketId();
    message.isOpen = true;
    this.#openCount++;
    this.#underWay.set(message.packetId, message);
  }

  /** Sends what may be sent, the oldest first, while there is room. */
  pump(link: TopicLink, nowMs: number): void {
    this.#sendAgain(link);
    while (
      this.waitingCount > 0 &&
      this.#openCount < this.#openMax &&
      this.#hasIdentifiers &&
      link.hasRoom()
    ) {
      const message = this.#takeWaiting();
      // [MQTT-3.3.2-5]
      if (message.publication.isExpired(nowMs)) this.#settle(message);
      else this.#send(message, link);
    }
  }

  /** Writes a message that has begun. */
  write(message: OutboundMessage, link: TopicLink): void {
    // [MQTT-3.3.1-1] DUP when it is not the first time.
    const how = toHow(message.qos, message.isRetained, message.wasWritten);
    message.state = 'sent';
    message.wasWritten = true;
    if (link.publish(message.publication, how, message.packetId, message.subscriptionIds)) return;
    // [MQTT-3.1.2-25] Too large for this client: as if it had been delivered.
    this.#finish(message);
  }

  /** PUBACK, PUBCOMP, or a PUBREC that says no. False when there is nothing of that kind under way. */
  finish(packetId: number, state: 'sent' | 'received'): boolean {
    const message = this.#underWay.get(packetId);
    if (message === undefined || message.state !== state) return false;
    this.#finish(message);
    return true;
  }

  /** The message of a packet identifier, to look at. */
  get(packetId: number): OutboundMessage | undefined {
    return this.#underWay.get(packetId);
  }

  /** PUBREC: durable before the release, or a restart would send the value again as a new one (TP10). */
  receive(message: OutboundMessage, link: TopicLink): void {
    message.state = 'received';
    const release = (): void => link.release(message.packetId);
    if (message.order === 0) release();
    else this.#journal.keepOutbound(this.#sessionKey, message).then(release, () => undefined);
  }

  /** Everything is over: whatever is kept in the store is forgotten. */
  clear(): void {
    for (const message of this.#underWay.values()) this.#forget(message);
    for (let at = this.#waitingFrom; at < this.#waiting.length; at++) {
      this.#forget(this.#waiting[at] as OutboundMessage);
    }
    this.#underWay.clear();
    this.#waiting = [];
    this.#waitingFrom = 0;
    this.#waitingBytes = 0;
  }

  #sendAgain(link: TopicLink): void {
    if (this.#openCount >= this.#underWay.size) return;
    for (const message of this.#underWay.values()) {
      if (message.isOpen) continue;
      if (this.#openCount >= this.#openMax || !link.hasRoom()) return;
      message.isOpen = true;
      this.#openCount++;
      if (message.state !== 'received') this.write(message, link);
    }
  }

  #send(message: OutboundMessage, link: TopicLink): void {
    this.#begin(message);
    if (message.qos === 1 || message.order === 0) {
      this.write(message, link);
      return;
    }
    // [TP10] Exactly once needs the identifier to survive before the other side can have seen it.
    this.#journal.keepOutbound(this.#sessionKey, message).then(
      () => this.#writeIfStillOpen(message, link),
      () => undefined,
    );
  }

  #writeIfStillOpen(message: OutboundMessage, link: TopicLink): void {
    if (message.state === 'waiting' && this.#underWay.get(message.packetId) === message)
      this.write(message, link);
  }

  #forget(message: OutboundMessage): void {
    this.#counters.owedBytes -= message.publication.byteCount;
    this.#journal.forgetOutbound(this.#sessionKey, message);
  }

  #takeWaiting(): OutboundMessage {
    const message = this.#waiting[this.#waitingFrom++] as OutboundMessage;
    this.#waitingBytes -= message.publication.byteCount;
    if (this.#waitingFrom * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#waitingFrom);
      this.#waitingFrom = 0;
    }
    return message;
  }

  #finish(message: OutboundMessage): void {
    this.#underWay.delete(message.packetId);
    if (message.isOpen) this.#openCount--;
    this.#settle(message);
  }

  #settle(message: OutboundMessage): void {
    this.#forget(message);
    message.done?.();
  }

  get #hasIdentifiers(): boolean {
    return this.#underWay.size < PACKET_ID_MAX;
  }

  #nextPacketId(): number {
    // [MQTT-2.2.1-4] One that is not in use.
    do this.#lastPacketId = (this.#lastPacketId % PACKET_ID_MAX) + 1;
    while (this.#underWay.has(this.#lastPacketId));
    return this.#lastPacketId;
  }
}
