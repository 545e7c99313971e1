import type { ScramCrypto } from '../../ports/scram-crypto.ts';
import { toBase64 } from './base64.ts';
import { type ClientFirst, parseClientFinal } from './scram-messages.ts';
import type { ScramVerifier } from './scram-verifier.ts';

/** What a server remembers between its first message and the client's last one. */
export interface ScramExchange {
  readonly first: ClientFirst;
  readonly verifier: ScramVerifier;
  readonly nonce: string;
  readonly serverFirst: string;
  /** Bytes that only the two ends of this TLS connection know; empty where none are used. */
  readonly channelBinding: Uint8Array;
}

/**
 *   client-first ──▶ server-first ──▶ client-final ──▶ server-final
 *
 * [SA1] The answer to a client-first-message.
 */
export function beginExchange(
  first: ClientFirst,
  verifier: ScramVerifier,
  { serverNonce, channelBinding }: { serverNonce: string; channelBinding: Uint8Array },
): ScramExchange {
  const nonce = first.nonce + serverNonce;
  const serverFirst = `r=${nonce},s=${toBase64(verifier.salt)},i=${verifier.iterations}`;
  return { first, verifier, nonce, serverFirst, channelBinding };
}

/**
 * [SA1, SA2] Checks the client's proof. Answers the server-final-message, with which the server proves itself, or null
 * when the client does not know the password, speaks of another exchange or sits behind another TLS connection.
 */
export function finishExchange(
  crypto: ScramCrypto,
  { first, verifier, nonce, serverFirst, channelBinding }: ScramExchange,
  clientFinal: string,
): string | null {
  const final = parseClientFinal(clientFinal);
  if (final === null || final.nonce !== nonce) return null;
  if (!crypto.isSame(final.channelBinding, boundTo(first.header, channelBinding))) return null;
  const { hash, storedKey, serverKey } = verifier;
  const authMessage = `${first.bare},${serverFirst},${final.withoutProof}`;
  const signature = crypto.hmac(hash, storedKey, authMessage);
  if (final.proof.length !== signature.length) return null;
  const clientKey = final.proof.map((byte, index) => byte ^ (signature[index] ?? 0));
  if (!crypto.isSame(crypto.digest(hash, clientKey), storedKey)) return null;
  return `v=${toBase64(crypto.hmac(hash, serverKey, authMessage))}`;
}

/** The header is ASCII by its grammar but for the name in it, which may be anything. */
function boundTo(header: string, channelBinding: Uint8Array): Uint8Array {
  const text = utf8(header);
  const bytes = new Uint8Array(text.length + channelBinding.length);
  bytes.set(text);
  bytes.set(channelBinding, text.length);
  return bytes;
}

function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    else
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 0x3f),
        0x80 | ((point >> 6) & 0x3f),
        0x80 | (point & 0x3f),
      );
  }
  return Uint8Array.from(bytes);
}
