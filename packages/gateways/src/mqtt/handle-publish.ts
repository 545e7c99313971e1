import type { PublishResult } from '@skein/core';
import { receiptOf } from './chat/send-keys.ts';
import type { Publish } from './codec/packets.ts';
import { MqttViolation, protocolError, REASON, type ReasonCode } from './codec/reason-codes.ts';
import { reasonIn } from './codec/reason-places.ts';
import { encodeAcknowledgement } from './codec/write-packet.ts';
import { TOPIC_ALIAS_MAX } from './connack.ts';
import type { LiveConnection } from './live-connection.ts';
import { REASON_OF_REFUSAL } from './refusal-codes.ts';

/** PUBLISH: the value goes to its subscribers; it is acknowledged when what must survive is durable (MQ5). */
export function handlePublish(live: LiveConnection, packet: Publish): void {
  const topic = topicOf(live, packet);
  const { qos, packetId, payload, isRetained, properties } = packet;
  // [MQTT-3.3.4-7] More than the Receive Maximum: only MQTT 5 knows one; before it, reading waits.
  if (qos > 0 && ++live.openCount > live.openMax && live.version === 5) {
    throw new MqttViolation(REASON.receiveMaximumExceeded, `more than ${live.openMax} values open at once`);
  }
  const init = { topic, payload, qos, isRetained, properties, publishedAtMs: live.clock.nowMs() };
  const published = live.topics.publish(live.session, init, packetId);
  // What is no value may be something for a conversation.
  const isElsewhere = !(published instanceof Promise) && published.outcome === 'refused';
  const result = (isElsewhere ? live.chat.publish(packet, topic) : null) ?? published;
  if (qos === 0) return;
  if (!(result instanceof Promise) && live.answers.isEmpty) acknowledge(live, packet, result);
  else live.answer(result, (known) => acknowledge(live, packet, known));
}

function acknowledge(live: LiveConnection, { qos, packetId }: Publish, result: PublishResult): void {
  const reason = reasonOf(result);
  const isRefused = result.outcome === 'refused';
  if (isRefused && live.version === 4) {
    // [MQTT-3.3.5-2] of 3.1.1: there is no negative answer; what may not be is passed over, what could not be done ends it.
    if (result.code.startsWith('server.')) {
      live.out.end(reason, result.code);
      return;
    }
  }
  // [MQTT-4.3.3-9] What was refused leaves its identifier free.
  // A value for a conversation is known by its key (MQ14); the identifier stays taken until it is released, like any other.
  if (qos === 2 && !isRefused) live.session.received.add(packetId);
  if (qos === 2 && isRefused) live.session.forgetNote(receiptOf(packetId));
  if (qos === 1 || isRefused) live.openCount = Math.max(0, live.openCount - 1);
  // [MQTT-4.3.2-4] [MQTT-4.3.3-8] (3.1.1: [MQTT-4.3.2-2] [MQTT-4.3.3-2])
  const type = qos === 1 ? 'puback' : 'pubrec';
  // [MQTT-3.4.2-2] Only for clients that want to know.
  const reasonString = isRefused && live.wantsReasons ? result.code : undefined;
  live.out.write(encodeAcknowledgement(type, packetId, { reason, reasonString }, live.version));
}

function reasonOf(result: PublishResult): ReasonCode {
  if (result.outcome === 'refused') return reasonIn('puback', REASON_OF_REFUSAL[result.code]);
  return result.subscriberCount === 0 ? REASON.noMatchingSubscribers : REASON.success;
}

/** MQTT 5 §3.3.2.3.4: a number in the place of the topic, once it was given together with it. */
function topicOf({ aliases }: LiveConnection, { topic, topicAlias }: Publish): string {
  if (topicAlias === 0) {
    // [MQTT-3.3.2-1]
    if (topic === '') throw protocolError('PUBLISH without a topic');
    return topic;
  }
  if (topicAlias > TOPIC_ALIAS_MAX)
    throw new MqttViolation(REASON.topicAliasInvalid, `topic alias ${topicAlias}`);
  if (topic !== '') {
    aliases.set(topicAlias, topic);
    return topic;
  }
  const known = aliases.get(topicAlias);
  if (known === undefined) throw protocolError(`topic alias ${topicAlias} stands for nothing`);
  return known;
}
