import { REASON, type ReasonCode } from './reason-codes.ts';

/** Packets that carry a reason code of the server. */
export type ReasonPlace = 'connack' | 'puback' | 'suback' | 'unsuback' | 'disconnect';

const COMMON = [REASON.unspecifiedError, REASON.implementationSpecificError, REASON.notAuthorized];

/** MQTT 5 tables 3-1, 3-4, 3-8, 3-9 and 3-10 as far as this server has the words: failures alone. */
const ALLOWED: Readonly<Record<ReasonPlace, ReadonlySet<ReasonCode>>> = {
  connack: new Set([
    ...COMMON,
    REASON.malformedPacket,
    REASON.protocolError,
    REASON.unsupportedProtocolVersion,
    REASON.clientIdentifierNotValid,
    REASON.badUserNameOrPassword,
    REASON.serverUnavailable,
    REASON.serverBusy,
    REASON.banned,
    REASON.badAuthenticationMethod,
    REASON.topicNameInvalid,
    REASON.packetTooLarge,
    REASON.quotaExceeded,
    REASON.payloadFormatInvalid,
    REASON.connectionRateExceeded,
  ]),
  puback: new Set([
    ...COMMON,
    REASON.topicNameInvalid,
    REASON.packetIdentifierInUse,
    REASON.quotaExceeded,
    REASON.payloadFormatInvalid,
  ]),
  suback: new Set([...COMMON, REASON.topicFilterInvalid, REASON.packetIdentifierInUse, REASON.quotaExceeded]),
  unsuback: new Set([...COMMON, REASON.topicFilterInvalid, REASON.packetIdentifierInUse]),
  disconnect: new Set([
    ...COMMON,
    REASON.malformedPacket,
    REASON.protocolError,
    REASON.serverBusy,
    REASON.serverShuttingDown,
    REASON.keepAliveTimeout,
    REASON.sessionTakenOver,
    REASON.topicFilterInvalid,
    REASON.topicNameInvalid,
    REASON.receiveMaximumExceeded,
    REASON.topicAliasInvalid,
    REASON.packetTooLarge,
    REASON.messageRateTooHigh,
    REASON.quotaExceeded,
    REASON.administrativeAction,
    REASON.payloadFormatInvalid,
    REASON.connectionRateExceeded,
  ]),
};

/** What comes nearest where a packet may not say a reason; the first that it may. */
const NEAREST: Readonly<Partial<Record<ReasonCode, readonly ReasonCode[]>>> = {
  [REASON.packetTooLarge]: [REASON.quotaExceeded],
  [REASON.messageRateTooHigh]: [REASON.quotaExceeded, REASON.connectionRateExceeded],
  [REASON.connectionRateExceeded]: [REASON.quotaExceeded],
  [REASON.serverShuttingDown]: [REASON.serverUnavailable, REASON.implementationSpecificError],
  [REASON.serverUnavailable]: [REASON.serverBusy, REASON.implementationSpecificError],
  [REASON.serverBusy]: [REASON.implementationSpecificError],
  [REASON.badUserNameOrPassword]: [REASON.notAuthorized],
  [REASON.banned]: [REASON.notAuthorized],
  [REASON.administrativeAction]: [REASON.notAuthorized],
  [REASON.unsupportedProtocolVersion]: [REASON.protocolError],
  [REASON.topicFilterInvalid]: [REASON.topicNameInvalid],
  [REASON.topicNameInvalid]: [REASON.topicFilterInvalid],
};

/** The reason itself where the packet may say it, else what comes nearest. */
export function reasonIn(place: ReasonPlace, reason: ReasonCode): ReasonCode {
  if (reason < REASON.unspecifiedError || ALLOWED[place].has(reason)) return reason;
  return NEAREST[reason]?.find((other) => ALLOWED[place].has(other)) ?? REASON.unspecifiedError;
}

/** MQTT 5 tables 3-4 to 3-7: what a client may say in an acknowledgement. */
export function isAcknowledgementReason(
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  reason: number,
): boolean {
  if (reason === REASON.success) return true;
  if (type === 'pubrel' || type === 'pubcomp') return reason === REASON.packetIdentifierNotFound;
  return reason === REASON.noMatchingSubscribers || (ALLOWED.puback as ReadonlySet<number>).has(reason);
}
