import type { TopicSession, Topics } from '@skein/core';
import type { Clock } from '@skein/model';
import { AnswerLane } from './answer-lane.ts';
import type { ChatLine } from './chat/chat-line.ts';
import type { Disconnect, Version } from './codec/packets.ts';
import type { ReasonCode } from './codec/reason-codes.ts';
import type { Subscriber } from './subscriber.ts';

/** What a handler of packets may do to the connection they came on. */
export interface ConnectionOut {
  write(bytes: Uint8Array): void;
  /** Ends the connection, in MQTT 5 with the reason. */
  end(reason: ReasonCode, detail: string): void;
  /** The client takes its leave. */
  goodbye(packet: Disconnect): void;
  /** Answers are waited for: nothing more is read while too many are. */
  answersChanged(): void;
}

export interface LiveParts {
  readonly topics: Topics;
  readonly out: ConnectionOut;
  readonly subscriber: Subscriber;
  readonly session: TopicSession;
  readonly version: Version;
  /** The conversations of whoever signed in. */
  readonly chat: ChatLine;
  /** The session is older than this connection. */
  readonly isResumed: boolean;
  /** The client takes reason strings. */
  readonly wantsReasons: boolean;
  readonly clock: Clock;
  /** How many values with QoS 1 or 2 the client may have open: our Receive Maximum. */
  readonly openMax: number;
}

/** A connection between its CONNACK and its end: what the handlers of its packets share. */
export class LiveConnection {
  readonly topics: Topics;
  readonly out: ConnectionOut;
  readonly subscriber: Subscriber;
  readonly session: TopicSession;
  readonly version: Version;
  readonly chat: ChatLine;
  readonly isResumed: boolean;
  readonly wantsReasons: boolean;
  readonly clock: Clock;
  readonly openMax: number;
  readonly answers = new AnswerLane();
  /** [MQTT-3.3.2-10] Alias → topic, for this connection only. */
  readonly aliases = new Map<number, string>();
  /** Values with QoS 1 or 2 of this client that were not answered to the end. */
  openCount = 0;

  constructor(parts: LiveParts) {
    this.topics = parts.topics;
    this.out = parts.out;
    this.subscriber = parts.subscriber;
    this.session = parts.session;
    this.version = parts.version;
    this.chat = parts.chat;
    this.isResumed = parts.isResumed;
    this.wantsReasons = parts.wantsReasons;
    this.clock = parts.clock;
    this.openMax = parts.openMax;
  }

  answer<Result>(result: Result | Promise<Result>, write: (result: Result) => void): void {
    this.answers.add(result, (known) => {
      write(known);
      this.out.answersChanged();
    });
    if (!this.answers.isEmpty) this.out.answersChanged();
  }
}
