import { matches, type Qos, type RecordChange, type TopicSession } from '@skein/core';
import type { Clock } from '@skein/model';
import type { ConversationState, DownFrame, Marker, Typing } from '@skein/protocol';
import type { CoreClient } from '../../session/client/core-client.ts';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import type { Version } from '../codec/packets.ts';
import type { Subscriber } from '../subscriber.ts';
import { isChatFilter, topicsOf } from './chat-topics.ts';
import { toEvent, toPublication } from './entry-publication.ts';

export interface InboxParts {
  readonly client: CoreClient;
  readonly session: TopicSession;
  readonly subscriber: Subscriber;
  readonly version: Version;
  readonly me: string;
  readonly clock: Clock;
  readonly onBug: (error: unknown) => void;
}

interface Held {
  readonly conversation: number;
  readonly entry: ToldEntry;
}

interface Way {
  readonly topic: string;
  readonly qos: Qos;
  readonly ids: readonly number[] | null;
  readonly isNoLocal: boolean;
}

// The name of the note that says that a session has an inbox: what is made after that is told from its start.
const BEGAN = 'inbox';
const NO_BYTES = new Uint8Array(0);
const AT_MOST_ONCE = 0;

/**
 * One's own conversations as values (MQ12, MQ13). The session keeps a cursor per conversation, not a queue: entries are read
 * from the log as fast as the subscriber takes them. What is under way is kept by the session, and its cursor moves in the
 * same commit, so nothing is told twice with QoS 2 and nothing is left out, whatever ends (MQ15).
 */
export class ChatInbox {
  readonly #parts: InboxParts;
  readonly #held: Held[] = [];
  readonly #delivered = new Map<number, number>();
  // Heads at the beginning, until they are noted.
  readonly #firstHeads = new Map<number, number>();
  // The other one of each direct conversation.
  readonly #peers = new Map<number, number>();
  #isFollowing = false;
  #isDraining = false;
  #isBlocked = false;
  #isAcknowledging = false;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /**
   * Entries wait for the subscriber: the core is to leave further ones in the log. Those that wait for a name do not count, since
   * the core gives a name only when there is room.
   */
  get isFull(): boolean {
    return this.#isBlocked;
  }

