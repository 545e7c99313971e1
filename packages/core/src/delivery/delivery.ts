import type { Entry } from '@skein/model';

/**
 * One committed entry on its way to members. Encoded once per wire encoding, whoever asks first; every connection then
 * writes the same bytes.
 */
export class Delivery {
  readonly entry: Entry;
  /** Time of the entry before it in the same conversation; live frames carry the difference. */
  readonly previousTimeMs: number;
  // Nearly always all members are told in one encoding, and nearly every message has one or two of them: no map for that.
  #firstKey = '';
  #firstBytes: Uint8Array | null = null;
  #others: Map<string, Uint8Array> | null = null;

  constructor(entry: Entry, previousTimeMs: number) {
    this.entry = entry;
    this.previousTimeMs = previousTimeMs;
  }

  /** The bytes under this key, made by `encode` the first time. */
  encoded(key: string, encode: (delivery: Delivery) => Uint8Array): Uint8Array {
    if (this.#firstBytes !== null && this.#firstKey === key) return this.#firstBytes;
    const known = this.#others?.get(key);
    if (known !== undefined) return known;
    const bytes = encode(this);
    if (this.#firstBytes === null) {
      this.#firstKey = key;
      this.#firstBytes = bytes;
    } else {
      this.#others ??= new Map();
      this.#others.set(key, bytes);
    }
    return bytes;
  }
}
