import { decodeUp, encodeUp, type UpFrame, type UpFrameInit } from '@skein/protocol';

/** A frame through the encoding and back: what is left out gets its default, as if it had travelled. */
export function asTold(frame: UpFrameInit): UpFrame {
  const bytes = encodeUp(frame);
  const start = bytes.findIndex((byte) => byte < 0x80) + 1;
  return decodeUp(bytes, start, bytes.length) as UpFrame;
}
