import { type Clock, type Limits, type Refusal, refuse, type Timer } from '@skein/model';
import type { SessionDevice } from '../accounts/left-devices.ts';
import type { RecordChange } from '../ports/record-store.ts';
import { refusalFrom } from '../session/ready-connection.ts';
import { Publication } from './publication.ts';
import type { TopicOwner } from './topic-access.ts';
import type { TopicCounters } from './topic-counters.ts';
import type { TopicJournal } from './topic-journal.ts';
import type { TopicLink } from './topic-link.ts';
import { forget, type StoredWill, TOPIC_SPACE, toNoteKey, toReceivedKey } from './topic-records.ts';
import { TopicSession, type TopicSessionInit } from './topic-session.ts';
import type { TopicSpace } from './topic-space.ts';

export interface TopicSessionsDeps {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly journal: TopicJournal;
  readonly counters: TopicCounters;
  readonly spaces: ReadonlyMap<string, TopicSpace>;
  readonly onFailure: (error: unknown) => void;
  readonly publishWill: (session: TopicSession, publication: Publication) => void;
  readonly saveUnsaved: () => void;
  /** [AC21] The session of this device ended while its client was away. */
  readonly deviceLeft: (device: SessionDevice) => void;
}

export interface ClientName {
  readonly space: string;
  readonly owner: TopicOwner;
  readonly clientId: string;
}

/** What a client asks for when it connects. */
export interface TopicConnect extends ClientName {
  /** Whatever was kept of an earlier session is forgotten. */
  readonly isCleanStart: boolean;
  readonly expiryS: number;
  readonly will: StoredWill | null;
  readonly device: SessionDevice | null;
}

export interface TopicConnected {
  readonly session: TopicSession;
  /** An earlier session goes on. */
  readonly isPresent: boolean;
}

export interface TopicDisconnect {
  /** The client said goodbye: its will is dropped. */
  readonly isClean: boolean;
  /** Replaces what was agreed; null leaves it. */
  readonly expiryS: number | null;
}

/** All clients that are known, connected or away, and what becomes of them with time. */
export class TopicSessions {
  readonly #deps: TopicSessionsDeps;
  readonly #sessions = new Map<string, TopicSession>();
  // The same by user, who has few of them: every new one asks how many are kept.
  readonly #byUser = new Map<string, Set<TopicSession>>();
  #timer: Timer | null = null;

  constructor(deps: TopicSessionsDeps) {
    this.#deps = deps;
  }

  get count(): number {
    return this.#sessions.size;
  }

