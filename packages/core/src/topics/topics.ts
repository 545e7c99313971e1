import { type Clock, type Limits, type Refusal, refuse } from '@skein/model';
import type { SessionDevice } from '../accounts/left-devices.ts';
import type { RecordChange, RecordStore } from '../ports/record-store.ts';
import { refusalFrom } from '../session/ready-connection.ts';
import { loadTopics } from './load-topics.ts';
import { Publication, type PublicationInit, type Qos } from './publication.ts';
import { PublishBatch } from './publish-batch.ts';
import type { SubscriptionOptions } from './subscription.ts';
import { FREE_TOPICS, UserTopics, type UserTopicsOptions } from './topic-access.ts';
import { TopicCounters } from './topic-counters.ts';
import { isTopicName, parseTopicFilter, type TopicFilter } from './topic-filter.ts';
import { TopicJournal } from './topic-journal.ts';
import { encodePublication, forget, TOPIC_SPACE, toNoteKey, toReceivedKey } from './topic-records.ts';
import type { TopicSession } from './topic-session.ts';
import { TopicSessions } from './topic-sessions.ts';
import { TopicSpace } from './topic-space.ts';

export interface TopicsPorts {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Told of what the store could not take; what depended on it was refused. */
  readonly onFailure: (error: unknown) => void;
  /** [AC21] The session of this device ended while its client was away. */
  readonly deviceLeft: (device: SessionDevice) => void;
}

export interface TopicsOptions extends UserTopicsOptions {
  /** The test flag: a space for those who do not sign in. */
  readonly hasFreeSpace: boolean;
}

export type PublishResult = { readonly outcome: 'published'; readonly subscriberCount: number } | Refusal;

export interface SubscribeRequest extends Omit<SubscriptionOptions, 'id'> {
  readonly filter: string;
}

export interface SubscribeResult {
  /** One per request, in their order: the QoS that was granted, or why not. */
  readonly granted: readonly (Qos | Refusal)[];
  /** Sends the retained values; after the answer was written. */
  readonly sendRetained: () => void;
}

const DUPLICATE: PublishResult = { outcome: 'published', subscriberCount: 1 };

/** The broker: values published under topics, and everyone who wants them. Rules TP1–TP16 of SPEC.md. No I/O. */
export class Topics {
  readonly counters = new TopicCounters();
  readonly sessions: TopicSessions;
  readonly #ports: TopicsPorts;
  readonly #journal: TopicJournal;
  readonly #spaces = new Map<string, TopicSpace>();
  // Retained values that were published at most once: written together, since nobody waits for them (TP12).
  readonly #unsaved = new Map<string, RecordChange>();

  constructor(ports: TopicsPorts, options: TopicsOptions) {
    this.#ports = ports;
    this.#journal = new TopicJournal(ports.records, ports.onFailure);
    this.#spaces.set('users', new TopicSpace('users', new UserTopics(options), ports.limits));
    if (options.hasFreeSpace) this.#spaces.set('free', new TopicSpace('free', FREE_TOPICS, ports.limits));
    this.sessions = new TopicSessions({
      ...ports,
      journal: this.#journal,
      counters: this.counters,
      spaces: this.#spaces,
      publishWill: (session, publication) => this.#publishWill(session, publication),
      saveUnsaved: () => this.#saveUnsaved(),
    });
  }

