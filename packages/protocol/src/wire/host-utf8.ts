import { ProtocolError } from '../protocol-error.ts';

// The two globals of every JavaScript host that this package needs; its `lib` has no host in it.
declare const TextEncoder: new () => {
  encodeInto(text: string, into: Uint8Array): { read: number; written: number };
};
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

/**
 * The host's UTF-8, which is all that a browser loads (`#utf8` in package.json): a page reads some messages a second, and pays
 * for each byte of code. A server reads a hundred thousand, and takes utf8.ts.
 */
const encoder = new TextEncoder();
// ignoreBOM keeps a leading U+FEFF: text arrives byte for byte as it was sent.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A string of n UTF-16 units takes at most 3n bytes of UTF-8. */
export const UTF8_BYTES_PER_UNIT_MAX = 3;

/**
 * Writes a text at `at`, where there must be room for `UTF8_BYTES_PER_UNIT_MAX` bytes a unit, and returns where it ends.
 * Half a surrogate pair becomes U+FFFD.
 */
export function encodeUtf8(text: string, into: Uint8Array, at: number): number {
  return at + encoder.encodeInto(text, into.subarray(at)).written;
}

/** Decodes strictly: overlong forms, surrogates and cut sequences are refused, never replaced. */
export function decodeUtf8(bytes: Uint8Array, from: number, to: number): string {
  try {
    return decoder.decode(bytes.subarray(from, to));
  } catch {
    throw new ProtocolError('invalid-utf8');
  }
}
