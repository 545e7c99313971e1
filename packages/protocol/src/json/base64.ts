import { ProtocolError } from '../protocol-error.ts';

// RFC 4648 §4. The package has no host, so neither Buffer nor btoa.
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const word = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(word >> 18) + ALPHABET.charAt((word >> 12) & 63);
    text += at + 1 < bytes.length ? ALPHABET.charAt((word >> 6) & 63) : '=';
    text += at + 2 < bytes.length ? ALPHABET.charAt(word & 63) : '=';
  }
  return text;
}

/** Errors: throws ProtocolError('invalid-json') for anything but the alphabet with optional padding. */
export function decodeBase64(text: string): Uint8Array {
  const digits = text.replace(/={1,2}$/, '');
  if (digits.length % 4 === 1) throw new ProtocolError('invalid-json', 'base64');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let word = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = ALPHABET.indexOf(digits.charAt(i));
    if (digit < 0) throw new ProtocolError('invalid-json', 'base64');
    word = ((word << 6) | digit) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (word >> bits) & 0xff;
    }
  }
  return bytes;
}
