import { ProtocolError } from '../protocol-error.ts';

// The two globals of every JavaScript host that this package needs; its `lib` has no host in it.
declare const TextEncoder: new () => {
  encode(text: string): Uint8Array;
  encodeInto(text: string, into: Uint8Array): { read: number; written: number };
};
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
// ignoreBOM keeps a leading U+FEFF: text arrives byte for byte as it was sent.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Below this length a loop over ASCII beats the call into the host.
const SHORT = 24;

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function encodeUtf8Into(text: string, into: Uint8Array): number {
  return encoder.encodeInto(text, into).written;
}

/** Decodes strictly: overlong forms, lone surrogates and cut sequences are refused, never replaced. */
export function decodeUtf8(bytes: Uint8Array, from: number, to: number): string {
  if (to - from <= SHORT) {
    const ascii = decodeAscii(bytes, from, to);
    if (ascii !== null) return ascii;
  }
  try {
    return decoder.decode(bytes.subarray(from, to));
  } catch {
    throw new ProtocolError('invalid-utf8');
  }
}

function decodeAscii(bytes: Uint8Array, from: number, to: number): string | null {
  let text = '';
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}
