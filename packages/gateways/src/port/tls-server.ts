import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { markInside } from '../session/peer-of.ts';

/** A certificate chain and its key, PEM. */
export interface Certificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/**
 * Unwraps TLS from sockets that it is handed; what is inside goes through the same detection. It never listens.
 * `setSecureContext` of the returned server replaces the certificate for new connections.
 */
export function createTlsServer(
  certificate: Certificate,
  handshakeTimeoutMs: number,
  onSocket: (socket: Socket) => void,
): Server {
  const server = createServer({
    ...certificate,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: handshakeTimeoutMs,
    noDelay: true,
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', ignore);
    // Not documented, and there is no documented way to it; a test notices when it goes.
    const outside = (socket as TLSSocket & { readonly _parent?: Socket })._parent;
    if (outside !== undefined) markInside(socket, outside);
    onSocket(socket);
  });
  // A handshake that failed or took too long is the peer's affair; only closing the socket is ours.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** Gives a socket, with the bytes that were read to recognise it, to the TLS server. */
export function serveTls(server: Server) {
  return (socket: Socket, firstBytes: Buffer): void => {
    socket.pause();
    socket.unshift(firstBytes);
    server.emit('connection', socket);
  };
}

function ignore(): void {}
