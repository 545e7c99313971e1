import { WebSocketServer } from 'ws';
import type { Doors, GatewayParts, TakeUpgrade } from '../port/doors.ts';

// Room for the largest message of the published WebSocket test suites, 16 MiB, and for 4 MiB in fragments of 64 bytes.
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;
const FRAGMENTS_MAX = 100_000;

/** [GW23] `/echo`, and only under the test flag. */
export function echoGateway({ isEchoServed }: GatewayParts): Doors {
  return isEchoServed ? { upgrades: [{ path: '/echo', subprotocols: null, take: createEcho() }] } : {};
}

/** Sends every WebSocket message back: what test suites of RFC 6455 are pointed at. Never on a server that people use. */
function createEcho(): TakeUpgrade {
  const server = new WebSocketServer({
    noServer: true,
    // The suites ask for it; the gateways do without, since what chats say is short.
    perMessageDeflate: true,
    clientTracking: false,
    maxPayload: MESSAGE_BYTES_MAX,
    maxFragments: FRAGMENTS_MAX,
  });
  return (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (message, isBinary) => webSocket.send(message as Buffer, { binary: isBinary }));
      // What the peer did wrong is answered with a close code by the library.
      webSocket.on('error', () => {});
    });
  };
}
