import type { DownFrame, DownFrameInit, UpFrame, UpFrameInit } from '../generated/skein.gen.ts';
import { Down, Up } from '../generated/skein-json.gen.ts';
import { ProtocolError } from '../protocol-error.ts';
import { READABLE_BODIES } from './body-json.ts';
import { messageFromJson, messageToJson } from './message-json.ts';

/**
 * A frame as one JSON object with one property, the frame's name: `{"send":{"conversation":1,"counter":1,"text":"你好"}}`
 * (rules JS1–JS4). An entry of its own, `@skein/protocol/json`, so that a client that speaks binary does not carry it.
 */
export function upToJson(frame: UpFrameInit): string {
  return JSON.stringify(messageToJson(Up, { frame }, READABLE_BODIES));
}

export function downToJson(frame: DownFrameInit): string {
  return JSON.stringify(messageToJson(Down, { frame }, READABLE_BODIES));
}

/** `undefined` is a frame of a newer version: skip it. Errors: throws ProtocolError, nothing else. */
export function upFromJson(text: string): UpFrame | undefined {
  return (messageFromJson(Up, parse(text), READABLE_BODIES) as { frame: UpFrame | undefined }).frame;
}

/** `undefined` is a frame of a newer version: skip it. Errors: throws ProtocolError, nothing else. */
export function downFromJson(text: string): DownFrame | undefined {
  return (messageFromJson(Down, parse(text), READABLE_BODIES) as { frame: DownFrame | undefined }).frame;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError('invalid-json');
  }
}
