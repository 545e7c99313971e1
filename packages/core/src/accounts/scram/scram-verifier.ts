import type { ScramCrypto, ScramHash } from '../../ports/scram-crypto.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { saslPrep } from './sasl-prep.ts';

/** What is kept in the place of a password: enough to check a proof, not enough to make one (RFC 5802 §3). */
export interface ScramVerifier {
  readonly hash: ScramHash;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** A verifier at rest, as RFC 5803 §2 writes it: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`. */
const AT_REST = /^SCRAM-(SHA-1|SHA-256)\$(\d{1,9}):([^$:]+)\$([^$:]+):([^$:]+)$/;

export async function deriveVerifier(
  crypto: ScramCrypto,
  of: { hash: ScramHash; password: string; salt: Uint8Array; iterations: number },
): Promise<ScramVerifier> {
  const { hash, password, salt, iterations } = of;
  const salted = await crypto.saltedPassword(hash, saslPrep(password), salt, iterations);
  const storedKey = crypto.digest(hash, crypto.hmac(hash, salted, 'Client Key'));
  return { hash, salt, iterations, storedKey, serverKey: crypto.hmac(hash, salted, 'Server Key') };
}

/** Several verifiers of one password as one text. */
export function verifiersToText(verifiers: readonly ScramVerifier[]): string {
  return verifiers
    .map(({ hash, salt, iterations, storedKey, serverKey }) => {
      const keys = `${toBase64(storedKey)}:${toBase64(serverKey)}`;
      return `SCRAM-${hash.toUpperCase()}$${iterations}:${toBase64(salt)}$${keys}`;
    })
    .join(' ');
}

/** The verifier for one hash; null where there is none that can be read. */
export function verifierFromText(text: string, hash: ScramHash): ScramVerifier | null {
  for (const part of text.split(' ')) {
    const [, name = '', iterations = '', ...values] = AT_REST.exec(part) ?? [];
    const [salt, storedKey, serverKey] = values.map(fromBase64);
    if (name.toLowerCase() === hash && salt && storedKey && serverKey) {
      return { hash, salt, iterations: Number(iterations), storedKey, serverKey };
    }
  }
  return null;
}
