import { unreachable } from '@skein/model';
import type { ClientPacket } from './codec/packets.ts';
import { protocolError } from './codec/reason-codes.ts';
import { PINGRESP } from './codec/write-packet.ts';
import { handleAcknowledgement } from './handle-acknowledgement.ts';
import { handlePublish } from './handle-publish.ts';
import { handleSubscribe, handleUnsubscribe } from './handle-subscribe.ts';
import type { LiveConnection } from './live-connection.ts';

/**
 * What a client says once it was let in, each to its handler.
 *
 * Errors: throws MqttViolation for what may not be said.
 */
export function handlePacket(live: LiveConnection, packet: ClientPacket): void {
  switch (packet.type) {
    case 'publish':
      handlePublish(live, packet);
      return;
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      handleAcknowledgement(live, packet);
      return;
    case 'subscribe':
      handleSubscribe(live, packet);
      return;
    case 'unsubscribe':
      handleUnsubscribe(live, packet);
      return;
    case 'pingreq':
      // [MQTT-3.12.4-1]
      live.out.write(PINGRESP);
      return;
    case 'disconnect':
      live.out.goodbye(packet);
      return;
    case 'connect':
      // [MQTT-3.1.0-2]
      throw protocolError('a second CONNECT');
    case 'auth':
      // [MQTT-4.12.0-6] Without a method in CONNECT there is no AUTH.
      throw protocolError('AUTH without an authentication method');
    default:
      unreachable(packet);
  }
}
