import type { PropertyName } from './properties.ts';

/** MQTT 3.1.1 has the protocol level 4. */
export type Version = 4 | 5;

/** §2.1.2. */
export const TYPE = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const;

export type PacketType = keyof typeof TYPE;
export type AcknowledgementType = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';

/** §2.1.3: the flags of everything but PUBLISH are given. */
export function flagsOf(type: PacketType): number {
  return type === 'pubrel' || type === 'subscribe' || type === 'unsubscribe' ? 2 : 0;
}

const REASONS_OF_PUBLISH = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];

/** The reason codes that a server may send in MQTT 5, by packet (§2.4). */
export const REASONS: Readonly<Partial<Record<PacketType, readonly number[]>>> = {
  connack: [
    0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99,
    0x9a, 0x9b, 0x9c, 0x9d, 0x9f,
  ],
  puback: REASONS_OF_PUBLISH,
  pubrec: REASONS_OF_PUBLISH,
  pubrel: [0x00, 0x92],
  pubcomp: [0x00, 0x92],
  suback: [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2],
  unsuback: [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91],
  disconnect: [
    0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97,
    0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
  ],
  auth: [0x00, 0x18],
};

/** The same for MQTT 3.1.1: return codes. */
export const RETURN_CODES: Readonly<Partial<Record<PacketType, readonly number[]>>> = {
  connack: [0, 1, 2, 3, 4, 5],
  suback: [0, 1, 2, 0x80],
};

const TEXTS: readonly PropertyName[] = ['reasonString', 'userProperty'];

/** The properties that a server may send, by packet (§2.2.2.2). */
export const ALLOWED: Readonly<Partial<Record<PacketType, readonly PropertyName[]>>> = {
  connack: [
    ...TEXTS,
    'sessionExpiryInterval',
    'receiveMaximum',
    'maximumQos',
    'retainAvailable',
    'maximumPacketSize',
    'assignedClientIdentifier',
    'topicAliasMaximum',
    'wildcardSubscriptionAvailable',
    'subscriptionIdentifierAvailable',
    'sharedSubscriptionAvailable',
    'serverKeepAlive',
    'responseInformation',
    'serverReference',
    'authenticationMethod',
    'authenticationData',
  ],
  publish: [
    'payloadFormatIndicator',
    'messageExpiryInterval',
    'topicAlias',
    'responseTopic',
    'correlationData',
    'userProperty',
    'subscriptionIdentifier',
    'contentType',
  ],
  puback: TEXTS,
  pubrec: TEXTS,
  pubrel: TEXTS,
  pubcomp: TEXTS,
  suback: TEXTS,
  unsuback: TEXTS,
  // [MQTT-3.14.2-2] No session expiry from a server.
  disconnect: [...TEXTS, 'serverReference'],
  auth: [...TEXTS, 'authenticationMethod', 'authenticationData'],
};
