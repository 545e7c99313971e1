import type { PublishProperties, Qos } from '@skein/core';
import { PROPERTY, type Properties } from './properties.ts';
import { malformed, protocolError } from './reason-codes.ts';

export function qosOf(bits: number): Qos {
  // [MQTT-3.3.1-4], and its like in CONNECT ([MQTT-3.1.2-14]) and SUBSCRIBE.
  if (bits === 3) throw malformed('QoS 3');
  return bits as Qos;
}

/** What a message carries on to its subscribers, in PUBLISH and in a will alike. */
export function toPublishProperties(properties: Properties): PublishProperties {
  const responseTopic = properties.string(PROPERTY.responseTopic) ?? null;
  // [MQTT-3.3.2-14]
  if (responseTopic !== null && /[+#]/.test(responseTopic))
    throw protocolError('a wildcard in a response topic');
  return {
    isText: properties.number(PROPERTY.payloadFormatIndicator) === 1,
    expiryS: properties.number(PROPERTY.messageExpiryInterval) ?? null,
    contentType: properties.string(PROPERTY.contentType) ?? null,
    responseTopic,
    correlationData: properties.binary(PROPERTY.correlationData) ?? null,
    userProperties: properties.user,
  };
}
