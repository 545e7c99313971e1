import type { PacketReader } from './packet-reader.ts';
import { MqttViolation, malformed, protocolError, REASON } from './reason-codes.ts';

/** MQTT 5 §2.2.2.2: the identifier of every property, by the standard's own name. */
export const PROPERTY = {
  payloadFormatIndicator: 0x01,
  messageExpiryInterval: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionIdentifier: 0x0b,
  sessionExpiryInterval: 0x11,
  assignedClientIdentifier: 0x12,
  serverKeepAlive: 0x13,
  authenticationMethod: 0x15,
  authenticationData: 0x16,
  requestProblemInformation: 0x17,
  willDelayInterval: 0x18,
  requestResponseInformation: 0x19,
  responseInformation: 0x1a,
  reasonString: 0x1f,
  receiveMaximum: 0x21,
  topicAliasMaximum: 0x22,
  topicAlias: 0x23,
  userProperty: 0x26,
  maximumPacketSize: 0x27,
} as const;

export type PropertyId = (typeof PROPERTY)[keyof typeof PROPERTY];

/** Where properties stand: in a packet of a client, or in front of its will. */
export type PropertyPlace =
  | 'connect'
  | 'will'
  | 'publish'
  | 'subscribe'
  | 'unsubscribe'
  | 'acknowledgement'
  | 'disconnect'
  | 'auth';

type Kind =
  | 'flag'
  | 'uint16'
  | 'positive16'
  | 'uint32'
  | 'positive32'
  | 'positive-varint'
  | 'string'
  | 'binary';

const MESSAGE: readonly PropertyPlace[] = ['publish', 'will'];

/** Those that a client may send; what is missing here it may not (MQTT 5 table 2-4). */
const KNOWN = new Map<number, { readonly kind: Kind; readonly places: readonly PropertyPlace[] }>([
  [PROPERTY.payloadFormatIndicator, { kind: 'flag', places: MESSAGE }],
  [PROPERTY.messageExpiryInterval, { kind: 'uint32', places: MESSAGE }],
  [PROPERTY.contentType, { kind: 'string', places: MESSAGE }],
  [PROPERTY.responseTopic, { kind: 'string', places: MESSAGE }],
  [PROPERTY.correlationData, { kind: 'binary', places: MESSAGE }],
  // [MQTT-3.3.4-6] A client does not send it in PUBLISH.
  [PROPERTY.subscriptionIdentifier, { kind: 'positive-varint', places: ['subscribe'] }],
  [PROPERTY.sessionExpiryInterval, { kind: 'uint32', places: ['connect', 'disconnect'] }],
  [PROPERTY.authenticationMethod, { kind: 'string', places: ['connect', 'auth'] }],
  [PROPERTY.authenticationData, { kind: 'binary', places: ['connect', 'auth'] }],
  [PROPERTY.requestProblemInformation, { kind: 'flag', places: ['connect'] }],
  [PROPERTY.willDelayInterval, { kind: 'uint32', places: ['will'] }],
  [PROPERTY.requestResponseInformation, { kind: 'flag', places: ['connect'] }],
  [PROPERTY.reasonString, { kind: 'string', places: ['acknowledgement', 'disconnect', 'auth'] }],
  [PROPERTY.receiveMaximum, { kind: 'positive16', places: ['connect'] }],
  [PROPERTY.topicAliasMaximum, { kind: 'uint16', places: ['connect'] }],
  [PROPERTY.topicAlias, { kind: 'uint16', places: ['publish'] }],
  [PROPERTY.maximumPacketSize, { kind: 'positive32', places: ['connect'] }],
]);

// Each takes at least five bytes of its packet, so a packet of the size allowed would otherwise make 50,000 of them.
const USER_PROPERTIES_MAX = 1_000;

/** The properties of one packet. */
export class Properties {
  readonly #values = new Map<number, number | string | Uint8Array>();
  readonly user: [string, string][] = [];

  number(id: PropertyId): number | undefined {
    return this.#values.get(id) as number | undefined;
  }

  string(id: PropertyId): string | undefined {
    return this.#values.get(id) as string | undefined;
  }

  binary(id: PropertyId): Uint8Array | undefined {
    return this.#values.get(id) as Uint8Array | undefined;
  }

  /** False when it is there already. */
  add(id: number, value: number | string | Uint8Array): boolean {
    if (this.#values.has(id)) return false;
    this.#values.set(id, value);
    return true;
  }
}

/** Null for none, which is what most packets have. */
export function readProperties(reader: PacketReader, place: PropertyPlace): Properties | null {
  const length = reader.varint();
  if (length === 0) return null;
  const packetEnd = reader.end;
  const end = reader.at + length;
  if (end > packetEnd) throw malformed('the properties end behind their packet');
  reader.end = end;
  const properties = new Properties();
  while (!reader.isAtEnd) readProperty(reader, place, properties);
  reader.finish();
  reader.end = packetEnd;
  return properties;
}

function readProperty(reader: PacketReader, place: PropertyPlace, properties: Properties): void {
  const id = reader.varint();
  if (id === PROPERTY.userProperty) {
    if (properties.user.push([reader.string(), reader.string()]) > USER_PROPERTIES_MAX)
      throw new MqttViolation(REASON.quotaExceeded, `more than ${USER_PROPERTIES_MAX} user properties`);
    return;
  }
  const known = KNOWN.get(id);
  // MQTT 5 §2.2.2.2: an identifier that is not valid for its packet makes the packet malformed.
  if (known?.places.includes(place) !== true) throw malformed(`property ${id} in ${place}`);
  const value = readValue(reader, known.kind, id);
  // MQTT 5 §3.1.2.11 and its like for other packets: "It is a Protocol Error to include … more than once".
  if (!properties.add(id, value)) throw protocolError(`property ${id} twice`);
}

function readValue(reader: PacketReader, kind: Kind, id: number): number | string | Uint8Array {
  switch (kind) {
    case 'flag': {
      const value = reader.byte();
      if (value > 1) throw protocolError(`property ${id} is neither 0 nor 1`);
      return value;
    }
    case 'uint16':
      return reader.uint16();
    case 'positive16':
      return positive(reader.uint16(), id);
    case 'uint32':
      return reader.uint32();
    case 'positive32':
      return positive(reader.uint32(), id);
    case 'positive-varint':
      return positive(reader.varint(), id);
    case 'string':
      return reader.string();
    case 'binary':
      return reader.binary();
  }
}

function positive(value: number, id: number): number {
  if (value === 0) throw protocolError(`property ${id} is 0`);
  return value;
}
