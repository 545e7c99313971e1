import { type AcknowledgementType, flagsOf, type PacketType, TYPE, type Version } from './packet-types.ts';
import { encodeProperties, type Property } from './properties.ts';
import { byte, counted, type Text, twoBytes, variable } from './wire-values.ts';

/** Bytes of any packet, right or wrong. */
export function packet(type: PacketType, body: readonly Uint8Array[] = [], flags = flagsOf(type)): Buffer {
  const bytes = Buffer.concat(body);
  return Buffer.concat([byte((TYPE[type] << 4) | flags), variable(bytes.length), bytes]);
}

export interface WillInit {
  readonly topic: Text;
  readonly payload: Text;
  readonly qos?: number;
  readonly isRetained?: boolean;
  readonly properties?: readonly Property[];
}

export interface ConnectInit {
  readonly protocolName?: string;
  readonly level?: number;
  readonly clientId: Text;
  readonly isCleanStart?: boolean;
  readonly keepAliveS?: number;
  readonly properties?: readonly Property[];
  readonly will?: WillInit | undefined;
  readonly userName?: Text | undefined;
  readonly password?: Text | undefined;
  /** Flipped in what the flags should be. */
  readonly wrongFlags?: number;
  /** Instead of the fields that the flags announce. */
  readonly payload?: Uint8Array;
}

/** §3.1.2.3. */
export const CONNECT_FLAG = {
  reserved: 1,
  will: 4,
  willQos1: 8,
  willRetain: 32,
  password: 64,
  userName: 128,
};

export function connect(version: Version, init: ConnectInit): Buffer {
  const { protocolName = 'MQTT', level = version, keepAliveS = 60, properties = [], wrongFlags = 0 } = init;
  const props = (own: readonly Property[]): Buffer =>
    version === 5 ? encodeProperties(own) : Buffer.alloc(0);
  const { will, userName, password } = init;
  const flags =
    (init.isCleanStart === false ? 0 : 2) |
    (will === undefined ? 0 : CONNECT_FLAG.will | ((will.qos ?? 0) << 3)) |
    (will?.isRetained === true ? CONNECT_FLAG.willRetain : 0) |
    (password === undefined ? 0 : CONNECT_FLAG.password) |
    (userName === undefined ? 0 : CONNECT_FLAG.userName);
  const fields = [
    counted(init.clientId),
    ...(will === undefined ? [] : [props(will.properties ?? []), counted(will.topic), counted(will.payload)]),
    ...(userName === undefined ? [] : [counted(userName)]),
    ...(password === undefined ? [] : [counted(password)]),
  ];
  const head = [counted(protocolName), Buffer.of(level, flags ^ wrongFlags), twoBytes(keepAliveS)];
  return packet('connect', [...head, props(properties), ...(init.payload ? [init.payload] : fields)]);
}

export interface PublishInit {
  readonly topic: Text;
  readonly payload?: Text;
  readonly qos?: number;
  readonly isRetained?: boolean;
  readonly isDuplicate?: boolean;
  readonly packetId?: number;
  readonly properties?: readonly Property[];
}

export function publish(version: Version, init: PublishInit): Buffer {
  const { topic, payload = '', qos = 0, packetId = 1, properties = [] } = init;
  const flags = (init.isDuplicate === true ? 8 : 0) | (qos << 1) | (init.isRetained === true ? 1 : 0);
  const body = [
    counted(topic),
    ...(qos > 0 ? [twoBytes(packetId)] : []),
    ...(version === 5 ? [encodeProperties(properties)] : []),
    Buffer.from(payload as Uint8Array),
  ];
  return packet('publish', body, flags);
}

export function acknowledge(type: AcknowledgementType, packetId: number, reason = 0): Buffer {
  return packet(type, [twoBytes(packetId), ...(reason === 0 ? [] : [byte(reason)])]);
}

export interface FilterInit {
  readonly filter: Text;
  readonly qos?: number;
  readonly isNoLocal?: boolean;
  readonly isRetainAsPublished?: boolean;
  readonly retainHandling?: number;
  /** Bits that are set although they are reserved. */
  readonly reserved?: number;
}

export interface SubscribeInit {
  readonly packetId?: number;
  readonly properties?: readonly Property[];
}

export function subscribe(
  version: Version,
  filters: readonly FilterInit[],
  init: SubscribeInit = {},
): Buffer {
  const { packetId = 1, properties = [] } = init;
  return packet('subscribe', [
    twoBytes(packetId),
    ...(version === 5 ? [encodeProperties(properties)] : []),
    ...filters.flatMap(({ filter, qos = 0, retainHandling = 0, reserved = 0, ...option }) => [
      counted(filter),
      byte(
        qos |
          (option.isNoLocal === true ? 4 : 0) |
          (option.isRetainAsPublished === true ? 8 : 0) |
          (retainHandling << 4) |
          reserved,
      ),
    ]),
  ]);
}

export function unsubscribe(version: Version, filters: readonly Text[], packetId = 1): Buffer {
  const head = [twoBytes(packetId), ...(version === 5 ? [encodeProperties([])] : [])];
  return packet('unsubscribe', [...head, ...filters.map(counted)]);
}

export function disconnect(version: Version, reason = 0, properties: readonly Property[] = []): Buffer {
  if (version === 4 || (reason === 0 && properties.length === 0)) return packet('disconnect');
  return packet('disconnect', [byte(reason), encodeProperties(properties)]);
}

export function auth(reason: number, properties: readonly Property[] = []): Buffer {
  return packet('auth', [byte(reason), encodeProperties(properties)]);
}
