import { negotiateSubprotocol, SUBPROTOCOL } from '@skein/protocol';
import type { TakeUpgrade } from '../port/doors.ts';
import type { SessionDeps } from '../session/session.ts';
import { serveWebSocket } from '../session/websocket-server.ts';
import { BinaryWebSocketSession, JsonWebSocketSession } from './websocket-session.ts';

/** Serves the native protocol on WebSockets of one path. */
export function serveNativeWebSocket(deps: SessionDeps, allowedOrigins: ReadonlySet<string>): TakeUpgrade {
  return serveWebSocket({
    gateway: 'websocket',
    limits: deps.core.limits,
    allowedOrigins,
    choose: (offered) => {
      const encoding = negotiateSubprotocol(offered);
      return encoding === null ? null : SUBPROTOCOL[encoding];
    },
    offerInstead: `offer a subprotocol: ${Object.values(SUBPROTOCOL).join(' or ')}`,
    open: (subprotocol, peer, link) => {
      const Kind = subprotocol === SUBPROTOCOL.json ? JsonWebSocketSession : BinaryWebSocketSession;
      return new Kind(deps, peer, link);
    },
  });
}
