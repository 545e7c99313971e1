import { receiptOf } from './chat/send-keys.ts';
import type { Acknowledgement } from './codec/packets.ts';
import { FAILURE_FROM, protocolError, REASON } from './codec/reason-codes.ts';
import { encodeAcknowledgement } from './codec/write-packet.ts';
import type { LiveConnection } from './live-connection.ts';

/**
 * PUBACK, PUBREC, PUBREL and PUBCOMP: the steps of values with QoS 1 and 2, in both directions (MQ5). An identifier that
 * nothing is under way with may be left from before; a step that its value has not come to is an error (MQ20).
 *
 * Errors: throws MqttViolation.
 */
export function handleAcknowledgement(live: LiveConnection, packet: Acknowledgement): void {
  const { packetId, reason } = packet;
  switch (packet.type) {
    case 'puback': {
      const message = live.session.window.get(packetId);
      if (message?.qos === 2) throw protocolError('PUBACK for a value with QoS 2');
      live.session.window.finish(packetId, 'sent');
      pump(live);
      return;
    }
    case 'pubrec':
      handlePubrec(live, packetId, reason);
      return;
    case 'pubrel':
      handlePubrel(live, packetId);
      return;
    case 'pubcomp': {
      const message = live.session.window.get(packetId);
      if (message !== undefined && message.state !== 'received')
        throw protocolError('PUBCOMP for a value that was not released');
      live.session.window.finish(packetId, 'received');
      pump(live);
      return;
    }
  }
}

/** There is room in the window: for what waits in the session, and for conversations. */
function pump({ session, chat }: LiveConnection): void {
  session.pump();
  chat.pump();
}

function handlePubrec(live: LiveConnection, packetId: number, reason: number): void {
  const { window } = live.session;
  const message = window.get(packetId);
  if (message?.qos === 1) throw protocolError('PUBREC for a value with QoS 1');
  if (message === undefined) {
    // [MQTT-4.3.3-4]: whatever the identifier, so that the client can forget it; MQTT 5 §3.6.2.1 has a word for it. A
    // client that says no has forgotten it already.
    if (reason >= FAILURE_FROM) return;
    live.out.write(
      encodeAcknowledgement('pubrel', packetId, { reason: REASON.packetIdentifierNotFound }, live.version),
    );
    return;
  }
  // MQTT 5 §4.3.3: a PUBREC that says no ends the exchange.
  if (reason >= FAILURE_FROM) {
    window.finish(packetId, message.state === 'received' ? 'received' : 'sent');
    pump(live);
  } else {
    window.receive(message, live.subscriber);
  }
}

function handlePubrel(live: LiveConnection, packetId: number): void {
  live.answer(live.topics.release(live.session, packetId, receiptOf(packetId)), (wasKnown) => {
    if (wasKnown) live.openCount = Math.max(0, live.openCount - 1);
    // [MQTT-4.3.3-11] (3.1.1: [MQTT-4.3.3-2]) PUBCOMP whether or not it was known.
    // MQTT 5 §3.7.2.1: while a session recovers, one that is unknown was released before.
    const reason = wasKnown || live.isResumed ? REASON.success : REASON.packetIdentifierNotFound;
    live.out.write(encodeAcknowledgement('pubcomp', packetId, { reason }, live.version));
  });
}
