import { parseTopicFilter, type RetainHandling } from '@skein/core';
import { PacketReader } from './packet-reader.ts';
import type {
  Acknowledgement,
  Auth,
  ClientPacket,
  Disconnect,
  Publish,
  Subscribe,
  SubscriptionRequest,
  Unsubscribe,
  Version,
} from './packets.ts';
import { PACKET_TYPE } from './packets.ts';
import { parseConnect } from './parse-connect.ts';
import { PROPERTY, type Properties, readProperties } from './properties.ts';
import { qosOf, toPublishProperties } from './publish-fields.ts';
import { MqttViolation, malformed, protocolError, REASON } from './reason-codes.ts';
import { isAcknowledgementReason } from './reason-places.ts';

/** Where a packet stands in its buffer, as the splitter tells it. */
export interface PacketPlace {
  readonly bytes: Uint8Array;
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Parses what a client sent, strictly: whatever the standard of its version calls malformed or a protocol error is thrown
 * as MqttViolation, and nothing else is (rule MQ2). `version` is what CONNECT said; before it, anything.
 */
export function parsePacket({ bytes, first, from, to }: PacketPlace, version: Version): ClientPacket {
  const type = first >> 4;
  const flags = first & 0x0f;
  const reader = new PacketReader(bytes, from, to);
  if (type === PACKET_TYPE.publish) return parsePublish(reader, flags, version);
  // [MQTT-2.2.2-2] (5: [MQTT-2.1.3-1]) Reserved flags are 0, and 2 in PUBREL, SUBSCRIBE and UNSUBSCRIBE.
  const expected =
    type === PACKET_TYPE.pubrel || type === PACKET_TYPE.subscribe || type === PACKET_TYPE.unsubscribe ? 2 : 0;
  if (flags !== expected) throw malformed(`flags ${flags} in a packet of type ${type}`);
  switch (type) {
    case PACKET_TYPE.connect:
      return parseConnect(reader);
    case PACKET_TYPE.puback:
      return parseAcknowledgement(reader, 'puback', version);
    case PACKET_TYPE.pubrec:
      return parseAcknowledgement(reader, 'pubrec', version);
    case PACKET_TYPE.pubrel:
      return parseAcknowledgement(reader, 'pubrel', version);
    case PACKET_TYPE.pubcomp:
      return parseAcknowledgement(reader, 'pubcomp', version);
    case PACKET_TYPE.subscribe:
      return parseSubscribe(reader, version);
    case PACKET_TYPE.unsubscribe:
      return parseUnsubscribe(reader, version);
    case PACKET_TYPE.pingreq:
      reader.finish();
      return { type: 'pingreq' };
    case PACKET_TYPE.disconnect:
      return parseDisconnect(reader, version);
    case PACKET_TYPE.auth:
      if (version === 5) return parseAuth(reader);
      throw malformed('packet type 15');
    default:
      // Those that only a server sends, and type 0.
      throw protocolError(`a client sent packet type ${type}`);
  }
}

function parsePublish(reader: PacketReader, flags: number, version: Version): Publish {
  const qos = qosOf((flags >> 1) & 3);
  const isDuplicate = (flags & 8) !== 0;
  // [MQTT-3.3.1-2]
  if (isDuplicate && qos === 0) throw malformed('DUP with QoS 0');
  const topic = topicNameOf(reader);
  const packetId = qos === 0 ? 0 : reader.packetId();
  const properties = version === 5 ? readProperties(reader, 'publish') : null;
  return {
    type: 'publish',
    topic,
    payload: reader.rest(),
    qos,
    isDuplicate,
    isRetained: (flags & 1) !== 0,
    packetId,
    properties: properties === null ? null : toPublishProperties(properties),
    topicAlias: aliasOf(properties),
  };
}

/** [MQTT-3.3.2-2] A value goes to one topic. */
function topicNameOf(reader: PacketReader): string {
  const topic = reader.string();
  if (topic.includes('#') || topic.includes('+')) {
    throw new MqttViolation(REASON.topicNameInvalid, 'a wildcard in the topic of PUBLISH');
  }
  return topic;
}

function parseAcknowledgement(
  reader: PacketReader,
  type: Acknowledgement['type'],
  version: Version,
): Acknowledgement {
  const packetId = reader.packetId();
  // MQTT 5 §3.4.2.1: without a reason it is success; without a length there are no properties.
  const reason = version === 5 && !reader.isAtEnd ? reader.byte() : REASON.success;
  // [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1]
  if (!isAcknowledgementReason(type, reason)) throw protocolError(`reason ${reason} in ${type}`);
  if (version === 5 && !reader.isAtEnd) readProperties(reader, 'acknowledgement');
  reader.finish();
  return { type, packetId, reason };
}

function parseSubscribe(reader: PacketReader, version: Version): Subscribe {
  const packetId = reader.packetId();
  const properties = version === 5 ? readProperties(reader, 'subscribe') : null;
  const requests: SubscriptionRequest[] = [];
  // [MQTT-3.8.3-3] (5: [MQTT-3.8.3-2]) At least one.
  if (reader.isAtEnd) throw protocolError('SUBSCRIBE without a topic filter');
  while (!reader.isAtEnd) {
    const filter = topicFilterOf(reader, version);
    requests.push(subscriptionRequest(filter, reader.byte(), version));
  }
  const subscriptionId = properties?.number(PROPERTY.subscriptionIdentifier) ?? 0;
  return { type: 'subscribe', packetId, requests, subscriptionId };
}

/** [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-1] [MQTT-4.8.2-1] [MQTT-4.8.2-2] (3.1.1 with other numbers) What is no filter is not refused but malformed. */
function topicFilterOf(reader: PacketReader, version: Version): string {
  const filter = reader.string();
  // MQTT 3.1.1 has no shared subscriptions: there it is a name like any other, and refused where it means nothing to us.
  const isFilter = version === 4 && filter.startsWith('$share');
  if (!isFilter && parseTopicFilter(filter, Number.POSITIVE_INFINITY) === null)
    throw malformed('no topic filter');
  return filter;
}

function subscriptionRequest(filter: string, options: number, version: Version): SubscriptionRequest {
  // [MQTT-3.8.3-4] of 3.1.1, [MQTT-3.8.3-5] of 5: reserved bits.
  if ((options & (version === 5 ? 0xc0 : 0xfc)) !== 0) throw malformed('reserved subscription options');
  const retainHandling = (options >> 4) & 3;
  if (retainHandling === 3) throw protocolError('retain handling 3');
  const isNoLocal = (options & 4) !== 0;
  // [MQTT-3.8.3-4]
  if (isNoLocal && filter.startsWith('$share/')) throw protocolError('no local on a shared subscription');
  return {
    filter,
    qos: qosOf(options & 3),
    isNoLocal,
    isRetainAsPublished: (options & 8) !== 0,
    retainHandling: retainHandling as RetainHandling,
  };
}

function parseUnsubscribe(reader: PacketReader, version: Version): Unsubscribe {
  const packetId = reader.packetId();
  if (version === 5) readProperties(reader, 'unsubscribe');
  const filters: string[] = [];
  // [MQTT-3.10.3-2] At least one.
  if (reader.isAtEnd) throw protocolError('UNSUBSCRIBE without a topic filter');
  while (!reader.isAtEnd) filters.push(topicFilterOf(reader, version));
  return { type: 'unsubscribe', packetId, filters };
}

function parseDisconnect(reader: PacketReader, version: Version): Disconnect {
  if (version === 4 || reader.isAtEnd) {
    reader.finish();
    return { type: 'disconnect', reason: REASON.success, sessionExpiryS: null };
  }
  const reason = reader.byte();
  const properties = reader.isAtEnd ? null : readProperties(reader, 'disconnect');
  reader.finish();
  return {
    type: 'disconnect',
    reason,
    sessionExpiryS: properties?.number(PROPERTY.sessionExpiryInterval) ?? null,
  };
}

function parseAuth(reader: PacketReader): Auth {
  if (reader.isAtEnd) return { type: 'auth', reason: REASON.success };
  const reason = reader.byte();
  if (!reader.isAtEnd) readProperties(reader, 'auth');
  reader.finish();
  return { type: 'auth', reason };
}

function aliasOf(properties: Properties | null): number {
  const alias = properties?.number(PROPERTY.topicAlias);
  // [MQTT-3.3.2-8]
  if (alias === 0) throw new MqttViolation(REASON.topicAliasInvalid, 'topic alias 0');
  return alias ?? 0;
}
