import { encodeDown, encodePush } from '@skein/protocol';
import { downToJson } from '@skein/protocol/json';
import { explicitPush, implicitPush } from '../session/push-frame.ts';
import type { Wire } from '../session/wire.ts';

// RFC 6455 §5.2: FIN and the opcode.
const TEXT = 0x81;
const BINARY = 0x82;
// Lengths above 125 and above 65,535 take two and eight bytes of their own.
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const NO_BYTES = new Uint8Array(0);

/**
 * Native frames as WebSocket messages, each with its WebSocket header, ready for the socket. The header is ours because
 * a message to a thousand members is then framed once, not a thousand times.
 */
export const BINARY_WIRE: Wire = {
  name: 'native-websocket',
  encode: (frame) => messageOf(BINARY, encodeDown(frame)),
  encodeDelivery: (delivery) => messageOf(BINARY, encodePush(implicitPush(delivery))),
  heartbeat: messageOf(BINARY, NO_BYTES),
  hasCloseFrame: false,
};

/** Frames as JSON objects, one per text message. */
export const JSON_WIRE: Wire = {
  name: 'json-websocket',
  encode: (frame) => messageOf(TEXT, Buffer.from(downToJson(frame))),
  encodeDelivery: (delivery) =>
    messageOf(TEXT, Buffer.from(downToJson({ case: 'push', value: explicitPush(delivery) }))),
  heartbeat: messageOf(TEXT, NO_BYTES),
  hasCloseFrame: false,
};

/** A whole message from a server: one frame, not masked. */
export function messageOf(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const headBytes = length < LENGTH_16 ? 2 : length < 0x10000 ? 4 : 10;
  const message = Buffer.allocUnsafe(headBytes + length);
  message[0] = opcode;
  if (headBytes === 2) {
    message[1] = length;
  } else if (headBytes === 4) {
    message[1] = LENGTH_16;
    message.writeUInt16BE(length, 2);
  } else {
    message[1] = LENGTH_64;
    message.writeUInt32BE(0, 2);
    message.writeUInt32BE(length, 6);
  }
  message.set(payload, headBytes);
  return message;
}
