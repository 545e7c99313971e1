import { Publication } from '@skein/core';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import type { Version } from '../codec/packets.ts';
import { describeEntry } from './describe-entry.ts';

export interface EntryPlace {
  readonly topic: string;
  readonly conversation: number;
  readonly from: string;
  /** The other one of a direct conversation; null in a group. */
  readonly other: string | null;
}

/**
 * [MQ13] An entry as a value. MQTT 5: the text as payload, everything else as user properties. MQTT 3.1.1 has none, so the
 * payload is a JSON object of both.
 */
export function toPublication(entry: ToldEntry, place: EntryPlace, version: Version): Publication {
  const { kind, text, contentType, more } = describeEntry(entry);
  const time = new Date(entry.timeMs).toISOString();
  const { conversation, from, topic, other } = place;
  const where = other === null ? {} : { with: other };
  const { seq, ordinal, timeMs: publishedAtMs } = entry;
  const base = { topic, qos: 2, isRetained: false, publishedAtMs } as const;
  if (version === 4) {
    const said = { conversation, ...where, seq, n: ordinal, from, time, kind, ...more, text };
    return new Publication({ ...base, payload: Buffer.from(JSON.stringify(said)), properties: null });
  }
  const userProperties: [string, string][] = Object.entries({
    conversation: String(conversation),
    ...where,
    seq: String(seq),
    n: String(ordinal),
    from,
    time,
    kind,
    ...more,
  });
  const properties = {
    isText: true,
    expiryS: null,
    contentType,
    responseTopic: null,
    correlationData: null,
    userProperties,
  };
  return new Publication({ ...base, payload: Buffer.from(text), properties });
}

/** Something that passes: a JSON object in both versions, sent at most once. */
export function toEvent(topic: string, said: Readonly<Record<string, unknown>>, nowMs: number): Publication {
  const payload = Buffer.from(JSON.stringify(said));
  return new Publication({
    topic,
    payload,
    qos: 0,
    isRetained: false,
    properties: null,
    publishedAtMs: nowMs,
  });
}
