import type { PublishProperties, Qos, RetainHandling } from '@skein/core';
import type { ReasonCode, ReturnCode } from './reason-codes.ts';

/** Protocol level of MQTT 3.1.1 and of MQTT 5. */
export type Version = 4 | 5;

/** MQTT 3.1.1 §2.2.1, MQTT 5 §2.1.2: the number in the upper half of a packet's first byte. */
export const PACKET_TYPE = {
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

export interface Will {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly isRetained: boolean;
  readonly properties: PublishProperties | null;
  /** Seconds, MQTT 5. */
  readonly delayS: number;
}

export interface Connect {
  readonly type: 'connect';
  readonly version: Version;
  readonly isCleanStart: boolean;
  /** Seconds; 0 switches the mechanism off. */
  readonly keepAliveS: number;
  readonly clientId: string;
  readonly will: Will | null;
  readonly userName: string | null;
  readonly password: Uint8Array | null;
  /** Seconds after the connection; for MQTT 3.1.1 what "clean session" says: 0, or for ever. */
  readonly sessionExpiryS: number;
  readonly receiveMaximum: number;
  /** Bytes; `Infinity` where the client sets no limit. */
  readonly packetBytesMax: number;
  readonly topicAliasMaximum: number;
  readonly wantsResponseInformation: boolean;
  readonly wantsProblemInformation: boolean;
  readonly authenticationMethod: string | null;
}

export interface Publish {
  readonly type: 'publish';
  /** Empty where an alias stands for it. */
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly isDuplicate: boolean;
  readonly isRetained: boolean;
  /** 0 for QoS 0. */
  readonly packetId: number;
  readonly properties: PublishProperties | null;
  /** 0: none. */
  readonly topicAlias: number;
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP. */
export interface Acknowledgement {
  readonly type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';
  readonly packetId: number;
  readonly reason: number;
}

export interface SubscriptionRequest {
  readonly filter: string;
  readonly qos: Qos;
  readonly isNoLocal: boolean;
  readonly isRetainAsPublished: boolean;
  readonly retainHandling: RetainHandling;
}

export interface Subscribe {
  readonly type: 'subscribe';
  readonly packetId: number;
  readonly requests: readonly SubscriptionRequest[];
  /** 0: none. */
  readonly subscriptionId: number;
}

export interface Unsubscribe {
  readonly type: 'unsubscribe';
  readonly packetId: number;
  readonly filters: readonly string[];
}

export interface PingRequest {
  readonly type: 'pingreq';
}

export interface Disconnect {
  readonly type: 'disconnect';
  readonly reason: number;
  /** Seconds; null leaves it as CONNECT said. */
  readonly sessionExpiryS: number | null;
}

export interface Auth {
  readonly type: 'auth';
  readonly reason: number;
}

/** What a client may send. */
export type ClientPacket =
  | Connect
  | Publish
  | Acknowledgement
  | Subscribe
  | Unsubscribe
  | PingRequest
  | Disconnect
  | Auth;

export interface Connack {
  readonly isSessionPresent: boolean;
  readonly reason: ReasonCode;
  readonly returnCode: ReturnCode;
  readonly sessionExpiryS?: number;
  readonly receiveMaximum?: number;
  readonly packetBytesMax?: number;
  readonly assignedClientId?: string;
  readonly topicAliasMaximum?: number;
  readonly reasonString?: string;
  readonly serverKeepAliveS?: number;
  readonly responseInformation?: string;
}
