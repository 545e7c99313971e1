import { encodeDown, encodePush, HEARTBEAT } from '@skein/protocol';
import { implicitPush } from '../session/push-frame.ts';
import type { Wire } from '../session/wire.ts';

/** Native frames on a byte stream: a length, then the frame. */
export const TCP_WIRE: Wire = {
  name: 'native',
  encode: encodeDown,
  encodeDelivery: (delivery) => encodePush(implicitPush(delivery)),
  heartbeat: HEARTBEAT,
  hasCloseFrame: true,
};