  /** The standard counts sessions' lives in seconds. */
  get #expiryMaxS(): number {
    return this.#deps.limits.topicSessionExpiryMs / 1_000;
  }

  /**
   * [TP7] Begins a session or goes on with the one that is kept; a connection that has it is told and ended.
   *
   * Errors: refuses limit.topics, server.*.
   */
  async connect(request: TopicConnect, link: TopicLink): Promise<TopicConnected | Refusal> {
    const key = keyOf(request);
    const known = this.#sessions.get(key);
    if (known !== undefined) this.#takeOver(known, request.isCleanStart);
    const kept = this.#sessions.get(key);
    if (kept === undefined && this.#isFull(request)) return refuse('limit.topics');
    const session = kept ?? this.create({ ...request, key });
    session.link = link;
    session.expiryS = Math.min(request.expiryS, this.#expiryMaxS);
    session.endedAtMs = 0;
    session.will = request.will;
    session.device = request.device;
    const changes = this.#connectChanges(session);
    try {
      if (changes.length > 0) await this.#deps.journal.commit(changes);
    } catch (error) {
      this.disconnect(session, link, { isClean: true, expiryS: null });
      return refusalFrom(error);
    }
    return { session, isPresent: kept !== undefined };
  }

  /** [TP13, TP14] The connection is over; the session may go on. Nothing happens when it has another one already. */
  disconnect(session: TopicSession, link: TopicLink, { isClean, expiryS }: TopicDisconnect): void {
    if (session.link !== link) return;
    session.link = null;
    session.endedAtMs = this.#deps.clock.nowMs();
    session.window.stop();
    session.backlog.clear();
    if (expiryS !== null) session.expiryS = Math.min(expiryS, this.#expiryMaxS);
    // [MQTT-3.14.4-3] (3.1.1: [MQTT-3.1.2-10])
    if (isClean) session.will = null;
    this.#lookAfter(session, session.endedAtMs);
  }

  /** Puts a session of this description into the table. */
  create(init: TopicSessionInit): TopicSession {
    const { limits, journal, counters, clock, onFailure } = this.#deps;
    const session = new TopicSession(init, {
      limits: {
        inFlightMax: limits.topicInFlightMax,
        waitingMax: limits.topicWaitingMax,
        waitingBytesMax: limits.topicWaitingBytesMax,
        owedBytesMax: limits.topicOwedBytesMax,
      },
      counters,
      journal,
      nowMs: () => clock.nowMs(),
      onFailure,
      sweepSoon: () => this.sweepSoon(),
    });
    this.#sessions.set(init.key, session);
    const { user } = init.owner;
    if (user !== null) {
      const theirs = this.#byUser.get(user) ?? new Set();
      this.#byUser.set(user, theirs.add(session));
    }
    return session;
  }

  /** Whether there is a session under this name, connected or kept. */
  isKnown(client: ClientName): boolean {
    return this.#sessions.has(keyOf(client));
  }

  find(key: string): TopicSession | undefined {
    return this.#sessions.get(key);
  }

  /** Keeps what a gateway noted with its session. */
  save(session: TopicSession): void {
    if (session.isKept) this.#deps.journal.note([this.#record(session)]);
  }

  /** [TP14] Those who were connected when the process ended were not heard of since: as if their connections broke now. */
  resumeAfterStart(): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const session of this.#sessions.values()) {
      if (session.endedAtMs === 0) session.endedAtMs = nowMs;
      this.#lookAfter(session, nowMs);
    }
  }

  /** One timer, which exists only while something waits. */
  sweepSoon(): void {
    this.#timer ??= this.#deps.clock.setTimer(this.#deps.limits.sweepIntervalMs, () => {
      this.#timer = null;
      this.#sweep();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #sweep(): void {
    this.#deps.saveUnsaved();
    const nowMs = this.#deps.clock.nowMs();
    for (const session of this.#sessions.values()) {
      if (session.link === null) this.#lookAfter(session, nowMs);
      else session.window.detach();
    }
  }

  /** What is due of a session that is away: its will, its end. */
  #lookAfter(session: TopicSession, nowMs: number): void {
    const awayS = (nowMs - session.endedAtMs) / 1_000;
    const isOver = awayS >= session.expiryS;
    const { will } = session;
    // [MQTT-3.1.3-9] After the delay, or with the session, whichever comes first.
    if (will !== null && (isOver || awayS >= will.delayS)) {
      session.will = null;
      this.#deps.publishWill(session, publishedAt(will.publication, nowMs));
    }
    if (isOver) {
      this.#end(session);
      // One that ends with its connection is its gateway's to sign out.
      if (session.device !== null && session.isKept) this.#deps.deviceLeft(session.device);
      return;
    }
    if (awayS === 0 || session.will !== will) this.save(session);
    this.sweepSoon();
  }

  #takeOver(session: TopicSession, isCleanStart: boolean): void {
    const { link } = session;
    if (link !== null) {
      // [MQTT-3.1.4-3] (3.1.1: -2) The old connection hears of it and ends.
      link.takenOver();
      this.disconnect(session, link, { isClean: false, expiryS: null });
    }
    if (isCleanStart && this.#sessions.get(session.key) === session) {
      const { will } = session;
      session.will = null;
      if (will !== null)
        this.#deps.publishWill(session, publishedAt(will.publication, this.#deps.clock.nowMs()));
      this.#end(session);
    }
  }

  /** Nothing of it remains. */
  #end(session: TopicSession): void {
    const { spaces, journal, counters } = this.#deps;
    this.#forget(session);
    const routes = spaces.get(session.space)?.routes;
    for (const subscription of session.subscriptions.values()) routes?.remove(subscription);
    session.subscriptions.clear();
    session.window.clear();
    if (session.isKept) counters.sessionsExpired++;
    const changes = [...session.received].map((id) =>
      forget(TOPIC_SPACE.received, toReceivedKey(session.key, id)),
    );
    session.received.clear();
    for (const name of session.notes.keys())
      changes.push(forget(TOPIC_SPACE.notes, toNoteKey(session.key, name)));
    session.notes.clear();
    if (session.isRecorded) changes.push(forget(TOPIC_SPACE.sessions, session.key));
    if (changes.length > 0) journal.note(changes);
  }

  #forget(session: TopicSession): void {
    this.#sessions.delete(session.key);
    const { user } = session.owner;
    const theirs = user === null ? undefined : this.#byUser.get(user);
    if (user !== null && theirs?.delete(session) === true && theirs.size === 0) this.#byUser.delete(user);
  }

  #connectChanges(session: TopicSession): RecordChange[] {
    // A will is kept with its session, since the process may end before the connection does (TP14).
    return session.isKept || session.will !== null ? [this.#record(session)] : [];
  }

  #record(session: TopicSession): RecordChange {
    session.isRecorded = true;
    return this.#deps.journal.sessionRecord(session.key, session.toStored());
  }

  #isFull({ owner, expiryS }: TopicConnect): boolean {
    const { topicSessionsMax, topicSessionsPerUserMax } = this.#deps.limits;
    if (this.#sessions.size >= topicSessionsMax) return true;
    if (owner.user === null || expiryS === 0) return false;
    let count = 0;
    for (const { isKept } of this.#byUser.get(owner.user) ?? []) if (isKept) count++;
    return count >= topicSessionsPerUserMax;
  }
}

/** A client identifier is a name among those of its user, so that nobody takes over the session of somebody else (TP7). */
export function keyOf({ space, owner, clientId }: ClientName): string {
  return `${space}/${owner.user ?? ''}/${clientId}`;
}

function publishedAt(will: Publication, nowMs: number): Publication {
  const { topic, payload, qos, isRetained, properties } = will;
  return new Publication({ topic, payload, qos, isRetained, properties, publishedAtMs: nowMs });
}
