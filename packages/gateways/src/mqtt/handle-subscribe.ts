import type { Qos } from '@skein/core';
import type { Refusal } from '@skein/model';
import type { Subscribe, Unsubscribe, Version } from './codec/packets.ts';
import { REASON } from './codec/reason-codes.ts';
import { reasonIn } from './codec/reason-places.ts';
import { encodeSuback, encodeUnsuback } from './codec/write-packet.ts';
import type { LiveConnection } from './live-connection.ts';
import { REASON_OF_REFUSAL } from './refusal-codes.ts';

/** SUBSCRIBE: one code per filter, in their order ([MQTT-3.8.4-5], [MQTT-3.9.3-1]); then the retained values. */
export function handleSubscribe(live: LiveConnection, packet: Subscribe): void {
  const { packetId, requests, subscriptionId } = packet;
  const isChat = (levels: readonly string[]): boolean => live.chat.isFilter(levels);
  const subscribed = live.topics.subscribe(live.session, requests, subscriptionId, isChat);
  const wantsChat = requests.some(({ filter }) => isChat(filter.split('/')));
  live.answer(wantsChat ? afterFollowing(live, subscribed) : subscribed, (result) => {
    const codes =
      'outcome' in result
        ? requests.map(() => codeOf(result, live.version))
        : result.granted.map((granted) => codeOf(granted, live.version));
    live.out.write(encodeSuback(packetId, codes, live.version));
    if ('outcome' in result) return;
    result.sendRetained();
  });
}

/** [MQ15] From SUBACK on nothing is left out. */
async function afterFollowing<Result>(
  live: LiveConnection,
  subscribed: Result | Promise<Result>,
): Promise<Result> {
  const result = await subscribed;
  await live.chat.follow();
  return result;
}

/** UNSUBSCRIBE ([MQTT-3.10.4-4], [MQTT-3.11.3-1]). */
export function handleUnsubscribe(live: LiveConnection, { packetId, filters }: Unsubscribe): void {
  live.answer(live.topics.unsubscribe(live.session, filters), (result) => {
    const codes =
      'outcome' in result
        ? filters.map(() => reasonIn('unsuback', REASON_OF_REFUSAL[result.code]))
        : result.map((existed) => (existed ? REASON.success : REASON.noSubscriptionExisted));
    live.out.write(encodeUnsuback(packetId, codes, live.version));
  });
}

/** MQTT 3.1.1 has one word for every "no": 0x80 ([MQTT-3.9.3-2]). */
function codeOf(granted: Qos | Refusal, version: Version): number {
  if (typeof granted === 'number') return granted;
  if (version === 4) return REASON.unspecifiedError;
  if (granted.code === 'request.invalid') return REASON.topicFilterInvalid;
  return granted.code === 'request.unknown'
    ? REASON.unspecifiedError
    : reasonIn('suback', REASON_OF_REFUSAL[granted.code]);
}
