import type { DetectedProtocol } from './detect-protocol.ts';
import type { ProtocolTable, TakeSocket } from './doors.ts';
import { type DetectorOptions, PortDetector } from './port-detector.ts';
import type { TlsUnwrapper } from './tls-server.ts';
import type { UsualPort } from './usual-ports.ts';

/**
 * What each name that TLS can agree on (ALPN, RFC 7301 §6) leaves to be spoken, best first. `skein` is ours; the
 * others are registered with IANA.
 */
const PROTOCOLS_BY_ALPN: Readonly<Record<string, readonly DetectedProtocol[]>> = {
  h2: ['h2'],
  'http/1.1': ['http'],
  mqtt: ['mqtt'],
  'xmpp-client': ['xmpp'],
  skein: ['native', 'json-lines'],
};

export interface EntranceOptions {
  /** Everything that is served, without TLS and proxies. */
  readonly table: ProtocolTable;
  /** Null: TLS is not served. */
  readonly tls: TlsUnwrapper | null;
  /** Takes a connection that begins with a proxy's header, and gives what is behind it to the second argument. */
  readonly takeProxied: (next: TakeSocket) => TakeSocket;
  readonly detecting: DetectorOptions;
  /** Null: every protocol, plain or inside TLS. */
  readonly only: UsualPort | null;
}

/** The names to offer in TLS for what a table serves. */
export function alpnOf(table: ProtocolTable): string[] {
  return Object.keys(PROTOCOLS_BY_ALPN).filter((name) => name !== 'h2' || table.h2 !== undefined);
}

/**
 * The way from a socket of one endpoint to the gateway that speaks its protocol: a proxy's header, TLS, and detection
 * again inside each of them (rules GW1–GW5, GW26–GW28).
 */
export class Entrance {
  readonly #tls: TlsUnwrapper | null;
  /** In front of everything; once more behind a proxy's header, of which there is at most one. */
  readonly #outer: PortDetector;
  readonly #proxied: PortDetector;
  /** Inside TLS; and by what was agreed there. */
  readonly #secure: PortDetector;
  readonly #agreed: ReadonlyMap<string, PortDetector>;

  constructor({ table, tls, takeProxied, detecting, only }: EntranceOptions) {
    this.#tls = tls;
    const spoken = only === null ? table : restricted(table, protocolsOf(only));
    const outside = only?.isSecure === true ? {} : spoken;
    const isTlsSpoken = tls !== null && only?.isSecure !== false;
    const unwrapping = isTlsSpoken ? { ...outside, tls: this.#unwrap } : outside;
    this.#proxied = new PortDetector(unwrapping, detecting);
    const proxy = takeProxied((socket, bytes) => this.#proxied.accept(socket, bytes));
    this.#outer = new PortDetector({ ...unwrapping, proxy }, detecting);
    this.#secure = new PortDetector(spoken, detecting);
    this.#agreed = new Map(
      Object.entries(PROTOCOLS_BY_ALPN).map(([name, protocols]) => [
        name,
        new PortDetector(restricted(spoken, protocols), detecting),
      ]),
    );
  }

  /** `firstBytes` were read before, if any. */
  readonly accept: TakeSocket = (socket, firstBytes) => {
    this.#outer.accept(socket, firstBytes);
  };

  /** Ends everyone who is still being recognised. */
  close(): void {
    for (const detector of [this.#outer, this.#proxied, this.#secure, ...this.#agreed.values()])
      detector.close();
  }

  /** [GW27] What was agreed on is what is spoken: a page can't be made to talk MQTT, nor a device HTTP. */
  readonly #unwrap: TakeSocket = (socket, firstBytes) => {
    this.#tls?.unwrap(socket, firstBytes, (inside, alpn) => {
      const detector = alpn === null ? this.#secure : this.#agreed.get(alpn);
      detector?.accept(inside);
    });
  };
}

function protocolsOf({ protocol }: UsualPort): readonly DetectedProtocol[] {
  return protocol === 'http' ? ['http', 'h2'] : [protocol];
}

function restricted(table: ProtocolTable, protocols: readonly DetectedProtocol[]): ProtocolTable {
  const kept = Object.entries(table).filter(([protocol]) => protocols.includes(protocol as DetectedProtocol));
  return Object.fromEntries(kept);
}
