import { ProtocolError } from '@skein/protocol';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NO_BYTES = new Uint8Array(0);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Cuts a byte stream into lines of UTF-8. What is held of an unfinished line grows with what arrives, up to the limit.
 * Errors: throws ProtocolError for a line that is too long or no UTF-8 (GW15).
 */
export class LineSplitter {
  readonly #lineBytesMax: number;
  readonly #onLine: (line: string) => void;
  #held: Uint8Array = NO_BYTES;
  #heldBytes = 0;

  constructor(lineBytesMax: number, onLine: (line: string) => void) {
    this.#lineBytesMax = lineBytesMax;
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, newline === -1 ? chunk.length : newline);
      if (this.#heldBytes + part.length > this.#lineBytesMax) {
        throw new ProtocolError('frame-too-large', `a line has at most ${this.#lineBytesMax} bytes`);
      }
      if (newline === -1) {
        if (part.length > 0) this.#hold(part);
        return;
      }
      this.#end(part);
      from = newline + 1;
    }
  }

  /** The input is over: a last line needs no newline. */
  finish(): void {
    if (this.#heldBytes > 0) this.#end(NO_BYTES);
  }

  #end(part: Uint8Array): void {
    let line = part;
    if (this.#heldBytes > 0) {
      this.#hold(part);
      line = this.#held.subarray(0, this.#heldBytes);
      this.#held = NO_BYTES;
      this.#heldBytes = 0;
    }
    this.#onLine(decode(line));
  }

  #hold(part: Uint8Array): void {
    const needed = this.#heldBytes + part.length;
    if (this.#held.length < needed) {
      const grown = new Uint8Array(Math.max(needed, this.#heldBytes * 2));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = needed;
  }
}

function decode(line: Uint8Array): string {
  const isWindows = line.at(-1) === CARRIAGE_RETURN;
  try {
    return decoder.decode(isWindows ? line.subarray(0, -1) : line);
  } catch {
    throw new ProtocolError('invalid-utf8');
  }
}
