import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { NATIVE_PREFACE } from '@skein/protocol';
import type { Link, LinkEvents, Transport } from '../engine/ports/transport.ts';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

const DEFAULT_PORT = 6969;
/** IPv6 and IPv4 are tried one after the other, this far apart; the first that connects wins (RFC 8305 §5 says 250 ms). */
const STAGGER_MS = 250;

/** The native wire over TCP or TLS. */
export class TcpTransport implements Transport {
  readonly name: string;
  readonly #address: TcpAddress;

  constructor(address: TcpAddress) {
    this.#address = address;
    this.name = address.isSecure ? 'tls' : 'tcp';
  }

  open(events: LinkEvents): Link {
    return new TcpLink(this.#address, events);
  }
}

class TcpLink implements Link {
  readonly #socket: Socket;
  #isClosed = false;

  constructor({ host, port, isSecure }: TcpAddress, events: LinkEvents) {
    const options = { host, port, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: STAGGER_MS };
    this.#socket = isSecure ? connectTls({ ...options, servername: host }) : connectTcp(options);
    this.#socket.setNoDelay(true);
    this.#socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      if (this.#isClosed) return;
      this.#socket.write(NATIVE_PREFACE);
      events.opened();
    });
    this.#socket.on('data', (bytes: Uint8Array) => {
      if (!this.#isClosed) events.received(bytes);
    });
    let reason = '';
    this.#socket.on('error', (error) => {
      reason = error.message;
    });
    this.#socket.once('close', () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      events.closed(0, reason);
    });
  }

  send(bytes: Uint8Array): void {
    if (!this.#isClosed && this.#socket.writable) this.#socket.write(bytes);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // What was written still leaves; a peer that does not answer is not waited for.
    this.#socket.end(() => this.#socket.destroy());
    this.#socket.unref();
  }
}

/** `tcp://host:port` and `tls://host:port`; null for any other address. */
export function parseTcpAddress(url: string): TcpAddress | null {
  const match = /^(tcp|tls):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(url);
  if (match === null) return null;
  const [, scheme, host = '', port] = match;
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? DEFAULT_PORT : Number(port),
    isSecure: scheme === 'tls',
  };
}
