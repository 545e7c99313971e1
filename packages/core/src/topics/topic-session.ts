import type { SessionDevice } from '../accounts/left-devices.ts';
import type { RecordChange } from '../ports/record-store.ts';
import { type OutboundMessage, OutboundWindow, type WindowLimits } from './outbound-window.ts';
import type { Publication, Qos } from './publication.ts';
import { PublishBatch } from './publish-batch.ts';
import { RetainedBacklog } from './retained-backlog.ts';
import type { Route, Subscription } from './subscription.ts';
import type { TopicOwner } from './topic-access.ts';
import type { TopicCounters } from './topic-counters.ts';
import type { TopicJournal } from './topic-journal.ts';
import { type TopicLink, toHow } from './topic-link.ts';
import { forget, type StoredSession, type StoredWill, TOPIC_SPACE, toNoteKey } from './topic-records.ts';

export interface TopicSessionDeps {
  readonly limits: WindowLimits;
  readonly counters: TopicCounters;
  readonly journal: TopicJournal;
  readonly nowMs: () => number;
  readonly sweepSoon: () => void;
  readonly onFailure: (error: unknown) => void;
}

export interface TopicSessionInit {
  readonly key: string;
  readonly space: string;
  readonly owner: TopicOwner;
  readonly clientId: string;
}

/**
 * What is known of one client, connected or not: its subscriptions, what it is owed, what it sent half-way, its will.
 *
 *   ──open──▶ connected ──close──▶ away ──expiry──▶ ended
 *                 ▲                  │
 *                 └──────open────────┘
 */
export class TopicSession {
  readonly key: string;
  readonly space: string;
  readonly owner: TopicOwner;
  readonly clientId: string;
  readonly subscriptions = new Map<string, Subscription>();
  /** Packet identifiers of exactly-once values that were taken and not yet released. */
  readonly received = new Set<number>();
  readonly window: OutboundWindow;
  readonly backlog: RetainedBacklog;
  link: TopicLink | null = null;
  /** Seconds it is kept after its connection; 0: it ends with it. */
  expiryS = 0;
  will: StoredWill | null = null;
  /** What its client last signed in as for it; null where it came as somebody else's device, or as nobody. */
  device: SessionDevice | null = null;
  /** The store knows of it. */
  isRecorded = false;
  /** Wall time at which the connection ended; 0 while there is one. */
  endedAtMs = 0;
  /** What a gateway keeps with the session, by names and in encodings of its own. It bounds them. */
  readonly notes = new Map<string, Uint8Array>();
  readonly #deps: TopicSessionDeps;

  constructor(init: TopicSessionInit, deps: TopicSessionDeps) {
    this.key = init.key;
    this.space = init.space;
    this.owner = init.owner;
    this.clientId = init.clientId;
    this.#deps = deps;
    this.window = new OutboundWindow(init.key, deps);
    this.backlog = new RetainedBacklog(this);
  }

  /** [TP7] It outlives its connection, and the process. */
  get isKept(): boolean {
    return this.expiryS > 0;
  }

  /** Sends what the last connection may not have heard, and then what has waited. After CONNACK. */
  start(link: TopicLink, receiveMaximum: number): void {
    if (this.link !== link) return;
    this.window.start(link, receiveMaximum);
    this.pump();
  }

  /** There is room again: in the window, or in what waits to be written. */
  pump(): void {
    if (this.link === null) return;
    this.window.pump(this.link, this.#deps.nowMs());
    this.backlog.pump();
  }

  /** [TP1] One value for this session. The hot path of fan-out. */
  deliver(publication: Publication, route: Route, batch: PublishBatch): void {
    const qos = publication.qos < route.qos ? publication.qos : route.qos;
    const isRetained = route.isRetainAsPublished && publication.isRetained;
    if (qos === 0) {
      this.#deliverOnce(publication, isRetained, route.ids);
    } else if (qos === 2 && !this.isKept) {
      // [TP10] What was stored of the publisher's side first: else a value could come twice.
      batch.afterwards(() => this.offer(publication, { qos, isRetained, ids: route.ids }, batch));
    } else {
      this.offer(publication, { qos, isRetained, ids: route.ids }, batch);
    }
  }

  /** A value with QoS 1 or 2: sent when there is room, else queued, and dropped when the queue is full (TP9). */
  offer(publication: Publication, { qos, isRetained, ids, done = null }: Offer, batch: PublishBatch): void {
    const { window } = this;
    const { link } = this;
    const isSentNow = link !== null && window.isOpen && link.hasRoom();
    if (!isSentNow && !window.hasRoomFor(publication)) {
      this.#deps.counters.dropped++;
      return;
    }
    const isStored = this.isKept;
    const message: OutboundMessage = {
      publication,
      qos,
      isRetained,
      subscriptionIds: ids,
      order: isStored ? this.#deps.journal.nextOrder() : 0,
      packetId: 0,
      state: 'waiting',
      isOpen: false,
      wasWritten: false,
      done,
    };
    if (isSentNow) window.begin(message);
    else window.add(message);
    if (isStored) this.#deps.journal.addOutbound(batch.changes, this.key, message);
    if (!isSentNow) return;
    if (qos === 1 || !isStored) window.write(message, link);
    else
      batch.afterwards(() => {
        if (this.link === link && message.state === 'waiting') window.write(message, link);
      });
  }

  /** The same for a value that comes by itself: one more commit, waited for by nobody but the value. */
  offerNow(publication: Publication, offer: Offer, changes: readonly RecordChange[] = []): void {
    const batch = new PublishBatch();
    batch.changes.push(...changes);
    this.offer(publication, offer, batch);
    if (batch.changes.length === 0) batch.run();
    else this.#deps.journal.commit(batch.changes).then(() => batch.run(), this.#deps.onFailure);
  }

  /** Takes a note away; lost with the process, it comes back. */
  forgetNote(name: string): void {
    if (this.notes.delete(name) && this.isKept)
      this.#deps.journal.note([forget(TOPIC_SPACE.notes, toNoteKey(this.key, name))]);
  }

  /** Sets a note; answers what makes it survive, for the commit of what it belongs to. */
  note(name: string, bytes: Uint8Array): RecordChange[] {
    // A copy: the caller's may be a small part of something large, all of which would stay.
    const value = new Uint8Array(bytes);
    this.notes.set(name, value);
    if (!this.isKept) return [];
    return [{ space: TOPIC_SPACE.notes, key: toNoteKey(this.key, name), value }];
  }

  /** Errors: what the record store throws. */
  saveNotes(changes: readonly RecordChange[]): Promise<void> {
    return this.#deps.journal.commit(changes);
  }

  toStored(): StoredSession {
    return {
      space: this.space,
      user: this.owner.user,
      clientId: this.clientId,
      expiryS: this.expiryS,
      endedAtMs: this.endedAtMs,
      will: this.will,
      device: this.device,
      subscriptions: [...this.subscriptions.values()].map(({ filter, options }) => ({
        filter: filter.text,
        ...options,
      })),
    };
  }

  #deliverOnce(publication: Publication, isRetained: boolean, ids: readonly number[] | null): void {
    const { link } = this;
    // [TP9] At most once: whoever is away or slow does without.
    if (link?.hasRoom() !== true) this.#deps.counters.dropped++;
    else link.publish(publication, toHow(0, isRetained, false), 0, ids);
  }
}

export interface Offer {
  readonly qos: Exclude<Qos, 0>;
  readonly isRetained: boolean;
  readonly ids: readonly number[] | null;
  /** Told once when the subscriber has it, unless the process ends before. */
  readonly done?: (() => void) | null;
}
