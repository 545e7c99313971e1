import type { Delivery } from '@skein/core';
import type { DownFrameInit } from '@skein/protocol';

/** How frames to the client look on one kind of connection. Shared by all of them, so it holds no state. */
export interface Wire {
  /** Names the encoding: a delivery is encoded once per name. */
  readonly name: string;
  /** A frame, ready to be written. */
  encode(frame: DownFrameInit): Uint8Array;
  /** A live entry, ready to be written. */
  readonly encodeDelivery: (delivery: Delivery) => Uint8Array;
  /** The answer to a heartbeat. */
  readonly heartbeat: Uint8Array;
  /** True where the reason of an end is a frame of its own; false where the transport carries it. */
  readonly hasCloseFrame: boolean;
}
