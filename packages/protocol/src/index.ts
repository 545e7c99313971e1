export type { CloseAdvice, CloseReason } from './close-code.ts';
export { CLOSE_CODE, closeAdvice } from './close-code.ts';
export type { Bodies, BodyInits } from './compact/compact-codec.ts';
export {
  decodeBody,
  decodeDownCompact,
  encodeBody,
  encodeUpCompact,
} from './compact/compact-codec.ts';
export { learnFleetingMessages } from './compact/learn-fleeting.ts';
export { contentFieldOf, contentOfSend, contentOfText, parseContent } from './content.ts';
export { decodeDown, decodeUp, encodeDown, encodeUp, HEARTBEAT, NATIVE_PREFACE } from './frame-codec.ts';
export type { OnFrame, OnHeartbeat } from './frame-splitter.ts';
export { FrameSplitter } from './frame-splitter.ts';
export * from './generated/skein.gen.ts';
export { decodeMessage, encodeMessage } from './message-codec.ts';
export type { Violation } from './protocol-error.ts';
export { ProtocolError } from './protocol-error.ts';
export { bodyOfPush, encodePush, SHORT_PUSH_FRAME } from './push.ts';
export type { Told } from './told.ts';
export { laterTold, toldByPush } from './told.ts';
export type { Encoding } from './version.ts';
export {
  commonCapabilities,
  negotiateSubprotocol,
  negotiateVersion,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  SUBPROTOCOL,
} from './version.ts';
export { Reader } from './wire/reader.ts';
export { Writer } from './wire/writer.ts';
