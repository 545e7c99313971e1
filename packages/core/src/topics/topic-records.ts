import { deviceNumber, userNumber } from '@skein/model';
import { ProtocolError, Reader, Writer } from '@skein/protocol';
import type { SessionDevice } from '../accounts/left-devices.ts';
import type { RecordChange } from '../ports/record-store.ts';
import { StoreCorruptError } from '../ports/store.ts';
import { Publication, type PublishProperties, type Qos, type RetainHandling } from './publication.ts';

/** Spaces of the record store that the broker writes. */
export const TOPIC_SPACE = {
  sessions: 'topics.sessions',
  retained: 'topics.retained',
  messages: 'topics.messages',
  queue: 'topics.queue',
  received: 'topics.received',
  notes: 'topics.notes',
} as const;

/** A will as it waits to be published. */
export interface StoredWill {
  readonly publication: Publication;
  readonly delayS: number;
}

export interface StoredSubscription {
  readonly filter: string;
  readonly qos: Qos;
  readonly isNoLocal: boolean;
  readonly isRetainAsPublished: boolean;
  readonly retainHandling: RetainHandling;
  readonly id: number;
}

/** What survives of a session, beside its messages. */
export interface StoredSession {
  readonly space: string;
  readonly user: string | null;
  readonly clientId: string;
  readonly expiryS: number;
  /** Wall time; 0 while connected. */
  readonly endedAtMs: number;
  readonly will: StoredWill | null;
  readonly subscriptions: readonly StoredSubscription[];
  readonly device: SessionDevice | null;
}

/** A message in a session's queue or under way; the value itself is a record of its own, shared with other sessions. */
export interface StoredOutbound {
  readonly message: number;
  readonly qos: 1 | 2;
  readonly isRetained: boolean;
  readonly subscriptionIds: readonly number[];
  /** 0 while it waits. */
  readonly packetId: number;
  /** The other side has it and waits for the release. */
  readonly isReceived: boolean;
}

// The first number of every record: the version of its encoding.
const VERSION = 1;
const ORDER_DIGITS = 12;
const PACKET_ID_DIGITS = 4;
const NEVER = 0;
const writer = new Writer();

export function toMessageKey(record: number): string {
  return record.toString(36).padStart(ORDER_DIGITS, '0');
}

export function fromMessageKey(key: string): number {
  return Number.parseInt(key, 36);
}

export function toQueueKey(session: string, order: number): string {
  return session + order.toString(36).padStart(ORDER_DIGITS, '0');
}

export function fromQueueKey(key: string): { session: string; order: number } {
  const at = key.length - ORDER_DIGITS;
  return { session: key.slice(0, at), order: Number.parseInt(key.slice(at), 36) };
}

export function toReceivedKey(session: string, packetId: number): string {
  return session + packetId.toString(36).padStart(PACKET_ID_DIGITS, '0');
}

export function fromReceivedKey(key: string): { session: string; packetId: number } {
  const at = key.length - PACKET_ID_DIGITS;
  return { session: key.slice(0, at), packetId: Number.parseInt(key.slice(at), 36) };
}

/** A session's name has no U+0000, since no text of MQTT has. */
export function toNoteKey(session: string, name: string): string {
  return `${session}\0${name}`;
}

export function fromNoteKey(key: string): { session: string; name: string } {
  const at = key.lastIndexOf('\0');
  return { session: key.slice(0, at), name: key.slice(at + 1) };
}

export function forget(space: string, key: string): RecordChange {
  return { space, key, value: null };
}

export function encodePublication(publication: Publication): Uint8Array {
  writer.clear();
  writer.uint(VERSION);
  writePublication(publication);
  return writer.finish();
}

export function decodePublication(bytes: Uint8Array): Publication {
  return decode(bytes, readPublication);
}

export function encodeSession(session: StoredSession): Uint8Array {
  writer.clear();
  writer.uint(VERSION);
  writer.string(session.space);
  writer.bool(session.user !== null);
  writer.string(session.user ?? '');
  writer.string(session.clientId);
  writer.uint(session.expiryS);
  writer.uint(session.endedAtMs);
  writer.bool(session.will !== null);
  if (session.will !== null) {
    writePublication(session.will.publication);
    writer.uint(session.will.delayS);
  }
  writer.uint(session.subscriptions.length);
  for (const { filter, qos, isNoLocal, isRetainAsPublished, retainHandling, id } of session.subscriptions) {
    writer.string(filter);
    writer.uint(qos | (isNoLocal ? 4 : 0) | (isRetainAsPublished ? 8 : 0) | (retainHandling << 4));
    writer.uint(id);
  }
  if (session.device !== null) {
    writer.uint(session.device.user);
    writer.uint(session.device.device);
    writer.uint(session.device.knownAtMs);
  }
  return writer.finish();
}

