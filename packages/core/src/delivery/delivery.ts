import type { Entry } from '@skein/model';

/**
 * One committed entry on its way to members. Encoded once per wire encoding, whoever asks first; every connection then
 * writes the same bytes.
 */
export class Delivery {
  readonly entry: Entry;
  /** Time of the entry before it in the same conversation; live frames carry the difference. */
  readonly previousTimeMs: number;
  readonly #encodings = new Map<string, Uint8Array>();

  constructor(entry: Entry, previousTimeMs: number) {
    this.entry = entry;
    this.previousTimeMs = previousTimeMs;
  }

  /** The bytes under this key, made by `encode` the first time. */
  encoded(key: string, encode: (delivery: Delivery) => Uint8Array): Uint8Array {
    const known = this.#encodings.get(key);
    if (known !== undefined) return known;
    const bytes = encode(this);
    this.#encodings.set(key, bytes);
    return bytes;
  }
}
