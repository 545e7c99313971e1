import { randomBytes } from 'node:crypto';

/** RFC 6455 §5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly isFinal: boolean;
  readonly isMasked: boolean;
  readonly reserved: number;
}

export interface FrameInit {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  /** RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly reserved?: number;
  /** How many bytes the length takes; the fewest when left out. */
  readonly lengthBytes?: 1 | 2 | 8;
}

/** Bytes of a frame as a client sends it; what a client must not do can be asked for. */
export function encodeFrame(init: FrameInit): Buffer {
  const { opcode, isFinal = true, isMasked = true, reserved = 0 } = init;
  const payload = Buffer.from(init.payload ?? '');
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const head = Buffer.concat([Buffer.of(first), encodeLength(payload.length, isMasked, init.lengthBytes)]);
  if (!isMasked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

function encodeLength(length: number, isMasked: boolean, lengthBytes?: 1 | 2 | 8): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const width = lengthBytes ?? (length < 126 ? 1 : length < 65_536 ? 2 : 8);
  if (width === 1) return Buffer.of(mask | length);
  const bytes = Buffer.alloc(1 + width);
  bytes[0] = mask | (width === 2 ? 126 : 127);
  if (width === 2) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

/** Body of a close frame. */
export function closeBody(code: number, reason: Uint8Array | string = ''): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return Buffer.concat([head, Buffer.from(reason)]);
}

/** A binary message as frames of this many bytes each. */
export function encodeFragments(payload: Buffer, fragmentBytes: number): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < payload.length; at += fragmentBytes) {
    const part = payload.subarray(at, at + fragmentBytes);
    const isFinal = at + fragmentBytes >= payload.length;
    frames.push(
      encodeFrame({ opcode: at === 0 ? OPCODE.binary : OPCODE.continuation, payload: part, isFinal }),
    );
  }
  return Buffer.concat(frames);
}
