import {
  type DownFrame,
  type DownFrameInit,
  decodeMessage,
  encodeMessage,
  readDownFrame,
  readUpFrame,
  type UpFrame,
  type UpFrameInit,
  writeDownFrame,
  writeUpFrame,
} from '@skein/protocol';

/** Through the encoding and back: what is left out gets its default, as if it had travelled. */
export function asTold(frame: UpFrameInit): UpFrame {
  return decodeMessage(readUpFrame, encodeMessage(writeUpFrame, frame)) as UpFrame;
}

export function asHeard(frame: DownFrameInit): DownFrame {
  return decodeMessage(readDownFrame, encodeMessage(writeDownFrame, frame)) as DownFrame;
}
