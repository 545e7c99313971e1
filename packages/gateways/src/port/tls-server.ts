import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { markInside } from '../session/peer-of.ts';

/** A certificate chain and its key, PEM. */
export interface Certificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** Takes a socket whose TLS handshake is done, and what was agreed in it by ALPN (RFC 7301). */
export type TakeSecure = (socket: TLSSocket, alpn: string | null) => void;

const TAKE_SECURE = Symbol('take secure');

interface WrappedSocket extends Socket {
  [TAKE_SECURE]?: TakeSecure;
}

/** Unwraps TLS from sockets that it is handed. It never listens. */
export class TlsUnwrapper {
  readonly #server: Server;

  /** `alpn`: the names that can be agreed on, best first. A client that offers only others is refused by TLS itself. */
  constructor(certificate: Certificate, handshakeTimeoutMs: number, alpn: readonly string[]) {
    this.#server = createServer({
      ...certificate,
      minVersion: 'TLSv1.2',
      ALPNProtocols: alpn,
      handshakeTimeout: handshakeTimeoutMs,
      noDelay: true,
    });
    this.#server.on('secureConnection', (socket) => {
      socket.on('error', ignore);
      // Not documented, and there is no documented way to it; a test notices when it goes.
      const outside = (socket as TLSSocket & { readonly _parent?: WrappedSocket })._parent;
      const take = outside?.[TAKE_SECURE];
      if (outside === undefined || take === undefined) {
        socket.destroy();
        return;
      }
      markInside(socket, outside);
      take(socket, typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null);
    });
    // A handshake that failed or took too long is the peer's affair; only closing the socket is ours.
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  /** Begins the handshake on a socket that nobody listens to; `firstBytes` were read from it before. */
  unwrap(socket: WrappedSocket, firstBytes: Buffer, take: TakeSecure): void {
    socket[TAKE_SECURE] = take;
    socket.pause();
    if (firstBytes.length > 0) socket.unshift(firstBytes);
    this.#server.emit('connection', socket);
  }

  /** Uses another certificate for connections from now on. */
  setCertificate(certificate: Certificate): void {
    this.#server.setSecureContext(certificate);
  }
}

function ignore(): void {}
