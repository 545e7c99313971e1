/** The protocol version this code speaks, and the oldest it still understands. */
export const PROTOCOL_VERSION = 1;
export const PROTOCOL_VERSION_MIN = 1;

/** WebSocket subprotocols, best first; each names the version and the encoding (RFC 6455 §1.9). */
export const SUBPROTOCOL = { protobuf: 'skein.v1.protobuf', json: 'skein.v1.json' } as const;
export type Encoding = keyof typeof SUBPROTOCOL;

/** [VN1] The version both sides speak, or null when there is none: the answer is then "upgrade required". */
export function negotiateVersion(clientMin: number, clientMax: number): number | null {
  const version = Math.min(clientMax, PROTOCOL_VERSION);
  return version >= Math.max(clientMin, PROTOCOL_VERSION_MIN) ? version : null;
}

/** Chooses the encoding from what a WebSocket client offers, in the client's order; null when none is known. */
export function negotiateSubprotocol(offered: Iterable<string>): Encoding | null {
  for (const name of offered) {
    if (name === SUBPROTOCOL.protobuf) return 'protobuf';
    if (name === SUBPROTOCOL.json) return 'json';
  }
  return null;
}