  /** Begins to follow the conversations when there is a filter that wants them. */
  async follow(): Promise<void> {
    const { session, client, me } = this.#parts;
    const isWanted = [...session.subscriptions.values()].some(({ filter }) =>
      isChatFilter(filter.levels, me),
    );
    if (!isWanted || this.#isFollowing) return;
    this.#isFollowing = true;
    await client.follow();
    if (session.notes.has(BEGAN)) return;
    const changes = [...session.note(BEGAN, NO_BYTES)];
    for (const [conversation, seq] of this.#firstHeads) changes.push(...this.#move(conversation, seq));
    this.#firstHeads.clear();
    if (changes.length > 0) await session.saveNotes(changes);
  }

  /** Behind which seq this session wants entries. */
  positionOf({ conversation, head, first }: ConversationState): number {
    const { notes } = this.#parts.session;
    const noted = notes.get(noteOf(conversation));
    if (noted !== undefined) return Number(Buffer.from(noted).toString());
    if (notes.has(BEGAN)) return first - 1;
    this.#firstHeads.set(conversation, head);
    return head;
  }

  learn({ conversation, peer }: ConversationState): void {
    if (peer !== 0) this.#peers.set(conversation, peer);
  }

  entry(conversation: number, entry: ToldEntry): void {
    this.#held.push({ conversation, entry });
    this.pump();
  }

  /** The subscriber took something. */
  pump(): void {
    if (this.#isDraining || this.#held.length === 0) return;
    this.#isDraining = true;
    this.#drain()
      .then(() => {
        this.#isDraining = false;
        if (this.#held.length === 0) this.#parts.client.drained();
      })
      .catch(this.#parts.onBug);
  }

  marker({ conversation, user, read, delivered, mine }: Marker): void {
    const said = mine === undefined ? { read, delivered } : { read: mine.seq };
    void this.#tell(conversation, user, { event: 'read', said });
  }

  typing({ conversation, user, stopped }: Typing): void {
    void this.#tell(conversation, user, { event: 'typing', said: { stopped } });
  }

  other(frame: DownFrame): void {
    if (frame.case !== 'transient') return;
    const { conversation, user, text, will } = frame.value;
    void this.#tell(conversation, user, { event: 'transient', said: { text, will } });
  }

  /** MQTT 3.1.1 has no word for it, so it is told beside. */
  refused(topic: string, code: string): void {
    this.#event(0, 'refused', { topic, code });
  }

  async #drain(): Promise<void> {
    for (;;) {
      const next = this.#held[0];
      if (next === undefined) return;
      const from = await this.#nameOf(next.entry.sender);
      const peer = this.#peers.get(next.conversation);
      const other = peer === undefined ? null : await this.#nameOf(peer);
      this.#isBlocked = !this.#deliver(next, from, other);
      if (this.#isBlocked) return;
      this.#held.shift();
    }
  }

  #nameOf(user: number): string | Promise<string> {
    const { people } = this.#parts.client;
    return people.known(user) ?? people.idOf(user);
  }

  /** False when there is no room. */
  #deliver({ conversation, entry }: Held, from: string, other: string | null): boolean {
    const { session, subscriber, version, me, client } = this.#parts;
    const way = this.#wayOf(conversation, '');
    if (way === null || (way.isNoLocal && from === me)) {
      this.#save(conversation, entry.seq);
      return true;
    }
    if (!subscriber.hasRoom()) return false;
    const { topic, qos, ids } = way;
    const publication = toPublication(entry, { topic, conversation, from, other }, version);
    if (qos === AT_MOST_ONCE) {
      subscriber.publish(publication, AT_MOST_ONCE, 0, ids);
      this.#save(conversation, entry.seq);
      this.#received(conversation, entry.seq);
      return true;
    }
    if (!session.window.isOpen || !client.isOpen) return false;
    const done = (): void => this.#received(conversation, entry.seq);
    session.offerNow(publication, { qos, isRetained: false, ids, done }, this.#move(conversation, entry.seq));
    return true;
  }

  #wayOf(conversation: number, event: string): Way | null {
    const { session, me } = this.#parts;
    for (const topic of topicsOf(conversation, me, event)) {
      const taken = [...session.subscriptions.values()].filter(
        ({ filter }) => filter.group === null && matches(filter.levels, topic),
      );
      if (taken.length === 0) continue;
      const ids = taken.map(({ options }) => options.id).filter((id) => id !== 0);
      return {
        topic,
        qos: taken.reduce<Qos>((qos, { options }) => (options.qos > qos ? options.qos : qos), AT_MOST_ONCE),
        ids: ids.length === 0 ? null : ids,
        isNoLocal: taken.every(({ options }) => options.isNoLocal),
      };
    }
    return null;
  }

  #move(conversation: number, seq: number): RecordChange[] {
    return this.#parts.session.note(noteOf(conversation), Buffer.from(String(seq)));
  }

  #save(conversation: number, seq: number): void {
    const changes = this.#move(conversation, seq);
    // Lost with the process, it is told once more or not at all, which is what QoS 0 promises.
    if (changes.length > 0) this.#parts.session.saveNotes(changes).catch(() => undefined);
  }

  /** [MQ16] The subscriber has it: the delivered marker follows, together with those of the same turn. */
  #received(conversation: number, seq: number): void {
    this.#delivered.set(conversation, Math.max(seq, this.#delivered.get(conversation) ?? 0));
    if (this.#isAcknowledging) return;
    this.#isAcknowledging = true;
    setImmediate(() => {
      this.#isAcknowledging = false;
      const delivered = [...this.#delivered].map(([of, upTo]) => ({ conversation: of, seq: upTo }));
      this.#delivered.clear();
      this.#parts.client.acknowledge(delivered);
    });
  }

  async #tell(
    conversation: number,
    user: number,
    { event, said }: { event: string; said: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    if (this.#wayOf(conversation, event) === null) return;
    const from = await this.#nameOf(user);
    this.#event(conversation, event, { conversation, from, ...said });
  }

  #event(conversation: number, event: string, said: Readonly<Record<string, unknown>>): void {
    const way = this.#wayOf(conversation, event);
    const { subscriber, clock } = this.#parts;
    if (way === null || !subscriber.hasRoom()) return;
    subscriber.publish(toEvent(way.topic, said, clock.nowMs()), AT_MOST_ONCE, 0, way.ids);
  }
}

function noteOf(conversation: number): string {
  return `c${conversation}`;
}
