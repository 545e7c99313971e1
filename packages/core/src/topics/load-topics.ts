import { allRecords, type RecordStore } from '../ports/record-store.ts';
import type { OutboundMessage } from './outbound-window.ts';
import type { Publication } from './publication.ts';
import { parseTopicFilter } from './topic-filter.ts';
import type { TopicJournal } from './topic-journal.ts';
import {
  decodeOutbound,
  decodePublication,
  decodeSession,
  forget,
  fromMessageKey,
  fromNoteKey,
  fromQueueKey,
  fromReceivedKey,
  type StoredOutbound,
  TOPIC_SPACE,
  toMessageKey,
} from './topic-records.ts';
import type { TopicSessions } from './topic-sessions.ts';
import type { TopicSpace } from './topic-space.ts';

export interface LoadTarget {
  readonly journal: TopicJournal;
  readonly spaces: ReadonlyMap<string, TopicSpace>;
  readonly sessions: TopicSessions;
}

/**
 * [TP15] Brings the broker to where the store says it was. What points to nothing, as after a space was switched off, is
 * forgotten.
 *
 * Errors: throws StoreUnavailableError or StoreCorruptError.
 */
export async function loadTopics(records: RecordStore, target: LoadTarget): Promise<void> {
  await loadRetained(records, target);
  await loadSessions(records, target);
  await loadQueues(records, target);
  for await (const { key, value } of allRecords(records, TOPIC_SPACE.notes)) {
    const { session, name } = fromNoteKey(key);
    const known = target.sessions.find(session);
    if (known === undefined) target.journal.note([forget(TOPIC_SPACE.notes, key)]);
    else known.notes.set(name, value);
  }
  for await (const { key } of allRecords(records, TOPIC_SPACE.received)) {
    const { session, packetId } = fromReceivedKey(key);
    const known = target.sessions.find(session);
    if (known === undefined) target.journal.note([forget(TOPIC_SPACE.received, key)]);
    else known.received.add(packetId);
  }
}

async function loadRetained(records: RecordStore, { spaces }: LoadTarget): Promise<void> {
  for await (const { key, value } of allRecords(records, TOPIC_SPACE.retained)) {
    const publication = decodePublication(value);
    const space = spaces.get(key.slice(0, key.indexOf('/')));
    if (space?.retained.hasRoomFor(publication) === true) space.retained.set(publication);
  }
}

async function loadSessions(records: RecordStore, { journal, spaces, sessions }: LoadTarget): Promise<void> {
  for await (const { key, value } of allRecords(records, TOPIC_SPACE.sessions)) {
    const stored = decodeSession(value);
    const space = spaces.get(stored.space);
    if (space === undefined) {
      journal.note([forget(TOPIC_SPACE.sessions, key)]);
      continue;
    }
    const { user, clientId } = stored;
    const session = sessions.create({ key, space: stored.space, owner: { user }, clientId });
    session.isRecorded = true;
    session.expiryS = stored.expiryS;
    session.endedAtMs = stored.endedAtMs;
    session.will = stored.will;
    session.device = stored.device;
    for (const { filter: text, ...options } of stored.subscriptions) {
      const filter = parseTopicFilter(text, Number.POSITIVE_INFINITY);
      if (filter === null) continue;
      const subscription = { session, filter, options };
      session.subscriptions.set(text, subscription);
      space.routes.add(subscription);
    }
  }
}

async function loadQueues(records: RecordStore, { journal, sessions }: LoadTarget): Promise<void> {
  const messages = new Map<number, Publication>();
  for await (const { key, value } of allRecords(records, TOPIC_SPACE.messages)) {
    const publication = decodePublication(value);
    publication.record = fromMessageKey(key);
    messages.set(publication.record, publication);
    journal.continueAfter(publication.record, 0);
  }
  for await (const { key, value } of allRecords(records, TOPIC_SPACE.queue)) {
    const { session: sessionKey, order } = fromQueueKey(key);
    journal.continueAfter(0, order);
    const stored = decodeOutbound(value);
    const publication = messages.get(stored.message);
    const session = sessions.find(sessionKey);
    if (publication === undefined || session === undefined) {
      journal.note([forget(TOPIC_SPACE.queue, key)]);
      continue;
    }
    publication.keepers++;
    session.window.add(toOutbound(stored, publication, order));
  }
  for (const [record, { keepers }] of messages) {
    if (keepers === 0)
      journal.note([{ space: TOPIC_SPACE.messages, key: toMessageKey(record), value: null }]);
  }
}

function toOutbound(stored: StoredOutbound, publication: Publication, order: number): OutboundMessage {
  const isUnderWay = stored.packetId !== 0;
  return {
    publication,
    qos: stored.qos,
    isRetained: stored.isRetained,
    subscriptionIds: stored.subscriptionIds.length === 0 ? null : stored.subscriptionIds,
    order,
    packetId: stored.packetId,
    state: stored.isReceived ? 'received' : isUnderWay ? 'sent' : 'waiting',
    isOpen: false,
    wasWritten: isUnderWay,
    done: null,
  };
}
