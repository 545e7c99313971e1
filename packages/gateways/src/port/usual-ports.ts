import type { DetectedProtocol } from './detect-protocol.ts';

/** What is spoken on a port that is one protocol's alone. */
export interface UsualPort {
  readonly protocol: Exclude<DetectedProtocol, 'undecided' | 'unknown' | 'proxy' | 'tls'>;
  /** TLS from the first byte; on the others TLS is not recognised. */
  readonly isSecure: boolean;
}

/** [GW28] The ports that programs try by themselves, by the names they have in the configuration. */
export const USUAL_PORTS = {
  mqtt: { protocol: 'mqtt', isSecure: false },
  mqtts: { protocol: 'mqtt', isSecure: true },
  xmpp: { protocol: 'xmpp', isSecure: false },
  xmpps: { protocol: 'xmpp', isSecure: true },
  http: { protocol: 'http', isSecure: false },
  https: { protocol: 'http', isSecure: true },
} as const satisfies Record<string, UsualPort>;

export type UsualPortName = keyof typeof USUAL_PORTS;
