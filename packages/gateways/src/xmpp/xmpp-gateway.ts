import type { Socket } from 'node:net';
import type { Doors, GatewayParts } from '../port/doors.ts';
import { peerOf } from '../session/peer-of.ts';
import { SocketLink } from '../session/socket-link.ts';
import { serveWebSocket } from '../session/websocket-server.ts';
import { XmppHost } from './host.ts';
import { hostMeta } from './host-meta.ts';
import { channelBindingsOf } from './sasl/channel-bindings.ts';
import { STREAM_FRAMING, WEBSOCKET_FRAMING } from './stream/framing.ts';
import { XmppStream } from './stream/xmpp-stream.ts';

// RFC 7395 §3.1.
const SUBPROTOCOL = 'xmpp';
// XEP-0156 leaves it to us, see host-meta.ts; this is what clients try first.
const WEBSOCKET_PATH = '/xmpp-websocket';
const NO_BINDINGS: ReadonlyMap<string, Uint8Array> = new Map();

/** XMPP: on sockets that begin with `<`, with STARTTLS where there is a certificate, and on WebSockets. */
export function xmppGateway(parts: GatewayParts): Doors {
  const { deps, lingering, clock, allowedOrigins, startTls } = parts;
  const host = new XmppHost({
    deps,
    clock,
    domain: parts.xmppDomain,
    hasTls: startTls !== null,
  });
  const take = (socket: Socket, firstBytes: Uint8Array): void => {
    const link = new SocketLink(socket, lingering);
    const peer = peerOf('xmpp', socket);
    const secure = (): void => startTls?.(link.release(), (inside) => take(inside, Buffer.alloc(0)));
    const stream = new XmppStream(host, {
      peer,
      link,
      framing: STREAM_FRAMING,
      bindings: channelBindingsOf(socket),
      startTls: startTls === null || peer.isSecure ? null : secure,
    });
    link.attach(stream, firstBytes);
  };
  const webSocket = serveWebSocket({
    gateway: 'xmpp-websocket',
    limits: deps.core.limits,
    allowedOrigins,
    choose: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : null),
    offerInstead: `offer the subprotocol ${SUBPROTOCOL}`,
    open: (_subprotocol, peer, link) =>
      new XmppStream(host, { peer, link, framing: WEBSOCKET_FRAMING, bindings: NO_BINDINGS, startTls: null }),
  });
  return {
    sockets: { xmpp: take },
    upgrades: [{ path: WEBSOCKET_PATH, subprotocols: null, take: webSocket }],
    requests: [hostMeta(WEBSOCKET_PATH)],
    close: () => host.close(),
  };
}
