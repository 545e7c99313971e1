import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { PacketSplitter } from './packet-splitter.ts';
import type { ClientPacket } from './packets.ts';
import { parsePacket } from './parse-packet.ts';

const PACKET_BYTES_MAX = 1_000;

/**
 * A part of a buffer of 64 KiB keeps all of it. What somebody may be owed for days, or what waits for its other half, is
 * therefore looked at for the memory behind it.
 */
describe('what is kept of an MQTT packet has memory of its own', () => {
  it('[MQ3] correlation data', () => {
    const properties = { correlationData: Buffer.from('z') };
    const packet = parsed({ cmd: 'publish', topic: 'a', payload: 'xy', qos: 1, messageId: 1, properties });
    if (packet.type !== 'publish') throw new Error('another packet');
    expect(behind(packet.properties?.correlationData)).toBe(1);
  });

  it('[MQ3] a will', () => {
    const will = { topic: 'w', payload: Buffer.from('xyz'), qos: 0, retain: false };
    const packet = parsed({
      cmd: 'connect',
      clientId: 'c',
      protocolVersion: 5,
      clean: true,
      keepalive: 0,
      will,
    });
    if (packet.type !== 'connect') throw new Error('another packet');
    expect(behind(packet.will?.payload)).toBe(3);
  });

  it('[MQ3] a packet of which a part has come', () => {
    const whole = written({ cmd: 'publish', topic: 'a', payload: 'something', qos: 1, messageId: 1 });
    for (let cut = 1; cut < whole.length; cut++) {
      const held: number[] = [];
      const splitter = new PacketSplitter(PACKET_BYTES_MAX, (bytes) => held.push(behind(bytes)));
      splitter.push(whole.subarray(0, cut));
      splitter.push(whole.subarray(cut));
      expect(held).toEqual([whole.length]);
    }
  });
});

/** Bytes that stay for as long as these do. */
function behind(bytes: Uint8Array | null | undefined): number {
  return bytes?.buffer.byteLength ?? 0;
}

function written(packet: { cmd: string; [field: string]: unknown }): Buffer {
  return generate({ dup: false, retain: false, ...packet } as never, { protocolVersion: 5 });
}

function parsed(packet: Parameters<typeof written>[0]): ClientPacket {
  const packets: ClientPacket[] = [];
  const splitter = new PacketSplitter(PACKET_BYTES_MAX, (bytes, first, from, to) =>
    packets.push(parsePacket({ bytes, first, from, to }, 5)),
  );
  splitter.push(written(packet));
  return packets[0] as ClientPacket;
}
