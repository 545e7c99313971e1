import type { Socket } from 'node:net';
import type { Doors } from './doors.ts';

// MQTT 3.1.1 §3.2.2.3 return code 3, "server unavailable": the nearest to "not here".
const MQTT_CONNACK_UNAVAILABLE = Buffer.from([0x20, 0x02, 0x00, 0x03]);
// RFC 6120 §4.9: an error may come right after the opening of the stream.
const XMPP_NOT_SUPPORTED = Buffer.from(
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>" +
    "<stream:error><unsupported-feature xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
);

/** [GW3] Protocols that are recognised and not served hear it in their own words. */
export function refusingGateway(): Doors {
  return {
    sockets: {
      mqtt: (socket) => sayAndClose(socket, MQTT_CONNACK_UNAVAILABLE),
      xmpp: (socket) => sayAndClose(socket, XMPP_NOT_SUPPORTED),
    },
  };
}

function sayAndClose(socket: Socket, bytes: Uint8Array): void {
  socket.once('finish', () => socket.destroy());
  socket.end(bytes);
}
