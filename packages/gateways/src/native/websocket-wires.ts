import { encodeDown, encodePush } from '@skein/protocol';
import { downToJson } from '@skein/protocol/json';
import { explicitPush, implicitPush } from '../session/push-frame.ts';
import { BINARY, messageOf, TEXT } from '../session/websocket-message.ts';
import type { Wire } from '../session/wire.ts';

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
