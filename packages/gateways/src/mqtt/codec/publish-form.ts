import { isDuplicateHow, isRetainedHow, type Publication, qosOfHow } from '@skein/core';
import { PacketWriter, varintBytes } from './packet-writer.ts';
import { PACKET_TYPE, type Version } from './packets.ts';
import { PROPERTY } from './properties.ts';

/** How a subscriber's topic aliases take part: not; the topic is given a number; the number stands for the topic. */
export type AliasUse = 'none' | 'given' | 'used';

export interface PublishShape {
  readonly version: Version;
  /** QoS, RETAIN and DUP, as the core packs them. */
  readonly how: number;
  readonly subscriptionIds: readonly number[] | null;
  readonly alias: AliasUse;
}

/**
 * A PUBLISH as bytes that many connections write. What differs between them is written into a copy: the packet
 * identifier, the alias, and DUP in the first byte.
 */
export interface PublishForm {
  readonly bytes: Buffer;
  /** Where the packet identifier stands; 0: there is none. */
  readonly packetIdAt: number;
  /** Where the alias stands; 0: there is none. */
  readonly aliasAt: number;
}

const DUPLICATE = 8;
const MS_PER_S = 1_000;

/** Tells forms of one publication apart: those with the same key have the same bytes but for what is patched. */
export function formKey(
  version: Version,
  how: number,
  subscriptionIds: readonly number[] | null,
  alias: AliasUse,
): number | string {
  const number =
    (version === 5 ? 1 : 0) | (qosOfHow(how) << 1) | (isRetainedHow(how) ? 8 : 0) | (ALIAS_BITS[alias] << 4);
  return subscriptionIds === null ? number : `${number} ${subscriptionIds.join(' ')}`;
}

const ALIAS_BITS: Readonly<Record<AliasUse, number>> = { none: 0, given: 1, used: 2 };

/** MQTT 5 says how long a value has still to live, so that such a form is made anew every time ([MQTT-3.3.2-6]). */
export function hasLifetime(publication: Publication, version: Version): boolean {
  return version === 5 && publication.expiresAtMs !== Number.POSITIVE_INFINITY;
}

export function toForm(publication: Publication, shape: PublishShape, nowMs: number): PublishForm {
  const { version, how, alias } = shape;
  const qos = qosOfHow(how);
  const topic = alias === 'used' ? NOTHING : Buffer.from(publication.topic);
  const properties = version === 5 ? propertiesOf(publication, shape, nowMs) : null;
  const propertyBytes = properties === null ? 0 : varintBytes(properties.length) + properties.length;
  const idBytes = qos === 0 ? 0 : 2;
  const remaining = 2 + topic.length + idBytes + propertyBytes + publication.payload.length;
  const headBytes = 1 + varintBytes(remaining);
  const bytes = Buffer.allocUnsafe(headBytes + remaining);
  bytes[0] = (PACKET_TYPE.publish << 4) | (qos << 1) | (isRetainedHow(how) ? 1 : 0);
  let at = writeVarint(bytes, remaining, 1);
  at = bytes.writeUInt16BE(topic.length, at);
  at += topic.copy(bytes, at);
  const packetIdAt = qos === 0 ? 0 : at;
  at += idBytes;
  let aliasAt = 0;
  if (properties !== null) {
    at = writeVarint(bytes, properties.length, at);
    // The alias is the first property, behind its identifier.
    if (alias !== 'none') aliasAt = at + 1;
    at += properties.copy(bytes, at);
  }
  bytes.set(publication.payload, at);
  return { bytes, packetIdAt, aliasAt };
}

/** The bytes for one connection; the shared ones themselves where nothing differs. */
export function patched(form: PublishForm, how: number, packetId: number, alias: number): Buffer {
  if (form.packetIdAt === 0 && form.aliasAt === 0) return form.bytes;
  const bytes = Buffer.allocUnsafe(form.bytes.length);
  bytes.set(form.bytes);
  if (form.packetIdAt > 0) {
    bytes[form.packetIdAt] = packetId >> 8;
    bytes[form.packetIdAt + 1] = packetId & 0xff;
    if (isDuplicateHow(how)) bytes[0] = (bytes[0] as number) | DUPLICATE;
  }
  if (form.aliasAt > 0) {
    bytes[form.aliasAt] = alias >> 8;
    bytes[form.aliasAt + 1] = alias & 0xff;
  }
  return bytes;
}

const NOTHING = Buffer.alloc(0);
const NO_PROPERTIES = Buffer.alloc(0);

function propertiesOf(publication: Publication, shape: PublishShape, nowMs: number): Buffer {
  const { properties } = publication;
  if (properties === null && shape.subscriptionIds === null && shape.alias === 'none') return NO_PROPERTIES;
  const out = new PacketWriter();
  if (shape.alias !== 'none') out.byte(PROPERTY.topicAlias).uint16(0);
  for (const id of shape.subscriptionIds ?? []) out.byte(PROPERTY.subscriptionIdentifier).varint(id);
  if (properties !== null) {
    if (properties.isText) out.byte(PROPERTY.payloadFormatIndicator).byte(1);
    if (hasLifetime(publication, 5)) {
      const leftS = Math.max(0, Math.ceil((publication.expiresAtMs - nowMs) / MS_PER_S));
      out.byte(PROPERTY.messageExpiryInterval).uint32(leftS);
    }
    if (properties.contentType !== null) out.byte(PROPERTY.contentType).string(properties.contentType);
    if (properties.responseTopic !== null) out.byte(PROPERTY.responseTopic).string(properties.responseTopic);
    if (properties.correlationData !== null)
      out.byte(PROPERTY.correlationData).binary(properties.correlationData);
    // [MQTT-3.3.2-18] In the order in which they came.
    for (const [name, value] of properties.userProperties) {
      out.byte(PROPERTY.userProperty).string(name).string(value);
    }
  }
  return out.joined();
}

function writeVarint(bytes: Buffer, value: number, from: number): number {
  let at = from;
  let rest = value;
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>= 7;
  }
  bytes[at++] = rest;
  return at;
}
