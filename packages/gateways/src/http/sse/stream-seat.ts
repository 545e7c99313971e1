import type { Delivery, Peer } from '@skein/core';
import type { Timer } from '@skein/model';
import type { DownFrameInit, PresenceListInit, SyncResultInit } from '@skein/protocol';
import type { CoreDoor } from '../../session/core-door.ts';
import { type Cursor, cursorAfter, syncFrom } from '../poll/cursor.ts';
import { type Problem, problemBody } from '../problem.ts';
import { type Outcome, Seat } from '../seat/seat.ts';
import { changesText, eventText, frameText, HEARTBEAT_TEXT, pushText } from './event-text.ts';

/** The answer that events are written to. */
export interface EventSink {
  readonly queuedBytes: number;
  write(text: string | Uint8Array): void;
  end(): void;
}

interface StreamSeatOptions {
  readonly core: CoreDoor;
  readonly peer: Peer;
  readonly sink: EventSink;
  readonly setTimer: (delayMs: number, fire: () => void) => Timer;
}

/** Delivered markers are told together; the same wait as a native client's. */
const ACKNOWLEDGE_MS = 200;

/**
 * Events for one reader, in the order of commit, each with the cursor after it (rule HT13).
 *
 *   catching-up ──last part──▶ live ──a hint, or too much at once──▶ catching-up
 *
 * A slow reader is not queued for: above its budget the core keeps a bit per conversation, and when it has read what there
 * is, it catches up from its own cursor in one answer. So the stream itself never skips and never repeats.
 */
export class StreamSeat extends Seat {
  readonly #options: StreamSeatOptions;
  readonly #budgetBytes: number;
  #cursor: Cursor | null = null;
  #pushText: (delivery: Delivery) => Uint8Array = pushText('');
  #encoding = '';
  #isCatchingUp = true;
  // Over its budget, and until all of it was taken: a push between the two would overtake a hint.
  #isFull = false;
  #pushes = 0;
  readonly #delivered = new Map<number, number>();
  #acknowledging: Timer | null = null;

  constructor(options: StreamSeatOptions) {
    super(options.core, options.peer);
    this.#options = options;
    this.#budgetBytes = options.core.limits.outboundBytesMax;
  }

  /** Begins after a cursor, or with the conversations as they are now. */
  start(epoch: string, from: Cursor | null, entries: number): void {
    this.#pushText = pushText(epoch);
    this.#encoding = `events ${epoch}`;
    this.#cursor = from;
    this.#catchUp(entries);
  }

  /** [HT20] How these users are there, whose changes are told from now on; null where it is about nobody. */
  async watch(users: readonly number[]): Promise<Outcome<PresenceListInit | null>> {
    if (users.length === 0) return { value: null };
    return this.answerTo({ case: 'findPresence', value: { users, watch: true, unknown: undefined } });
  }

  /** What was written has left. */
  taken(): void {
    this.#isFull = false;
    this.drained();
    this.#acknowledgeSoon();
  }

  /** A reader whose connection takes what is written is there. */
  pulse(): void {
    if (this.#options.sink.queuedBytes > 0) return;
    this.heartbeat();
    this.#options.sink.write(HEARTBEAT_TEXT);
  }

  protected override pushed(delivery: Delivery): void {
    this.#pushes++;
    // What comes after a hint is part of the answer that was asked for.
    if (this.#isCatchingUp) return;
    const { conversation, seq, position } = delivery.entry;
    this.#options.sink.write(delivery.encoded(this.#encoding, this.#pushText));
    if (this.#cursor !== null) this.#cursor = { epoch: this.#cursor.epoch, position };
    this.#delivered.set(conversation, seq);
    this.#acknowledgeSoon();
  }

  protected override heard(frame: DownFrameInit): void {
    if (frame.case === 'head' || frame.case === 'resync') {
      if (!this.#isCatchingUp) this.#catchUp(0);
      return;
    }
    const text = frameText(frame);
    if (text !== null) this.#options.sink.write(text);
  }

  protected override ended(problem: Problem): void {
    this.#acknowledging?.cancel();
    this.#options.sink.write(eventText('end', problemBody(problem).trimEnd()));
    this.#options.sink.end();
  }

  protected override queuedBytes(): number {
    const { queuedBytes } = this.#options.sink;
    if (queuedBytes >= this.#budgetBytes) this.#isFull = true;
    return this.#isFull ? Math.max(queuedBytes, this.#budgetBytes) : queuedBytes;
  }

  #catchUp(entries: number): void {
    this.#isCatchingUp = true;
    const { sink } = this.#options;
    void this.sync(syncFrom(this.#cursor, entries), (part) => {
      sink.write(changesText(part));
      this.#noteDelivered(part);
      if (part.more === true) return;
      this.#cursor = cursorAfter(part);
      this.#isCatchingUp = false;
    });
  }

  #noteDelivered({ changed = [] }: SyncResultInit): void {
    for (const { conversation = 0, head = 0, entries = [] } of changed) {
      if (entries.length > 0) this.#delivered.set(conversation, head);
    }
    this.#acknowledgeSoon();
  }

  #acknowledgeSoon(): void {
    if (this.#pushes === 0 && this.#delivered.size === 0) return;
    this.#acknowledging ??= this.#options.setTimer(ACKNOWLEDGE_MS, () => this.#acknowledge());
  }

  /** What the network took counts as received: a reader of events sends no acknowledgements. */
  #acknowledge(): void {
    this.#acknowledging = null;
    if (this.#options.sink.queuedBytes > 0) return;
    const delivered = [...this.#delivered].map(([conversation, seq]) => ({ conversation, seq }));
    this.#delivered.clear();
    this.received(this.#pushes, delivered);
  }
}
