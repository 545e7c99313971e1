import { isUtf8 } from 'node:buffer';
import { StreamError } from '../stream/stream-error.ts';

const NO_BYTES = Buffer.alloc(0);

/** Turns a stream of bytes into text, wherever it is cut. */
export class Utf8Chunks {
  #tail = NO_BYTES;

  /** Errors: throws StreamError bad-format for what is no UTF-8. */
  read(bytes: Uint8Array): string {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const whole = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    const end = whole.length - unfinishedBytes(whole);
    // RFC 6120 §11.6: the encoding is UTF-8; RFC 3629 says what that is.
    if (!isUtf8(end === whole.length ? whole : whole.subarray(0, end))) throw new StreamError('bad-format');
    this.#tail = end === whole.length ? NO_BYTES : Buffer.from(whole.subarray(end));
    return whole.toString('utf8', 0, end);
  }
}

/** How many bytes at the end begin a character that is not complete: at most three. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

function lengthOf(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