export function decodeSession(bytes: Uint8Array): StoredSession {
  return decode(bytes, (reader) => {
    const space = reader.string();
    const hasUser = reader.bool();
    const user = reader.string();
    const clientId = reader.string();
    const expiryS = reader.uint();
    const endedAtMs = reader.uint();
    const will = reader.bool() ? { publication: readPublication(reader), delayS: reader.uint() } : null;
    const subscriptions = Array.from({ length: reader.uint() }, () => readSubscription(reader));
    // Records of before end here.
    const device = reader.at < reader.end ? readDevice(reader) : null;
    return { space, user: hasUser ? user : null, clientId, expiryS, endedAtMs, will, subscriptions, device };
  });
}

export function encodeOutbound(outbound: StoredOutbound): Uint8Array {
  writer.clear();
  writer.uint(VERSION);
  writer.uint(outbound.message);
  writer.uint(outbound.qos | (outbound.isRetained ? 4 : 0) | (outbound.isReceived ? 8 : 0));
  writer.uint(outbound.packetId);
  writer.uint(outbound.subscriptionIds.length);
  for (const id of outbound.subscriptionIds) writer.uint(id);
  return writer.finish();
}

export function decodeOutbound(bytes: Uint8Array): StoredOutbound {
  return decode(bytes, (reader) => {
    const message = reader.uint();
    const bits = reader.uint();
    const packetId = reader.uint();
    const subscriptionIds = Array.from({ length: reader.uint() }, () => reader.uint());
    return {
      message,
      qos: (bits & 3) === 2 ? 2 : 1,
      isRetained: (bits & 4) !== 0,
      isReceived: (bits & 8) !== 0,
      packetId,
      subscriptionIds,
    };
  });
}

function decode<Value>(bytes: Uint8Array, read: (reader: Reader) => Value): Value {
  try {
    const reader = new Reader(bytes);
    if (reader.uint() !== VERSION) throw new StoreCorruptError('a record of topics of an unknown version');
    return read(reader);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new StoreCorruptError('a record of topics', { cause: error });
  }
}

function readDevice(reader: Reader): SessionDevice {
  const [user, device] = [userNumber(reader.uint()), deviceNumber(reader.uint())];
  return { user, device, knownAtMs: reader.uint() };
}

function readSubscription(reader: Reader): StoredSubscription {
  const filter = reader.string();
  const bits = reader.uint();
  return {
    filter,
    qos: (bits & 3) as Qos,
    isNoLocal: (bits & 4) !== 0,
    isRetainAsPublished: (bits & 8) !== 0,
    retainHandling: ((bits >> 4) & 3) as RetainHandling,
    id: reader.uint(),
  };
}

function writePublication(publication: Publication): void {
  writer.string(publication.topic);
  writer.bytes(publication.payload);
  writer.uint(publication.qos | (publication.isRetained ? 4 : 0));
  writer.uint(publication.publishedAtMs);
  writer.bool(publication.properties !== null);
  if (publication.properties !== null) writeProperties(publication.properties);
}

function readPublication(reader: Reader): Publication {
  const topic = reader.string();
  const payload = reader.copy();
  const bits = reader.uint();
  const publishedAtMs = reader.uint();
  const properties = reader.bool() ? readProperties(reader) : null;
  return new Publication({
    topic,
    payload,
    qos: (bits & 3) as Qos,
    isRetained: (bits & 4) !== 0,
    properties,
    publishedAtMs,
  });
}

function writeProperties(properties: PublishProperties): void {
  writer.bool(properties.isText);
  // A time to live of 0 is a value of its own.
  writer.uint(properties.expiryS === null ? NEVER : properties.expiryS + 1);
  writeOptional(properties.contentType);
  writeOptional(properties.responseTopic);
  writer.bool(properties.correlationData !== null);
  if (properties.correlationData !== null) writer.bytes(properties.correlationData);
  writer.uint(properties.userProperties.length);
  for (const [name, value] of properties.userProperties) {
    writer.string(name);
    writer.string(value);
  }
}

function readProperties(reader: Reader): PublishProperties {
  const isText = reader.bool();
  const expiry = reader.uint();
  return {
    isText,
    expiryS: expiry === NEVER ? null : expiry - 1,
    contentType: readOptional(reader),
    responseTopic: readOptional(reader),
    correlationData: reader.bool() ? reader.copy() : null,
    userProperties: Array.from({ length: reader.uint() }, (): [string, string] => [
      reader.string(),
      reader.string(),
    ]),
  };
}

function writeOptional(text: string | null): void {
  writer.bool(text !== null);
  if (text !== null) writer.string(text);
}

function readOptional(reader: Reader): string | null {
  return reader.bool() ? reader.string() : null;
}