  /**
   * Loads what the store holds, before anybody connects.
   *
   * Errors: throws StoreUnavailableError or StoreCorruptError.
   */
  async load(): Promise<void> {
    const target = { journal: this.#journal, spaces: this.#spaces, sessions: this.sessions };
    await loadTopics(this.#ports.records, target);
    this.sessions.resumeAfterStart();
  }

  /** Whether those who do not sign in are served. */
  get hasFreeSpace(): boolean {
    return this.#spaces.has('free');
  }

  /** Whether a session may publish here at all: asked for a will before it is accepted. */
  mayPublish(session: Pick<TopicSession, 'space' | 'owner'>, topic: string): Refusal | null {
    if (!isTopicName(topic, this.#ports.limits.topicLevelsMax)) return refuse('request.invalid');
    const { access } = this.#spaceOf(session);
    return access.mayPublish(session.owner, topic) ? null : refuse('permission.topic');
  }

  /**
   * [TP1] Publishes a value. Answered at once when nothing of it has to be durable, else when that is (TP10).
   *
   * Errors: refuses permission.topic, request.invalid, limit.topics, server.*.
   */
  publish(
    session: TopicSession,
    init: PublicationInit,
    packetId: number,
  ): PublishResult | Promise<PublishResult> {
    const refusal = this.mayPublish(session, init.topic);
    if (refusal !== null) return refusal;
    const batch = new PublishBatch();
    if (init.qos === 2 && !this.#receive(session, packetId, batch)) return this.#settle(batch, DUPLICATE);
    const publication = new Publication(init);
    const space = this.#spaceOf(session);
    const full = init.isRetained ? this.#retain(space, publication, batch) : null;
    if (full !== null) {
      session.received.delete(packetId);
      return full;
    }
    this.counters.published++;
    publication.shareForms();
    const subscriberCount = space.route(publication, session, batch);
    const result = this.#settle(batch, { outcome: 'published', subscriberCount });
    if (!(result instanceof Promise)) {
      publication.dropForms();
      return result;
    }
    return result.then((settled) => {
      publication.dropForms();
      if (settled.outcome === 'refused') session.received.delete(packetId);
      return settled;
    });
  }

  /**
   * PUBREL: the identifier may be used again, once that is durable. `noteName` is what the gateway noted with it: it goes in
   * the same commit.
   */
  release(session: TopicSession, packetId: number, noteName = ''): boolean | Promise<boolean> {
    const wasReceived = session.received.delete(packetId);
    const note = session.notes.get(noteName);
    session.notes.delete(noteName);
    if (!wasReceived && note === undefined) return false;
    if (!session.isKept) return true;
    const changes = [forget(TOPIC_SPACE.received, toReceivedKey(session.key, packetId))];
    if (note !== undefined) changes.push(forget(TOPIC_SPACE.notes, toNoteKey(session.key, noteName)));
    return this.#journal.commit(changes).then(
      () => true,
      (error: unknown) => {
        if (wasReceived) session.received.add(packetId);
        if (note !== undefined) session.notes.set(noteName, note);
        throw error;
      },
    );
  }

  /**
   * [TP6] Subscribes; a filter that was subscribed to already has its options replaced. What `isElsewhere` says of a filter
   * is the gateway's: it is kept with the session, and the broker has no values for it.
   *
   * Errors: refuses each request by itself: request.invalid, permission.topic, limit.topics; server.* refuses all.
   */
  subscribe(
    session: TopicSession,
    requests: readonly SubscribeRequest[],
    id: number,
    isElsewhere: (levels: readonly string[]) => boolean = () => false,
  ): SubscribeResult | Promise<SubscribeResult | Refusal> {
    const retained: (() => void)[] = [];
    const granted = requests.map((request) =>
      this.#subscribe(session, { ...request, id }, { retained, isElsewhere }),
    );
    const result: SubscribeResult = {
      granted,
      sendRetained: () => {
        for (const add of retained) add();
        session.pump();
      },
    };
    return this.#afterSaving(session, result);
  }

  /** Answers for each filter whether there was a subscription. */
  unsubscribe(
    session: TopicSession,
    filters: readonly string[],
  ): readonly boolean[] | Promise<readonly boolean[] | Refusal> {
    const { routes } = this.#spaceOf(session);
    const removed = filters.map((filter) => {
      const subscription = session.subscriptions.get(filter);
      if (subscription === undefined) return false;
      session.subscriptions.delete(filter);
      routes.remove(subscription);
      return true;
    });
    return this.#afterSaving(session, removed);
  }

  /** Writes what is still unwritten; for the end of the process. */
  close(): void {
    this.#saveUnsaved();
    this.sessions.stop();
  }

  #spaceOf({ space }: Pick<TopicSession, 'space'>): TopicSpace {
    return this.#spaces.get(space) as TopicSpace;
  }

  /** [TP10] False when this value was taken before. */
  #receive(session: TopicSession, packetId: number, batch: PublishBatch): boolean {
    const isNew = !session.received.has(packetId);
    session.received.add(packetId);
    // Said again even when it is known: the commit of the first time may still be under way.
    if (session.isKept) batch.changes.push(this.#journal.receivedRecord(session.key, packetId));
    return isNew;
  }

  #settle(batch: PublishBatch, result: PublishResult): PublishResult | Promise<PublishResult> {
    if (batch.changes.length === 0) {
      batch.run();
      return result;
    }
    return this.#journal.commit(batch.changes).then(() => {
      batch.run();
      return result;
    }, refusalFrom);
  }

