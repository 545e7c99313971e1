import { encodeDown, encodePush, HEARTBEAT } from '@skein/protocol';
import { implicitPush } from '../session/push-frame.ts';
import type { Wire } from '../session/wire.ts';

/** Native frames on a byte stream: a length, then the frame. */
export const TCP_WIRE: Wire = {
  name: 'native',
  encode: encodeDown,
  encodeDelivery(delivery) {
    const { buffer, byteOffset, length } = encodePush(implicitPush(delivery));
    // Sockets want a Buffer and would each make one.
    return Buffer.from(buffer, byteOffset, length);
  },
  heartbeat: HEARTBEAT,
  hasCloseFrame: true,
};
