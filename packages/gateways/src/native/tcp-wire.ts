import type { Delivery } from '@skein/core';
import { encodeDown, HEARTBEAT } from '@skein/protocol';
import { pushFrame } from '../session/push-frame.ts';
import type { Wire } from '../session/wire.ts';

/** Native frames on a byte stream: a length, then the frame. */
export const TCP_WIRE: Wire = {
  name: 'native',
  encode: encodeDown,
  encodeDelivery: (delivery: Delivery) => encodeDown(pushFrame(delivery)),
  heartbeat: HEARTBEAT,
  hasCloseFrame: true,
};
