/** The protocol version this code speaks, and the oldest it still understands. */
export const PROTOCOL_VERSION = 1;
export const PROTOCOL_VERSION_MIN = 1;

/** WebSocket subprotocols, best first; each names the version and the encoding (RFC 6455 §1.9). */
export const SUBPROTOCOL = { protobuf: 'skein.v1.protobuf', json: 'skein.v1.json' } as const;
export type Encoding = keyof typeof SUBPROTOCOL;

/** The versions that one side speaks, both ends included. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

const OURS: VersionRange = { min: PROTOCOL_VERSION_MIN, max: PROTOCOL_VERSION };

/** [VN1] The highest version that both sides speak, or null when there is none: the answer is then "upgrade required". */
export function negotiateVersion(clientMin: number, clientMax: number, ours = OURS): number | null {
  const version = Math.min(clientMax, ours.max);
  return version >= Math.max(clientMin, ours.min) ? version : null;
}

/** [VN3] Chooses the encoding from what a WebSocket client offers, in the client's order; null when none is known. */
export function negotiateSubprotocol(offered: Iterable<string>): Encoding | null {
  for (const name of offered) {
    if (name === SUBPROTOCOL.protobuf) return 'protobuf';
    if (name === SUBPROTOCOL.json) return 'json';
  }
  return null;
}

/** What this version has beyond what everyone has: nothing yet. */
const CAPABILITIES: readonly string[] = [];

/** [VN2] What both sides can: names that only one side knows are passed over. */
export function commonCapabilities(offered: readonly string[], ours = CAPABILITIES): string[] {
  return ours.filter((name) => offered.includes(name));
}
