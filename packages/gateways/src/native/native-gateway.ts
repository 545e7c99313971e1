import type { Doors, GatewayParts } from '../port/doors.ts';
import { serveNativeTcp } from './tcp-gateway.ts';
import { serveNativeWebSocket } from './websocket-gateway.ts';

/** The native protocol: on sockets that begin with its preface, and on WebSockets at `/ws`. */
export function nativeGateway({ deps, lingering, allowedOrigins }: GatewayParts): Doors {
  // A client that offers no subprotocol of ours is told which in a close code, which a page can read (rule GW13).
  const webSocket = { path: '/ws', subprotocols: null, take: serveNativeWebSocket(deps, allowedOrigins) };
  return { sockets: { native: serveNativeTcp(deps, lingering) }, upgrades: [webSocket] };
}
