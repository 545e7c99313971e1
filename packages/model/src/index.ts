export { assert, BugError, unreachable } from './assert.ts';
export type { Clock, Random, Timer } from './clock.ts';
export type { ConversationKind, Role } from './conversation.ts';
export { outranks } from './conversation.ts';
export type { Digest } from './digest.ts';
export { addToDigest, EMPTY_DIGEST, sameDigest } from './digest.ts';
export type { Entry, EntryKind, EntryKindNumber, Marker } from './entry.ts';
export { ENTRY_KIND, isCountable } from './entry.ts';
export type {
  ConversationId,
  DeviceNumber,
  Position,
  Seq,
  SessionId,
  UserId,
  UserNumber,
} from './ids.ts';
export {
  conversationId,
  deviceNumber,
  POSITION_BEFORE_FIRST,
  parseUserId,
  position,
  SEQ_BEFORE_FIRST,
  seq,
  userNumber,
} from './ids.ts';
export type { LimitName, Limits } from './limits.ts';
export { LIMITS, withLimits } from './limits.ts';
export type { Refusal, RefusalCode, RefusalInfo } from './refusal.ts';
export { isRefusalCode, REFUSALS, refuse } from './refusal.ts';
export { utf8Length } from './utf8-length.ts';
