import { fromBase64 } from './base64.ts';

/** Which binding to the TLS connection the client says it uses (RFC 5802 §6). */
export type ChannelBinding =
  | { readonly kind: 'none' }
  /** The client could and believes that the server can't: wrong when the server offered it. */
  | { readonly kind: 'unused' }
  | { readonly kind: 'used'; readonly name: string };

export interface ClientFirst {
  readonly binding: ChannelBinding;
  /** The GS2 header, exactly as sent: the proof covers it. */
  readonly header: string;
  readonly bare: string;
  readonly user: string;
  /** Who to act as; empty for oneself. */
  readonly authorization: string;
  readonly nonce: string;
}

export interface ClientFinal {
  readonly channelBinding: Uint8Array;
  readonly nonce: string;
  readonly proof: Uint8Array;
  readonly withoutProof: string;
}

// RFC 5802 §7. A nonce is printable ASCII without a comma. Mandatory extensions ("m=") are not understood, so they fail.
const CLIENT_FIRST =
  /^((?:(n|y)|p=([A-Za-z0-9.-]{1,64})),(?:a=([^,]+))?,)(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]{1,256})(?:,.*)?)$/u;
const CLIENT_FINAL = /^(c=([^,]+),r=([^,]+)(?:,.*)?),p=([^,]+)$/u;

/** Null for what is no client-first-message. */
export function parseClientFirst(text: string): ClientFirst | null {
  const match = CLIENT_FIRST.exec(text);
  if (match === null) return null;
  const [, header = '', flag, bindingName, authorization = '', bare = '', user = '', nonce = ''] = match;
  const name = unescapeName(user);
  const other = unescapeName(authorization);
  if (name === null || other === null) return null;
  const binding: ChannelBinding =
    bindingName === undefined
      ? { kind: flag === 'y' ? 'unused' : 'none' }
      : { kind: 'used', name: bindingName };
  return { binding, header, bare, user: name, authorization: other, nonce };
}

/** Null for what is no client-final-message. */
export function parseClientFinal(text: string): ClientFinal | null {
  const [, withoutProof = '', binding = '', nonce = '', proof = ''] = CLIENT_FINAL.exec(text) ?? [];
  const channelBinding = fromBase64(binding);
  const proofBytes = fromBase64(proof);
  if (withoutProof === '' || channelBinding === null || proofBytes === null) return null;
  return { channelBinding, nonce, proof: proofBytes, withoutProof };
}

/** RFC 5802 §5.1: "=2C" is a comma, "=3D" an equals sign, any other "=" an error. */
function unescapeName(name: string): string | null {
  const rest = name.replaceAll('=2C', '').replaceAll('=3D', '');
  return rest.includes('=') ? null : name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}