  /** [TP12] The value stays with its topic; an empty one takes away what was there. */
  #retain(space: TopicSpace, publication: Publication, batch: PublishBatch): Refusal | null {
    const { topic, payload } = publication;
    const key = `${space.name}/${topic}`;
    const isRemoval = payload.length === 0;
    if (isRemoval) {
      // [MQTT-3.3.1-10] [MQTT-3.3.1-11] (5: -6, -7)
      if (!space.retained.remove(topic)) return null;
    } else if (!space.retained.hasRoomFor(publication)) {
      this.counters.notRetained++;
      return refuse('limit.topics', { limit: this.#ports.limits.topicRetainedMax });
    } else {
      space.retained.set(publication);
    }
    const value = isRemoval ? null : encodePublication(publication);
    const change = { space: TOPIC_SPACE.retained, key, value };
    if (publication.qos === 0) {
      this.#unsaved.set(key, change);
      this.sessions.sweepSoon();
    } else {
      this.#unsaved.delete(key);
      batch.changes.push(change);
    }
    return null;
  }

  #saveUnsaved(): void {
    if (this.#unsaved.size === 0) return;
    const changes = [...this.#unsaved.values()];
    this.#unsaved.clear();
    this.#journal.note(changes);
  }

  #subscribe(
    session: TopicSession,
    { filter: text, ...options }: SubscribeRequest & { id: number },
    {
      retained,
      isElsewhere,
    }: { retained: (() => void)[]; isElsewhere: (levels: readonly string[]) => boolean },
  ): Qos | Refusal {
    const { topicLevelsMax, topicSubscriptionsMax } = this.#ports.limits;
    const filter = parseTopicFilter(text, topicLevelsMax);
    if (filter === null) return refuse('request.invalid');
    const space = this.#spaceOf(session);
    const isOurs = filter.group !== null || !isElsewhere(filter.levels);
    if (isOurs && !space.access.maySubscribe(session.owner, filter.levels))
      return refuse(space.access.refusal);
    const before = session.subscriptions.get(text);
    if (before === undefined && session.subscriptions.size >= topicSubscriptionsMax) {
      return refuse('limit.topics', { limit: topicSubscriptionsMax });
    }
    if (before !== undefined) space.routes.remove(before);
    const subscription = { session, filter, options };
    session.subscriptions.set(text, subscription);
    space.routes.add(subscription);
    const wantsRetained =
      options.retainHandling === 0 || (options.retainHandling === 1 && before === undefined);
    if (wantsRetained && filter.group === null) {
      retained.push(() => this.#addRetained(space, session, { filter, options }));
    }
    return options.qos;
  }

  #addRetained(
    space: TopicSpace,
    session: TopicSession,
    { filter, options }: { filter: TopicFilter; options: SubscriptionOptions },
  ): void {
    const nowMs = this.#ports.clock.nowMs();
    const found = space.retained
      .match(filter.levels)
      .filter((value) => !value.isExpired(nowMs) && space.access.mayRead(session.owner, value.topic));
    // A client that asks again and again without reading gets what it can take, once.
    if (session.backlog.count + found.length > this.#ports.limits.topicRetainedMax) return;
    session.backlog.add(found, { qos: options.qos, ids: options.id === 0 ? null : [options.id] });
  }

  #afterSaving<Result>(session: TopicSession, result: Result): Result | Promise<Result | Refusal> {
    if (!session.isKept) return result;
    const change = this.#journal.sessionRecord(session.key, session.toStored());
    return this.#journal.commit([change]).then(() => result, refusalFrom);
  }

  #publishWill(session: TopicSession, publication: Publication): void {
    this.counters.willsPublished++;
    const space = this.#spaceOf(session);
    const batch = new PublishBatch();
    if (publication.isRetained) this.#retain(space, publication, batch);
    publication.shareForms();
    space.route(publication, null, batch);
    const settled = this.#settle(batch, DUPLICATE);
    if (!(settled instanceof Promise)) publication.dropForms();
    else settled.finally(() => publication.dropForms()).catch(this.#ports.onFailure);
  }
}
