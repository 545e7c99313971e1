import { downToJson } from '@skein/protocol/json';
import { explicitPush } from '../session/push-frame.ts';
import type { Wire } from '../session/wire.ts';

/** Frames as JSON objects, one per line. */
export const LINES_WIRE: Wire = {
  name: 'json-lines',
  encode: (frame) => Buffer.from(`${downToJson(frame)}\n`),
  encodeDelivery: (delivery) =>
    Buffer.from(`${downToJson({ case: 'push', value: explicitPush(delivery) })}\n`),
  heartbeat: Buffer.from('\n'),
  hasCloseFrame: true,
};
