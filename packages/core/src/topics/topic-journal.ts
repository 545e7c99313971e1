import type { RecordChange, RecordStore } from '../ports/record-store.ts';
import type { OutboundMessage } from './outbound-window.ts';
import type { Publication } from './publication.ts';
import {
  encodeOutbound,
  encodePublication,
  encodeSession,
  forget,
  type StoredSession,
  TOPIC_SPACE,
  toMessageKey,
  toQueueKey,
  toReceivedKey,
} from './topic-records.ts';

/**
 * What the broker keeps in the record store, and how it says so. A value is one record however many sessions it waits
 * for; each of them has a small one that points to it.
 */
export class TopicJournal {
  readonly #records: RecordStore;
  readonly #onFailure: (error: unknown) => void;
  #lastMessage = 0;
  #lastOrder = 0;

  constructor(records: RecordStore, onFailure: (error: unknown) => void) {
    this.#records = records;
    this.#onFailure = onFailure;
  }

  /** Goes on behind what was loaded. */
  continueAfter(message: number, order: number): void {
    this.#lastMessage = Math.max(this.#lastMessage, message);
    this.#lastOrder = Math.max(this.#lastOrder, order);
  }

  /** A place at the end of some session's queue. */
  nextOrder(): number {
    return ++this.#lastOrder;
  }

  /** Errors: what the record store throws. */
  commit(changes: readonly RecordChange[]): Promise<void> {
    return this.#records.commitRecords(changes);
  }

  /** What need not be waited for: lost with the process, it is found again and done again. */
  note(changes: readonly RecordChange[]): void {
    this.#records.commitRecords(changes).catch(this.#onFailure);
  }

  /** Adds what makes a queued message survive. */
  addOutbound(changes: RecordChange[], session: string, message: OutboundMessage): void {
    this.#addMessage(changes, message.publication);
    changes.push(this.#outboundRecord(session, message));
  }

  /** The message has an identifier, or the other side has it. */
  async keepOutbound(session: string, message: OutboundMessage): Promise<void> {
    try {
      await this.commit([this.#outboundRecord(session, message)]);
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }

  forgetOutbound(session: string, message: OutboundMessage): void {
    if (message.order === 0) return;
    const changes = [forget(TOPIC_SPACE.queue, toQueueKey(session, message.order))];
    const { publication } = message;
    if (--publication.keepers === 0) {
      changes.push(forget(TOPIC_SPACE.messages, toMessageKey(publication.record)));
      publication.record = 0;
    }
    this.note(changes);
  }

  sessionRecord(key: string, session: StoredSession): RecordChange {
    return { space: TOPIC_SPACE.sessions, key, value: encodeSession(session) };
  }

  receivedRecord(session: string, packetId: number): RecordChange {
    return { space: TOPIC_SPACE.received, key: toReceivedKey(session, packetId), value: new Uint8Array(0) };
  }

  #addMessage(changes: RecordChange[], publication: Publication): void {
    if (publication.keepers++ > 0) return;
    publication.record = ++this.#lastMessage;
    const key = toMessageKey(publication.record);
    changes.push({ space: TOPIC_SPACE.messages, key, value: encodePublication(publication) });
  }

  #outboundRecord(session: string, message: OutboundMessage): RecordChange {
    const value = encodeOutbound({
      message: message.publication.record,
      qos: message.qos,
      isRetained: message.isRetained,
      subscriptionIds: message.subscriptionIds ?? [],
      packetId: message.packetId,
      isReceived: message.state === 'received',
    });
    return { space: TOPIC_SPACE.queue, key: toQueueKey(session, message.order), value };
  }
}
