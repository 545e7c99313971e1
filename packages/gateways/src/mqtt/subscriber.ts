import type { Publication, TopicLink } from '@skein/core';
import type { Clock } from '@skein/model';
import type { Version } from './codec/packets.ts';
import {
  type AliasUse,
  formKey,
  hasLifetime,
  type PublishForm,
  patched,
  toForm,
} from './codec/publish-form.ts';
import { REASON, type ReasonCode } from './codec/reason-codes.ts';
import { encodeAcknowledgement } from './codec/write-packet.ts';

/** What a subscriber's CONNECT says of how it wants to be written to. */
export interface SubscriberTerms {
  readonly version: Version;
  readonly packetBytesMax: number;
  readonly topicAliasMaximum: number;
}

/** Where its bytes go. */
export interface SubscriberOut {
  write(bytes: Uint8Array): void;
  hasRoom(): boolean;
  /** Ends the connection, in MQTT 5 with the reason. */
  end(reason: ReasonCode, detail: string): void;
}

/** One connected client, as the broker writes to it. Values are encoded once per form, whoever asks first (MQ4). */
export class Subscriber implements TopicLink {
  readonly #terms: SubscriberTerms;
  readonly #out: SubscriberOut;
  readonly #clock: Clock;
  // [MQTT-3.3.2-9] Topic → alias on this connection, as many as the client allows.
  readonly #aliases = new Map<string, number>();

  constructor(terms: SubscriberTerms, out: SubscriberOut, clock: Clock) {
    this.#terms = terms;
    this.#out = out;
    this.#clock = clock;
  }

  publish(
    publication: Publication,
    how: number,
    packetId: number,
    subscriptionIds: readonly number[] | null,
  ): boolean {
    const { version, packetBytesMax, topicAliasMaximum } = this.#terms;
    // MQTT 3.1.1 knows no identifiers of subscriptions.
    const ids = version === 5 ? subscriptionIds : null;
    const [use, alias] = topicAliasMaximum === 0 ? NO_ALIAS : this.#aliasFor(publication.topic);
    const form = this.#formOf(publication, how, ids, use);
    if (form.bytes.length > packetBytesMax) {
      if (use === 'given') this.#aliases.delete(publication.topic);
      return false;
    }
    this.#out.write(patched(form, how, packetId, alias));
    return true;
  }

  release(packetId: number): void {
    this.#out.write(
      encodeAcknowledgement('pubrel', packetId, { reason: REASON.success }, this.#terms.version),
    );
  }

  hasRoom(): boolean {
    return this.#out.hasRoom();
  }

  takenOver(): void {
    this.#out.end(REASON.sessionTakenOver, 'the session goes on elsewhere');
  }

  #formOf(
    publication: Publication,
    how: number,
    subscriptionIds: readonly number[] | null,
    alias: AliasUse,
  ): PublishForm {
    const { version } = this.#terms;
    const isAlive = hasLifetime(publication, version);
    const key = formKey(version, how, subscriptionIds, alias);
    const known = isAlive ? undefined : publication.form<PublishForm>(key);
    if (known !== undefined) return known;
    const form = toForm(publication, { version, how, subscriptionIds, alias }, this.#clock.nowMs());
    if (!isAlive) publication.keepForm(key, form);
    return form;
  }

  #aliasFor(topic: string): readonly [AliasUse, number] {
    const known = this.#aliases.get(topic);
    if (known !== undefined) return ['used', known];
    if (this.#aliases.size >= this.#terms.topicAliasMaximum) return NO_ALIAS;
    const alias = this.#aliases.size + 1;
    this.#aliases.set(topic, alias);
    return ['given', alias];
  }
}

const NO_ALIAS: readonly [AliasUse, number] = ['none', 0];
