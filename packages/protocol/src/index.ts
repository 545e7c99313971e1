export type { CloseAdvice, CloseReason } from './close-code.ts';
export { CLOSE_CODE, closeAdvice } from './close-code.ts';
export { bodyOfPush, contentOfSend, encodePush, parseContent } from './content.ts';
export { decodeDown, decodeUp, encodeDown, encodeUp, HEARTBEAT, NATIVE_PREFACE } from './frame-codec.ts';
export type { OnFrame, OnHeartbeat } from './frame-splitter.ts';
export { FrameSplitter } from './frame-splitter.ts';
export * from './generated/skein.gen.ts';
export { decodeMessage, encodeMessage } from './message-codec.ts';
export type { Violation } from './protocol-error.ts';
export { ProtocolError } from './protocol-error.ts';
export type { Encoding } from './version.ts';
export {
  negotiateSubprotocol,
  negotiateVersion,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  SUBPROTOCOL,
} from './version.ts';
export { Reader } from './wire/reader.ts';
export { Writer } from './wire/writer.ts';
