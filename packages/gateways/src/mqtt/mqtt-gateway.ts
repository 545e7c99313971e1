import { randomBytes } from 'node:crypto';
import type { Doors, GatewayParts, TakeSocket } from '../port/doors.ts';
import { peerOf } from '../session/peer-of.ts';
import { SocketLink } from '../session/socket-link.ts';
import { serveWebSocket } from '../session/websocket-server.ts';
import { PassingDevices } from './chat/passing-devices.ts';
import { type MqttDeps, MqttSession } from './mqtt-session.ts';
import { MqttWebSocketSession } from './mqtt-websocket.ts';
import { Pulses } from './pulses.ts';

// Only the network can tell that a client without a keep-alive is not there any more.
const KEEP_ALIVE_MS = 60_000;
const CLIENT_ID_BYTES = 15;
// [MQTT-6.0.0-3]
const SUBPROTOCOL = 'mqtt';

/** MQTT 3.1.1 and 5 on sockets that begin with a CONNECT, and on WebSockets at `/mqtt`. */
export function mqttGateway(parts: GatewayParts): Doors {
  const { clock, allowedOrigins } = parts;
  const deps: MqttDeps = { ...parts.deps, clock, newClientId, devices: new PassingDevices() };
  const pulses = new Pulses(clock, deps.core.limits.sweepIntervalMs);
  return {
    sockets: { mqtt: serveSocket(parts, deps, pulses) },
    upgrades: [
      {
        path: '/mqtt',
        subprotocols: [SUBPROTOCOL],
        take: serveWebSocket({
          gateway: 'mqtt-websocket',
          limits: deps.core.limits,
          allowedOrigins,
          choose: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : null),
          offerInstead: `offer the subprotocol ${SUBPROTOCOL}`,
          open: (_subprotocol, peer, link) => {
            const session = new MqttWebSocketSession(deps, peer, link, (gone) => pulses.remove(gone));
            pulses.add(session);
            return session;
          },
        }),
      },
    ],
    close: () => pulses.stop(),
  };
}

function serveSocket({ lingering }: GatewayParts, deps: MqttDeps, pulses: Pulses): TakeSocket {
  return (socket, firstBytes) => {
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const link = new SocketLink(socket, lingering);
    const session = new MqttSession(deps, peerOf('mqtt', socket), link);
    pulses.add(session);
    socket.on('close', () => pulses.remove(session));
    // What is kept of a packet is copied before `receive` returns.
    link.attach(session, firstBytes, { keepsNoBytes: true });
  };
}

/** [MQTT-3.1.3-5] Of letters and digits, and random: nobody guesses somebody's session. */
function newClientId(): string {
  return `mqtt-${randomBytes(CLIENT_ID_BYTES).toString('hex')}`;
}
