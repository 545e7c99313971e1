import { randomBytes } from 'node:crypto';
import type { Doors, GatewayParts, TakeSocket } from '../port/doors.ts';
import { peerOf } from '../session/peer-of.ts';
import { SocketLink } from '../session/socket-link.ts';
import { LinesSession } from './lines-session.ts';

// A person may be silent for hours; only the network can tell that nobody is there any more.
const KEEP_ALIVE_MS = 60_000;
const KEY_BYTES = 24;

/** Serves JSON lines on TCP, TLS and Unix sockets whose first byte is `{`. */
export function linesGateway(parts: GatewayParts): Doors {
  return { sockets: { 'json-lines': serveJsonLines(parts) } };
}

function serveJsonLines({ deps, lingering, clock }: GatewayParts): TakeSocket {
  const sessions = new Set<LinesSession>();
  let isPulsing = false;

  return (socket, firstBytes) => {
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const link = new SocketLink(socket, lingering);
    const session = new LinesSession(deps, { peer: peerOf('lines', socket), link }, newKey);
    sessions.add(session);
    socket.on('close', () => sessions.delete(session));
    if (!isPulsing) pulseLater();
    link.attach(session, firstBytes);
  };

  /** One timer for all, while there is anyone. */
  function pulseLater(): void {
    isPulsing = sessions.size > 0;
    if (!isPulsing) return;
    clock.setTimer(deps.core.limits.heartbeatIntervalMs, () => {
      for (const session of sessions) session.pulse();
      pulseLater();
    });
  }
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}
