import type { Limits, Random } from '@skein/model';
import type { RecordStore } from '../../ports/record-store.ts';
import type { ScramCrypto, ScramHash } from '../../ports/scram-crypto.ts';
import { deriveVerifier, type ScramVerifier, verifierFromText, verifiersToText } from './scram-verifier.ts';

export const SCRAM_HASHES: readonly ScramHash[] = ['sha-1', 'sha-256'];

/** 128 bits: no two passwords share one. */
const SALT_BYTES = 16;
const PEPPER_BYTES = 32;
const SPACE = 'scram';
const PEPPER_KEY = 'pepper';
/** No proof matches a stored key of this many zeros, for want of a known preimage. */
const KEY_BYTES: Readonly<Record<ScramHash, number>> = { 'sha-1': 20, 'sha-256': 32 };

export interface ScramSecretsDeps {
  readonly crypto: ScramCrypto;
  readonly random: Random;
  readonly limits: Limits;
}

/** Makes and finds what SCRAM proofs are checked against. */
export class ScramSecrets {
  readonly #deps: ScramSecretsDeps;
  readonly #pepper: Uint8Array;

  /** @internal Made by `open`. */
  constructor(deps: ScramSecretsDeps, pepper: Uint8Array) {
    this.#deps = deps;
    this.#pepper = pepper;
  }

  /**
   * With the pepper of invented salts as it was before: one that changed with a restart would tell whose salt is invented.
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  static async open(deps: ScramSecretsDeps, records: RecordStore): Promise<ScramSecrets> {
    const range = { space: SPACE, prefix: PEPPER_KEY, afterKey: '', countMax: 1 };
    const [known] = await records.readRecords(range);
    if (known !== undefined) return new ScramSecrets(deps, known.value);
    const value = deps.random.bytes(PEPPER_BYTES);
    await records.commitRecords([{ space: SPACE, key: PEPPER_KEY, value }]);
    return new ScramSecrets(deps, value);
  }

  /** [SA3] The verifiers of a password for every hash, as they are kept. */
  async derive(password: string): Promise<string> {
    const { crypto, random, limits } = this.#deps;
    const iterations = limits.scramIterations;
    const verifiers = SCRAM_HASHES.map((hash) =>
      deriveVerifier(crypto, { hash, password, salt: random.bytes(SALT_BYTES), iterations }),
    );
    return verifiersToText(await Promise.all(verifiers));
  }

  /**
   * [SA4] The verifier of a user, or for whoever has none an invented one: always the same salt for a name, and one that no
   * proof matches.
   */
  find(user: string, stored: string | null, hash: ScramHash): ScramVerifier {
    const known = stored === null ? null : verifierFromText(stored, hash);
    if (known !== null) return known;
    const { crypto, limits } = this.#deps;
    const salt = crypto.hmac('sha-256', this.#pepper, `${hash} ${user.toLowerCase()}`).slice(0, SALT_BYTES);
    const nothing = new Uint8Array(KEY_BYTES[hash]);
    return { hash, salt, iterations: limits.scramIterations, storedKey: nothing, serverKey: nothing };
  }
}
