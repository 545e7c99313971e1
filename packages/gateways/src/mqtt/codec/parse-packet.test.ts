import { describe, expect, it } from 'vitest';
import { PacketSplitter } from './packet-splitter.ts';
import type { ClientPacket, Version } from './packets.ts';
import { UnsupportedVersion } from './parse-connect.ts';
import { parsePacket } from './parse-packet.ts';
import { MqttViolation, REASON, type ReasonCode } from './reason-codes.ts';

const { malformedPacket, protocolError, topicAliasInvalid, topicNameInvalid } = REASON;

/** What is wrong, in hex, for which versions, and with which reason. The number of the statement comes first. */
const VIOLATIONS: readonly (readonly [string, string, readonly Version[], ReasonCode])[] = [
  ['2.1.3-1 flags of PINGREQ', 'c1 00', [4, 5], malformedPacket],
  ['3.6.1-1 flags of PUBREL', '60 02 00 01', [4, 5], malformedPacket],
  ['3.8.1-1 flags of SUBSCRIBE', '80 06 00 01 00 01 61 00', [4], malformedPacket],
  ['3.10.1-1 flags of UNSUBSCRIBE', 'a0 05 00 01 00 01 61', [4], malformedPacket],
  ['packet type 0', '00 00', [4, 5], protocolError],
  ['a packet that only servers send', '20 02 00 00', [4, 5], protocolError],
  ['AUTH in 3.1.1', 'f0 00', [4], malformedPacket],
  ['3.3.1-4 QoS 3', '36 06 00 01 61 00 01 78', [4, 5], malformedPacket],
  ['3.3.1-2 DUP with QoS 0', '38 04 00 01 61 78', [4], malformedPacket],
  ['2.2.1-3 packet identifier 0', '32 06 00 01 61 00 00 78', [4], malformedPacket],
  ['1.5.4-1 a surrogate in a topic', '30 05 00 03 ed a0 80', [4], malformedPacket],
  ['1.5.4-1 an overlong form in a topic', '30 04 00 02 c0 80', [4], malformedPacket],
  ['1.5.4-2 U+0000 in a topic', '30 05 00 03 61 00 62', [4], malformedPacket],
  ['1.5.4-2 U+0000 in a topic that is not ASCII', '30 06 00 04 c3 a9 00 62', [4], malformedPacket],
  ['a topic longer than its packet', '30 03 00 09 61', [4, 5], malformedPacket],
  ['3.3.2-2 a wildcard for a topic', '30 04 00 01 23 78', [4], topicNameInvalid],
  ['3.3.2-2 a wildcard in a topic', '30 07 00 03 61 2f 2b 00 78', [5], topicNameInvalid],
  ['no topic at all', '30 00', [4, 5], malformedPacket],
  ['3.8.3-2 SUBSCRIBE without a filter', '82 02 00 01', [4], protocolError],
  ['3.8.3-2 SUBSCRIBE without a filter', '82 03 00 01 00', [5], protocolError],
  ['3.8.3-4 reserved options', '82 06 00 01 00 01 61 04', [4], malformedPacket],
  ['3.8.3-5 reserved options', '82 07 00 01 00 00 01 61 40', [5], malformedPacket],
  ['QoS 3 in options', '82 06 00 01 00 01 61 03', [4], malformedPacket],
  ['retain handling 3', '82 07 00 01 00 00 01 61 30', [5], protocolError],
  [
    '3.8.3-4 no local and shared',
    '82 10 00 01 00 00 0a 24 73 68 61 72 65 2f 67 2f 61 04',
    [5],
    protocolError,
  ],
  ['a subscription identifier of 0', '82 09 00 01 02 0b 00 00 01 61 00', [5], protocolError],
  ['3.4.2-1 a reason that PUBACK does not have', '40 03 00 01 ff', [5], protocolError],
  ['3.5.2-1 a reason that PUBREC does not have', '50 03 00 01 92', [5], protocolError],
  ['3.6.2-1 a reason that PUBREL does not have', '62 03 00 01 10', [5], protocolError],
  ['3.7.2-1 a reason that PUBCOMP does not have', '70 03 00 01 87', [5], protocolError],
  ['4.7.3-1 an empty filter', '82 05 00 01 00 00 00', [4], malformedPacket],
  ['4.7.3-1 an empty filter behind another', '82 0a 00 01 00 00 01 61 00 00 00 00', [5], malformedPacket],
  ['4.7.3-1 an empty filter in UNSUBSCRIBE', 'a2 04 00 01 00 00', [4], malformedPacket],
  ['4.7.1-1 a filter that goes on behind #', '82 09 00 01 00 04 61 2f 23 2f 00', [4], malformedPacket],
  ['4.7.1-2 a filter with + beside a name', '82 08 00 01 00 00 02 61 2b 00', [5], malformedPacket],
  [
    '4.8.2-2 a group without a filter',
    '82 0e 00 01 00 00 08 24 73 68 61 72 65 2f 67 00',
    [5],
    malformedPacket,
  ],
  ['3.10.3-2 UNSUBSCRIBE without a filter', 'a2 02 00 01', [4], protocolError],
  ['bytes behind PINGREQ', 'c0 01 00', [4, 5], malformedPacket],
  ['bytes behind DISCONNECT', 'e0 01 00', [4], malformedPacket],
  ['bytes behind PUBACK', '40 03 00 01 00', [4], malformedPacket],
  ['a property that is not for its packet', '30 09 00 01 61 05 11 00 00 00 01', [5], malformedPacket],
  ['a property that does not exist', '30 06 00 01 61 02 7f 00', [5], malformedPacket],
  ['a property twice', '30 08 00 01 61 04 01 00 01 00', [5], protocolError],
  ['a flag that is neither 0 nor 1', '30 06 00 01 61 02 01 02', [5], protocolError],
  ['properties longer than their packet', '30 04 00 01 61 05', [5], malformedPacket],
  ['a property longer than the properties', '30 07 00 01 61 02 03 00 09', [5], malformedPacket],
  ['3.3.2-8 topic alias 0', '30 07 00 01 61 03 23 00 00', [5], topicAliasInvalid],
  ['3.3.2-14 a wildcard in the response topic', '30 08 00 01 61 04 08 00 01 23', [5], protocolError],
  ['3.3.4-6 a subscription identifier from a client', '30 06 00 01 61 02 0b 01', [5], malformedPacket],
  ['3.1.2-3 the reserved flag of CONNECT', '10 0c 00 04 4d 51 54 54 04 01 00 00 00 00', [4], malformedPacket],
  ['3.1.2-11 a will QoS without a will', '10 0c 00 04 4d 51 54 54 04 08 00 00 00 00', [4], malformedPacket],
  [
    '3.1.2-14 a will with QoS 3',
    '10 10 00 04 4d 51 54 54 04 1c 00 00 00 00 00 01 61 00 00',
    [4],
    malformedPacket,
  ],
  [
    '3.1.2-22 a password without a name',
    '10 0e 00 04 4d 51 54 54 04 40 00 00 00 00 00 00',
    [4],
    malformedPacket,
  ],
  ['a CONNECT that ends early', '10 0a 00 04 4d 51 54 54 04 02 00 00', [4], malformedPacket],
  ['a receive maximum of 0', '10 10 00 04 4d 51 54 54 05 02 00 00 03 21 00 00 00 00', [5], protocolError],
  [
    'a maximum packet size of 0',
    '10 12 00 04 4d 51 54 54 05 02 00 00 05 27 00 00 00 00 00 00',
    [5],
    protocolError,
  ],
  [
    'authentication data without a method',
    '10 10 00 04 4d 51 54 54 05 02 00 00 03 16 00 00 00 00',
    [5],
    protocolError,
  ],
];

