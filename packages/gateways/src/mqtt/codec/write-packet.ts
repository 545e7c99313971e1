import { PacketWriter } from './packet-writer.ts';
import { type Acknowledgement, type Connack, PACKET_TYPE, type Version } from './packets.ts';
import { PROPERTY } from './properties.ts';
import { REASON, type ReasonCode } from './reason-codes.ts';

export const PINGRESP = Buffer.of(PACKET_TYPE.pingresp << 4, 0);

export function encodeConnack(version: Version, connack: Connack): Uint8Array {
  const packet = new PacketWriter().byte(connack.isSessionPresent ? 1 : 0);
  if (version === 4) return packet.byte(connack.returnCode).packet(PACKET_TYPE.connack << 4);
  return packet
    .byte(connack.reason)
    .sized(connackProperties(connack))
    .packet(PACKET_TYPE.connack << 4);
}

function connackProperties(connack: Connack): PacketWriter {
  const out = new PacketWriter();
  if (connack.sessionExpiryS !== undefined) {
    out.byte(PROPERTY.sessionExpiryInterval).uint32(connack.sessionExpiryS);
  }
  if (connack.receiveMaximum !== undefined) out.byte(PROPERTY.receiveMaximum).uint16(connack.receiveMaximum);
  if (connack.packetBytesMax !== undefined)
    out.byte(PROPERTY.maximumPacketSize).uint32(connack.packetBytesMax);
  if (connack.assignedClientId !== undefined) {
    out.byte(PROPERTY.assignedClientIdentifier).string(connack.assignedClientId);
  }
  if (connack.topicAliasMaximum !== undefined) {
    out.byte(PROPERTY.topicAliasMaximum).uint16(connack.topicAliasMaximum);
  }
  if (connack.reasonString !== undefined) out.byte(PROPERTY.reasonString).string(connack.reasonString);
  if (connack.serverKeepAliveS !== undefined)
    out.byte(PROPERTY.serverKeepAlive).uint16(connack.serverKeepAliveS);
  if (connack.responseInformation !== undefined) {
    out.byte(PROPERTY.responseInformation).string(connack.responseInformation);
  }
  return out;
}

/** What an acknowledgement says beside the identifier; only MQTT 5 has room for it. */
interface Said {
  readonly reason: ReasonCode;
  readonly reasonString?: string | undefined;
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP: four bytes, five when MQTT 5 has something to say. */
export function encodeAcknowledgement(
  type: Acknowledgement['type'],
  packetId: number,
  { reason, reasonString }: Said,
  version: Version,
): Uint8Array {
  // [MQTT-3.6.1-1] PUBREL alone has reserved flags that are set.
  const first = (PACKET_TYPE[type] << 4) | (type === 'pubrel' ? 2 : 0);
  const high = packetId >> 8;
  const low = packetId & 0xff;
  if (version === 4 || reason === REASON.success) return Buffer.of(first, 2, high, low);
  if (reasonString === undefined) return Buffer.of(first, 3, high, low, reason);
  const properties = new PacketWriter().byte(PROPERTY.reasonString).string(reasonString);
  return new PacketWriter().uint16(packetId).byte(reason).sized(properties).packet(first);
}

export function encodeSuback(packetId: number, codes: readonly number[], version: Version): Uint8Array {
  return withCodes(PACKET_TYPE.suback, packetId, codes, version);
}

/** In MQTT 3.1.1 it says nothing but that it was done. */
export function encodeUnsuback(packetId: number, codes: readonly number[], version: Version): Uint8Array {
  return withCodes(PACKET_TYPE.unsuback, packetId, version === 4 ? [] : codes, version);
}

function withCodes(type: number, packetId: number, codes: readonly number[], version: Version): Uint8Array {
  const packet = new PacketWriter().uint16(packetId);
  if (version === 5) packet.byte(0);
  return packet.raw(Buffer.from(codes)).packet(type << 4);
}

/** MQTT 5 §3.14; a server of MQTT 3.1.1 only closes. */
export function encodeDisconnect(reason: ReasonCode, reasonString: string | null): Uint8Array {
  const packet = new PacketWriter().byte(reason);
  if (reasonString !== null) {
    packet.sized(new PacketWriter().byte(PROPERTY.reasonString).string(reasonString));
  }
  return packet.packet(PACKET_TYPE.disconnect << 4);
}
