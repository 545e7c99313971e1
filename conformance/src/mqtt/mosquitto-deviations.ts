import type { Version } from './packet-types.ts';

const ANY_FLAGS = 'does not look at the flags of acknowledgements and PINGREQ';
const ANY_REASON = 'takes any reason in an acknowledgement';
const AS_BRIDGE = 'takes what only servers send, for it may be the other end of a bridge';
const THIRD_COPY = 'answers two copies of a value with QoS 2 and closes on the third';
const TEXT_IS_BYTES = 'reads text messages like binary ones';
const NO_SHARE_NAME = 'takes a shared subscription that breaks the rules for a plain one';
const RESPONSE_TOPIC = 'does not look into response topics';

/** What mosquitto 2.0.11, that of Debian 12, does otherwise: the scenario, and what it does. */
export const MOSQUITTO_DEVIATIONS: Readonly<Record<Version, readonly (readonly [string, string])[]>> = {
  4: [
    ['MQTT-2.2.2-2 closes on pingreq with the flags 1', ANY_FLAGS],
    ['MQTT-2.2.2-2 closes on puback with the flags 2', ANY_FLAGS],
    ['MQTT-2.2.2-2 closes on pubcomp with the flags 2', ANY_FLAGS],
    ['MQTT-2.2.2-2 closes on pubrec with the flags 2', ANY_FLAGS],
    ['MQTT-4.3.3-2 answers QoS 2 again with PUBREC and passes nothing on twice', THIRD_COPY],
    ['MQTT-4.8.0-1 closes on PINGRESP, which is for servers', AS_BRIDGE],
    ['MQTT-4.8.0-1 closes on SUBACK, which is for servers', AS_BRIDGE],
    ['MQTT-6.0.0-1 closes on a text message', TEXT_IS_BYTES],
  ],
  5: [
    ['MQTT-2.1.3-1 closes on pingreq with the flags 1', ANY_FLAGS],
    ['MQTT-2.1.3-1 closes on puback with the flags 2', ANY_FLAGS],
    ['MQTT-2.1.3-1 closes on pubcomp with the flags 2', ANY_FLAGS],
    ['MQTT-2.1.3-1 closes on pubrec with the flags 2', ANY_FLAGS],
    ['MQTT-3.1.2-25 has what is too large for delivered', 'keeps counting it as under way'],
    [
      'MQTT-3.1.2-8 publishes a will when its session ends, if that is before its delay',
      'waits for the delay all the same',
    ],
    ['MQTT-3.3.2-14 closes on the response topic #', RESPONSE_TOPIC],
    ['MQTT-3.3.2-14 closes on the response topic a/+', RESPONSE_TOPIC],
    ['MQTT-3.3.4-6 closes on a value that names a subscription', 'takes it'],
    ['MQTT-3.3.4-7 closes when more values are open than it takes', 'refuses the value with 0x97 in PUBREC'],
    [
      'MQTT-3.3.4-9 MQTT-4.9.0-1 MQTT-4.9.0-2 has no more values open than the client takes',
      'sends two more for one PUBACK',
    ],
    ['MQTT-3.4.2-1 closes on a reason that puback does not have', ANY_REASON],
    ['MQTT-3.5.2-1 closes on a reason that pubrec does not have', ANY_REASON],
    ['MQTT-3.6.2-1 closes on a reason that pubrel does not have', ANY_REASON],
    ['MQTT-3.7.2-1 closes on a reason that pubcomp does not have', ANY_REASON],
    ['MQTT-3.8.3-4 closes on a shared subscription without its own values', 'takes it'],
    ['MQTT-4.13.1-1 closes on PINGRESP, which is for servers', AS_BRIDGE],
    ['MQTT-4.3.3-10 answers QoS 2 again with PUBREC and passes nothing on twice', THIRD_COPY],
    ['MQTT-4.3.3-7 lets nothing expire that it has sent', 'does not send it again when its time is over'],
    ['MQTT-4.8.2-1 does not take $share/', NO_SHARE_NAME],
    ['MQTT-4.8.2-1 does not take $share//a', NO_SHARE_NAME],
    ['MQTT-4.8.2-2 does not take $share/+/x', NO_SHARE_NAME],
    ['MQTT-4.8.2-2 does not take $share/group', NO_SHARE_NAME],
    ['MQTT-4.8.2-2 does not take $share/group/', NO_SHARE_NAME],
    ['MQTT-6.0.0-1 closes on a text message', TEXT_IS_BYTES],
  ],
};
