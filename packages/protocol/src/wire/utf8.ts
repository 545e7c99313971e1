import { decodeUtf8 as decodeByHost, encodeUtf8 as encodeByHost } from './host-utf8.ts';

export { UTF8_BYTES_PER_UNIT_MAX } from './host-utf8.ts';

// Up to these lengths a loop beats the call into the host (measured: bench/micro/codec.ts), and most texts are short.
const SHORT_UNITS = 20;
const SHORT_BYTES = 32;

/** As the host's. */
export function encodeUtf8(text: string, into: Uint8Array, at: number): number {
  if (text.length > SHORT_UNITS) return encodeByHost(text, into, at);
  let to = at;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      into[to++] = unit;
    } else if (unit < 0x800) {
      into[to++] = 0xc0 | (unit >> 6);
      into[to++] = 0x80 | (unit & 0x3f);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      into[to++] = 0xe0 | (unit >> 12);
      into[to++] = 0x80 | ((unit >> 6) & 0x3f);
      into[to++] = 0x80 | (unit & 0x3f);
    } else {
      // Surrogates are rare enough to be left to the host as a whole.
      return encodeByHost(text, into, at);
    }
  }
  return to;
}

/** As the host's. Errors: throws ProtocolError, nothing else. */
export function decodeUtf8(bytes: Uint8Array, from: number, to: number): string {
  if (to - from <= SHORT_BYTES) {
    const text = decodeShort(bytes, from, to);
    if (text !== null) return text;
  }
  return decodeByHost(bytes, from, to);
}

/** Well-formed sequences of up to three bytes; null for all else, which the host then judges. */
function decodeShort(bytes: Uint8Array, from: number, to: number): string | null {
  let text = '';
  let at = from;
  while (at < to) {
    const first = bytes[at++] as number;
    if (first < 0x80) {
      text += String.fromCharCode(first);
    } else if (first >= 0xc2 && first < 0xe0 && at < to) {
      const second = bytes[at++] as number;
      if ((second & 0xc0) !== 0x80) return null;
      text += String.fromCharCode(((first & 0x1f) << 6) | (second & 0x3f));
    } else if (first >= 0xe0 && first < 0xf0 && at + 1 < to) {
      const second = bytes[at++] as number;
      const third = bytes[at++] as number;
      const unit = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
      const isWhole = (second & 0xc0) === 0x80 && (third & 0xc0) === 0x80;
      if (!isWhole || unit < 0x800 || (unit >= 0xd800 && unit < 0xe000)) return null;
      text += String.fromCharCode(unit);
    } else {
      return null;
    }
  }
  return text;
}
