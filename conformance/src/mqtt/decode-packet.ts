import { expectThat } from '../scenario.ts';
import {
  ALLOWED,
  flagsOf,
  type PacketType,
  REASONS,
  RETURN_CODES,
  TYPE,
  type Version,
} from './packet-types.ts';
import { decodeProperties, type Property } from './properties.ts';
import { WireReader } from './wire-reader.ts';

/** What a server sent. What a packet does not have is 0, false or empty. */
export interface Received {
  readonly type: PacketType;
  /** All of it, the fixed header too. */
  readonly byteCount: number;
  readonly packetId: number;
  readonly properties: readonly Property[];
  readonly reason: number;
  /** One for each filter. */
  readonly reasons: readonly number[];
  readonly isSessionPresent: boolean;
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly isRetained: boolean;
  readonly isDuplicate: boolean;
}

const NOTHING = {
  packetId: 0,
  properties: [],
  reason: 0,
  reasons: [],
  isSessionPresent: false,
  topic: '',
  payload: '',
  qos: 0,
  isRetained: false,
  isDuplicate: false,
};

/** Errors: a deviation where the packet is anything that its version's standard does not let a server send. */
export function decodePacket(version: Version, first: number, body: Buffer): Omit<Received, 'byteCount'> {
  const type = (Object.keys(TYPE) as PacketType[]).find((name) => TYPE[name] === first >> 4);
  expectThat(type !== undefined, 'a packet of type 0');
  const flags = first & 0x0f;
  // [MQTT-2.1.3-1] (3.1.1: [MQTT-2.2.2-1])
  expectThat(type === 'publish' || flags === flagsOf(type), `${type} with the flags ${flags}`);
  const reader = new WireReader(body);
  const fields = fieldsOf(type, { version, flags, reader });
  expectThat(reader.isAtEnd, `${type} with bytes that belong to nothing`);
  return { ...NOTHING, type, ...fields };
}

interface Source {
  readonly version: Version;
  readonly flags: number;
  readonly reader: WireReader;
}

function fieldsOf(type: PacketType, source: Source): Partial<Received> {
  const { version, reader } = source;
  switch (type) {
    case 'connack': {
      const flags = reader.byte();
      // [MQTT-3.2.2-1]
      expectThat(flags <= 1, `CONNACK with the flags ${flags}`);
      const reason = known(type, version, reader.byte());
      return { isSessionPresent: flags === 1, reason, properties: propertiesOf(type, source) };
    }
    case 'publish':
      return publishOf(source);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return { packetId: identifierOf(type, reader), ...reasonOf(type, source) };
    case 'suback':
    case 'unsuback': {
      const packetId = identifierOf(type, reader);
      const properties = propertiesOf(type, source);
      const reasons = [...reader.rest()].map((reason) => known(type, version, reason));
      return { packetId, properties, reasons };
    }
    case 'disconnect':
    case 'auth':
      expectThat(version === 5, `${type} from a server that speaks MQTT 3.1.1`);
      return reasonOf(type, source);
    case 'pingresp':
      return {};
    default:
      expectThat(false, `${type} is not for servers`);
  }
}

function publishOf(source: Source): Partial<Received> {
  const { flags, reader } = source;
  const qos = (flags >> 1) & 3;
  const isDuplicate = (flags & 8) !== 0;
  expectThat(qos < 3, 'PUBLISH with QoS 3');
  // [MQTT-3.3.1-2]
  expectThat(qos > 0 || !isDuplicate, 'PUBLISH with QoS 0 and DUP');
  const topic = reader.text();
  // [MQTT-3.3.2-2]
  expectThat(!/[+#]/.test(topic), 'PUBLISH with a wildcard in its topic');
  const packetId = qos > 0 ? identifierOf('publish', reader) : 0;
  const properties = propertiesOf('publish', source);
  const isRetained = (flags & 1) !== 0;
  return { topic, qos, isDuplicate, isRetained, packetId, properties, payload: reader.rest().toString() };
}

function identifierOf(type: PacketType, reader: WireReader): number {
  const packetId = reader.twoBytes();
  // [MQTT-2.2.1-4]
  expectThat(packetId > 0, `${type} with the packet identifier 0`);
  return packetId;
}

/** A reason that is left out is "success", and so are properties (MQTT 5 §3.4.2.1, §3.4.2.2.1). */
function reasonOf(type: PacketType, source: Source): Partial<Received> {
  const { reader, version } = source;
  if (reader.isAtEnd || version === 4) return {};
  const reason = known(type, version, reader.byte());
  return { reason, properties: reader.isAtEnd ? [] : propertiesOf(type, source) };
}

function propertiesOf(type: PacketType, { version, reader }: Source): Property[] {
  return version === 5 ? decodeProperties(reader, ALLOWED[type] ?? []) : [];
}

function known(type: PacketType, version: Version, reason: number): number {
  const allowed = (version === 5 ? REASONS : RETURN_CODES)[type] ?? [];
  expectThat(allowed.includes(reason), `${type} with the code ${hex(reason)}`);
  return reason;
}

export function hex(reason: number): string {
  return `0x${reason.toString(16).padStart(2, '0')}`;
}
