import type { Socket } from 'node:net';
import { CLOSE_CODE, encodeDown } from '@skein/protocol';
import { refuseUpgrade } from '../session/refuse-upgrade.ts';
import type { Doors, ProtocolTable, TakeSocket } from './doors.ts';

const MQTT_NAME = Buffer.from('MQTT');
const MQTT_5 = 5;

/** MQTT 3.1.1 §3.2.2.3 and MQTT 5.0 §3.2.2.2: each version has codes and a shape of its own. */
interface MqttCodes {
  readonly v3: number;
  readonly v5: number;
}

/** 3: "server unavailable", the nearest that 3.1.1 has to both. 0x88 is the same; 0x97 "quota exceeded". */
const MQTT_NOT_SERVED: MqttCodes = { v3: 0x03, v5: 0x88 };
const MQTT_CROWDED: MqttCodes = { v3: 0x03, v5: 0x97 };
const CROWDED = 'too many connections from this address';

/** [GW3] Protocols that are recognised and not served hear it in their own words. */
export function refusingGateway(): Doors {
  return { sockets: { mqtt: refuseMqtt(MQTT_NOT_SERVED), xmpp: refuseXmpp('unsupported-feature') } };
}

/** [GW29] For whom there is no room: the same in everybody's own words. */
export const CROWDED_TABLE: ProtocolTable = {
  native: (socket) => {
    const close = encodeDown({ case: 'close', value: { code: CLOSE_CODE.rateLimited, reason: CROWDED } });
    sayAndClose(socket, close);
  },
  'json-lines': (socket) => {
    sayAndClose(
      socket,
      Buffer.from(
        `${JSON.stringify({ closed: CROWDED, code: CLOSE_CODE.rateLimited, say: 'Connect again later.' })}\n`,
      ),
    );
  },
  http: (socket) => refuseUpgrade(socket, 429, CROWDED),
  mqtt: refuseMqtt(MQTT_CROWDED),
  xmpp: refuseXmpp('resource-constraint'),
};

/** The version is in the same packet, after the protocol's name; a client that sends it later is answered as of 3.1.1. */
function refuseMqtt({ v3, v5 }: MqttCodes): TakeSocket {
  return (socket, firstBytes) => {
    const nameAt = firstBytes.indexOf(MQTT_NAME);
    const version = nameAt === -1 ? undefined : firstBytes[nameAt + MQTT_NAME.length];
    sayAndClose(
      socket,
      Buffer.from(version === MQTT_5 ? [0x20, 0x03, 0x00, v5, 0x00] : [0x20, 0x02, 0x00, v3]),
    );
  };
}

/** RFC 6120 §4.9: an error may come right after the opening of the stream. */
function refuseXmpp(condition: string): TakeSocket {
  const bytes = Buffer.from(
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>" +
      `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`,
  );
  return (socket) => sayAndClose(socket, bytes);
}

function sayAndClose(socket: Socket, bytes: Uint8Array): void {
  socket.once('finish', () => socket.destroy());
  socket.end(bytes);
}