describe('MQTT packets from clients', () => {
  it.each(VIOLATIONS)('[MQ2] %s is refused: %s', (_what, hex, versions, reason) => {
    for (const version of versions) {
      expect(() => parseAll(hex, version)).toThrow(
        expect.objectContaining({ name: 'MqttViolation', reason }),
      );
    }
  });

  it('[MQ2] tells a version that is not spoken from what is no MQTT', () => {
    for (const hex of [
      '10 0c 00 04 4d 51 54 54 06 02 00 00 00 00',
      '10 0e 00 06 4d 51 49 73 64 70 03 02 00 00 00 00',
    ])
      expect(() => parseAll(hex, 4)).toThrow(UnsupportedVersion);
    expect(() => parseAll('10 0a 00 02 68 6a 04 02 00 00 00 00', 4)).toThrow(MqttViolation);
    expect(() => parseAll('10 0a 00 02 68 6a 04 02 00 00 00 00', 4)).not.toThrow(UnsupportedVersion);
  });

  it('[MQ2] leaves a name that begins with $share to 3.1.1, which has no shared subscriptions', () => {
    expect(parseAll('82 0d 00 01 00 08 24 73 68 61 72 65 2f 67 00', 4)).toMatchObject([
      { requests: [{ filter: '$share/g' }] },
    ]);
  });

  it('[MQ2] keeps U+FEFF and takes text that is not ASCII', () => {
    expect(parseAll('30 08 00 06 ef bb bf e4 bd a0', 4)).toMatchObject([{ topic: '\ufeff你' }]);
  });

  it('[MQ3] refuses a packet by its length, before the packet came', () => {
    expect(() => parseAll('30 ff 7f', 4, 100)).toThrow(
      expect.objectContaining({ reason: REASON.packetTooLarge }),
    );
    expect(() => parseAll('30 ff ff ff ff 01', 4)).toThrow(
      expect.objectContaining({ reason: malformedPacket }),
    );
    expect(() => parseAll('30 84 00 00 01 61 78', 4)).toThrow(
      expect.objectContaining({ reason: malformedPacket }),
    );
  });
});

function parseAll(hex: string, version: Version, packetBytesMax = 1_000): ClientPacket[] {
  const packets: ClientPacket[] = [];
  const splitter = new PacketSplitter(packetBytesMax, (bytes, first, from, to) =>
    packets.push(parsePacket({ bytes, first, from, to }, version)),
  );
  splitter.push(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return packets;
}
