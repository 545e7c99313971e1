import type { Qos } from '@skein/core';
import type { PacketReader } from './packet-reader.ts';
import type { Connect, Version, Will } from './packets.ts';
import { PROPERTY, type Properties, readProperties } from './properties.ts';
import { qosOf, toPublishProperties } from './publish-fields.ts';
import { MqttViolation, malformed, protocolError, REASON } from './reason-codes.ts';

const FLAG = { cleanStart: 0x02, will: 0x04, willRetain: 0x20, password: 0x40, userName: 0x80 } as const;
// MQTT 5 §3.1.2.11.2: the session does not expire. In MQTT 3.1.1 every session that is kept is like this.
export const NEVER_EXPIRES_S = 0xffffffff;
// MQTT 5 §3.1.2.11.3.
const RECEIVE_MAXIMUM_DEFAULT = 65_535;

/** [MQTT-3.1.0-1] The first packet of a connection. */
export function parseConnect(reader: PacketReader): Connect {
  const version = parseProtocol(reader);
  const flags = reader.byte();
  // [MQTT-3.1.2-3]
  if ((flags & 1) !== 0) throw malformed('the reserved flag of CONNECT');
  const isCleanStart = (flags & FLAG.cleanStart) !== 0;
  const hasPassword = (flags & FLAG.password) !== 0;
  const hasUserName = (flags & FLAG.userName) !== 0;
  // [MQTT-3.1.2-22] of 3.1.1; MQTT 5 allows it.
  if (version === 4 && hasPassword && !hasUserName) throw malformed('a password without a user name');
  const keepAliveS = reader.uint16();
  const properties = version === 5 ? readProperties(reader, 'connect') : null;
  checkAuthentication(properties);
  const clientId = reader.string();
  const will = parseWill(reader, flags, version);
  const userName = hasUserName ? reader.string() : null;
  const password = hasPassword ? reader.binary() : null;
  reader.finish();
  return {
    type: 'connect',
    version,
    isCleanStart,
    keepAliveS,
    clientId,
    will,
    userName,
    password,
    sessionExpiryS: version === 5 ? expiryOf(properties) : isCleanStart ? 0 : NEVER_EXPIRES_S,
    receiveMaximum: properties?.number(PROPERTY.receiveMaximum) ?? RECEIVE_MAXIMUM_DEFAULT,
    packetBytesMax: properties?.number(PROPERTY.maximumPacketSize) ?? Number.POSITIVE_INFINITY,
    topicAliasMaximum: properties?.number(PROPERTY.topicAliasMaximum) ?? 0,
    wantsResponseInformation: properties?.number(PROPERTY.requestResponseInformation) === 1,
    wantsProblemInformation: properties?.number(PROPERTY.requestProblemInformation) !== 0,
    authenticationMethod: properties?.string(PROPERTY.authenticationMethod) ?? null,
  };
}

function parseProtocol(reader: PacketReader): Version {
  const name = reader.string();
  // [MQTT-3.1.2-1] MQTT 3.1 called itself MQIsdp; it hears that its version is not spoken.
  if (name !== 'MQTT' && name !== 'MQIsdp') {
    throw new MqttViolation(REASON.unsupportedProtocolVersion, 'the protocol name is MQTT');
  }
  const level = reader.byte();
  // [MQTT-3.1.2-2]
  if (name !== 'MQTT' || (level !== 4 && level !== 5)) throw new UnsupportedVersion();
  return level;
}

/** Known to speak MQTT, so that it is told (3.1.1 §3.1.2.2) instead of only being closed. */
export class UnsupportedVersion extends MqttViolation {
  constructor() {
    super(REASON.unsupportedProtocolVersion, 'MQTT 3.1.1 and 5 are spoken here');
  }
}

function parseWill(reader: PacketReader, flags: number, version: Version): Will | null {
  const qos: Qos = qosOf((flags >> 3) & 3);
  const isRetained = (flags & FLAG.willRetain) !== 0;
  if ((flags & FLAG.will) === 0) {
    // [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-15]
    if (qos !== 0 || isRetained) throw malformed('flags of a will without a will');
    return null;
  }
  const properties = version === 5 ? readProperties(reader, 'will') : null;
  const topic = reader.string();
  const payload = reader.binary();
  return {
    topic,
    payload,
    qos,
    isRetained,
    properties: properties === null ? null : toPublishProperties(properties),
    delayS: properties?.number(PROPERTY.willDelayInterval) ?? 0,
  };
}

function expiryOf(properties: Properties | null): number {
  return properties?.number(PROPERTY.sessionExpiryInterval) ?? 0;
}

/** MQTT 5 §3.1.2.11.10: data without a method. */
function checkAuthentication(properties: Properties | null): void {
  if (properties?.binary(PROPERTY.authenticationData) === undefined) return;
  if (properties.string(PROPERTY.authenticationMethod) === undefined) {
    throw protocolError('authentication data without a method');
  }
}
