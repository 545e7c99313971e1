import type { RefusalCode } from '@skein/model';
import type { CloseReason } from '@skein/protocol';
import { REASON, RETURN_CODE, type ReasonCode, type ReturnCode } from './codec/reason-codes.ts';

/** Every expected "no" in the words of MQTT 5. A code that is missing here breaks the build. */
export const REASON_OF_REFUSAL: Readonly<Record<RefusalCode, ReasonCode>> = {
  'auth.required': REASON.notAuthorized,
  'auth.bad_credentials': REASON.badUserNameOrPassword,
  'auth.token_expired': REASON.badUserNameOrPassword,
  'auth.revoked': REASON.notAuthorized,
  'auth.dev_disabled': REASON.badUserNameOrPassword,
  'auth.registration_closed': REASON.notAuthorized,
  'auth.invite_invalid': REASON.notAuthorized,
  'auth.name_taken': REASON.notAuthorized,
  'auth.name_invalid': REASON.badUserNameOrPassword,
  'auth.password_weak': REASON.badUserNameOrPassword,
  'auth.too_many_attempts': REASON.connectionRateExceeded,
  'limit.rate': REASON.messageRateTooHigh,
  'limit.too_many_devices': REASON.quotaExceeded,
  'limit.too_many_conversations': REASON.quotaExceeded,
  'limit.group_full': REASON.quotaExceeded,
  'limit.topics': REASON.quotaExceeded,
  'message.too_large': REASON.packetTooLarge,
  'message.invalid': REASON.payloadFormatInvalid,
  'message.not_found': REASON.implementationSpecificError,
  'message.recall_window_passed': REASON.notAuthorized,
  'message.not_editable': REASON.notAuthorized,
  'permission.not_member': REASON.notAuthorized,
  'permission.role': REASON.notAuthorized,
  'permission.direct': REASON.notAuthorized,
  'permission.self_conversation': REASON.topicNameInvalid,
  'permission.topic': REASON.notAuthorized,
  'user.not_found': REASON.topicNameInvalid,
  'conflict.duplicate': REASON.implementationSpecificError,
  'request.invalid': REASON.topicNameInvalid,
  'request.unknown': REASON.topicNameInvalid,
  'client.upgrade_required': REASON.unsupportedProtocolVersion,
  'server.storage_full': REASON.quotaExceeded,
  'server.storage_unavailable': REASON.serverUnavailable,
  'server.overloaded': REASON.serverBusy,
  'server.shutting_down': REASON.serverShuttingDown,
};

/** Why the server ends a connection, in the words of MQTT 5. */
export const REASON_OF_CLOSE: Readonly<Record<CloseReason, ReasonCode>> = {
  serverRestart: REASON.serverShuttingDown,
  overloaded: REASON.serverBusy,
  ackTimeout: REASON.keepAliveTimeout,
  idle: REASON.keepAliveTimeout,
  stalled: REASON.quotaExceeded,
  internal: REASON.unspecifiedError,
  signInTimeout: REASON.unspecifiedError,
  rateLimited: REASON.messageRateTooHigh,
  tokenExpired: REASON.notAuthorized,
  signedOut: REASON.administrativeAction,
  revoked: REASON.administrativeAction,
  badCredentials: REASON.badUserNameOrPassword,
  upgradeRequired: REASON.unsupportedProtocolVersion,
  protocolViolation: REASON.protocolError,
  outOfOrder: REASON.protocolError,
  frameTooLarge: REASON.packetTooLarge,
  notAllowed: REASON.notAuthorized,
  goodbye: REASON.success,
};

/** What is left of a reason where MQTT 3.1.1 answers a CONNECT (§3.2.2.3). */
export function returnCodeOf(reason: ReasonCode): ReturnCode {
  switch (reason) {
    case REASON.success:
      return RETURN_CODE.accepted;
    case REASON.unsupportedProtocolVersion:
      return RETURN_CODE.unacceptableProtocolVersion;
    case REASON.clientIdentifierNotValid:
      return RETURN_CODE.identifierRejected;
    case REASON.badUserNameOrPassword:
      return RETURN_CODE.badUserNameOrPassword;
    case REASON.notAuthorized:
    case REASON.banned:
    case REASON.topicNameInvalid:
      return RETURN_CODE.notAuthorized;
    default:
      return RETURN_CODE.serverUnavailable;
  }
}
