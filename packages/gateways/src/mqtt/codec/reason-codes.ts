/** MQTT 5 §2.4: every reason code that this server says or hears, by the standard's own name. */
export const REASON = {
  success: 0x00,
  grantedQos1: 0x01,
  grantedQos2: 0x02,
  disconnectWithWill: 0x04,
  noMatchingSubscribers: 0x10,
  noSubscriptionExisted: 0x11,
  unspecifiedError: 0x80,
  malformedPacket: 0x81,
  protocolError: 0x82,
  implementationSpecificError: 0x83,
  unsupportedProtocolVersion: 0x84,
  clientIdentifierNotValid: 0x85,
  badUserNameOrPassword: 0x86,
  notAuthorized: 0x87,
  serverUnavailable: 0x88,
  serverBusy: 0x89,
  banned: 0x8a,
  serverShuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  packetIdentifierInUse: 0x91,
  packetIdentifierNotFound: 0x92,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  messageRateTooHigh: 0x96,
  quotaExceeded: 0x97,
  administrativeAction: 0x98,
  payloadFormatInvalid: 0x99,
  connectionRateExceeded: 0x9f,
} as const;

export type ReasonCode = (typeof REASON)[keyof typeof REASON];

/** From here on a reason code says that something failed (MQTT 5 §2.4). */
export const FAILURE_FROM = 0x80;

/** MQTT 3.1.1 §3.2.2.3: what a CONNACK of that version can say. */
export const RETURN_CODE = {
  accepted: 0,
  unacceptableProtocolVersion: 1,
  identifierRejected: 2,
  serverUnavailable: 3,
  badUserNameOrPassword: 4,
  notAuthorized: 5,
} as const;

export type ReturnCode = (typeof RETURN_CODE)[keyof typeof RETURN_CODE];

/** What a peer did that its version's standard forbids. Ends the connection, in MQTT 5 with the reason said (§4.13). */
export class MqttViolation extends Error {
  override readonly name = 'MqttViolation';
  readonly reason: ReasonCode;

  constructor(reason: ReasonCode, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

export function malformed(detail: string): MqttViolation {
  return new MqttViolation(REASON.malformedPacket, detail);
}

export function protocolError(detail: string): MqttViolation {
  return new MqttViolation(REASON.protocolError, detail);
}
