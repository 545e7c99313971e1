// RFC 6455 §5.2: FIN and the opcode.
export const TEXT = 0x81;
export const BINARY = 0x82;
// Lengths above 125 and above 65,535 take two and eight bytes of their own.
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** A whole message from a server: one frame, not masked. */
export function messageOf(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const headBytes = length < LENGTH_16 ? 2 : length < 0x10000 ? 4 : 10;
  const message = Buffer.allocUnsafe(headBytes + length);
  message[0] = opcode;
  if (headBytes === 2) {
    message[1] = length;
  } else if (headBytes === 4) {
    message[1] = LENGTH_16;
    message.writeUInt16BE(length, 2);
  } else {
    message[1] = LENGTH_64;
    message.writeUInt32BE(0, 2);
    message.writeUInt32BE(length, 6);
  }
  message.set(payload, headBytes);
  return message;
}
