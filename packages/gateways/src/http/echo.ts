import { WebSocketServer } from 'ws';
import type { Doors, GatewayParts, TakeUpgrade } from '../port/doors.ts';

// The largest message of the published WebSocket test suites.
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/** [GW23] `/echo`, and only under the test flag. */
export function echoGateway({ isEchoServed }: GatewayParts): Doors {
  return isEchoServed ? { upgrades: [{ path: '/echo', subprotocols: null, take: createEcho() }] } : {};
}

/** Sends every WebSocket message back: what test suites of RFC 6455 are pointed at. Never on a server that people use. */
function createEcho(): TakeUpgrade {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: MESSAGE_BYTES_MAX,
  });
  return (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (message, isBinary) => webSocket.send(message as Buffer, { binary: isBinary }));
      // What the peer did wrong is answered with a close code by the library.
      webSocket.on('error', () => {});
    });
  };
}
