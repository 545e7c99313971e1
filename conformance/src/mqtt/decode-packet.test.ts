import { describe, expect, it } from 'vitest';
import { Deviation } from '../scenario.ts';
import { decodePacket } from './decode-packet.ts';
import type { Version } from './packet-types.ts';

/** What no server may send, in hex without its length, and since which version it is spoken of. */
const DEVIATIONS: readonly (readonly [string, string, readonly Version[]])[] = [
  ['flags of PINGRESP', 'd1', [4, 5]],
  ['flags of PUBREL', '60 0001', [4, 5]],
  ['flags inside CONNACK', '20 02 00', [4]],
  ['a return code that does not exist', '20 00 06', [4]],
  ['a reason code that does not exist', '20 00 06 00', [5]],
  ['a refusal in CONNACK without properties', '20 00 85', [5]],
  ['QoS 3', '36 0001 61 0001 78', [4]],
  ['DUP with QoS 0', '38 0001 61 78', [4]],
  ['the packet identifier 0', '32 0001 61 0000 78', [4]],
  ['a wildcard in a topic', '30 0001 23 78', [4]],
  ['a topic that is not UTF-8', '30 0003 eda080', [4]],
  ['U+0000 in a topic', '30 0001 00', [4]],
  ['a property that is not for PUBLISH', '30 0001 61 05 1100000001', [5]],
  ['a property twice', '30 0001 61 04 0100 0100', [5]],
  ['properties that are longer than their packet', '30 0001 61 09 0100', [5]],
  ['a code of SUBACK that does not exist', '90 0001 03', [4]],
  ['a session expiry in DISCONNECT', 'e0 00 05 1100000001', [5]],
  ['DISCONNECT from a server of MQTT 3.1.1', 'e0', [4]],
  ['a packet that clients send', '82 0001 0001 61 00', [4]],
  ['bytes behind PUBACK', '40 0001 00', [4]],
  ['type 0', '00', [4, 5]],
];

describe('what a server sends', () => {
  it.each(DEVIATIONS)('is a deviation with %s', (_what, hex, versions) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    for (const version of versions) {
      expect(() => decodePacket(version, bytes[0] ?? 0, bytes.subarray(1))).toThrow(Deviation);
    }
  });

  it('is read where it is right', () => {
    const bytes = Buffer.from('000161 0007 02 0101 7879'.replaceAll(' ', ''), 'hex');
    expect(decodePacket(5, 0x3b, bytes)).toMatchObject({
      type: 'publish',
      topic: 'a',
      packetId: 7,
      qos: 1,
      isDuplicate: true,
      isRetained: true,
      properties: [['payloadFormatIndicator', 1]],
      payload: 'xy',
    });
  });
});
