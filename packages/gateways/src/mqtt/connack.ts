import type { TopicSession } from '@skein/core';
import type { Limits } from '@skein/model';
import type { Connack, Connect } from './codec/packets.ts';
import { REASON, RETURN_CODE } from './codec/reason-codes.ts';
import type { Connecting } from './connect-steps.ts';

/** Topics that a client may give a number on one connection: what a device with some sensors needs. */
export const TOPIC_ALIAS_MAX = 64;

// Outside suites expect of their server that it asks for this.
const FREE_KEEP_ALIVE_S = 60;
const MS_PER_S = 1_000;

/** Seconds of silence that are allowed, 0 for any. A client of MQTT 5 can be told another number than it asked for. */
export function keepAliveOf(packet: Connect, { space }: Pick<Connecting, 'space'>, limits: Limits): number {
  if (packet.version === 4) return packet.keepAliveS;
  const maxS = space === 'free' ? FREE_KEEP_ALIVE_S : limits.heartbeatIntervalMaxMs / MS_PER_S;
  return Math.min(packet.keepAliveS, maxS);
}

interface Accepted extends Pick<Connecting, 'space' | 'clientId' | 'isClientIdAssigned'> {
  readonly isPresent: boolean;
  readonly session: TopicSession;
}

/** MQTT 5 §3.2.2.3: what the client has to know of this server's terms, where they differ from what it may assume. */
export function connackOf(packet: Connect, accepted: Accepted, limits: Limits): Connack {
  const keepAliveS = keepAliveOf(packet, accepted, limits);
  const { session } = accepted;
  return {
    // [MQTT-3.2.2-2] [MQTT-3.2.2-3]
    isSessionPresent: accepted.isPresent,
    reason: REASON.success,
    returnCode: RETURN_CODE.accepted,
    receiveMaximum: limits.topicInFlightMax,
    packetBytesMax: limits.frameBytesMax,
    topicAliasMaximum: TOPIC_ALIAS_MAX,
    ...(session.expiryS === packet.sessionExpiryS ? {} : { sessionExpiryS: session.expiryS }),
    // [MQTT-3.2.2-21] [MQTT-3.1.3-6]
    ...(keepAliveS === packet.keepAliveS ? {} : { serverKeepAliveS: keepAliveS }),
    ...(accepted.isClientIdAssigned ? { assignedClientId: accepted.clientId } : {}),
  };
}
