import { createHash, randomBytes } from 'node:crypto';
import type { TopicSession } from '@skein/core';
import type { Publish } from '../codec/packets.ts';

/** What one sent value is called in the log (SD10), and what has to be durable before it is sent. */
export interface SendKey {
  readonly key: string;
  readonly saved: Promise<void> | null;
}

// As many packet identifiers back are remembered as a client may have open, and more than it does.
const SLOTS = 256;
const HASH_BYTES = 8;
const NONCE_BYTES = 12;
const KEY_BYTES_MAX = 64;
const ID_BYTES = 2;

/**
 * [MQ14] The identity of a value that a client sends to a conversation: the user property `key`, or else its packet
 * identifier. An identifier is used again and again, so each use is given a random name, kept with the session. With QoS 2 a
 * use lasts until PUBREL, whatever DUP says ([MQTT-4.3.3-10]); with QoS 1 nothing tells where it ends, and a DUP of the same
 * content is that use again.
 */
export class SendKeys {
  readonly #session: TopicSession;

  constructor(session: TopicSession) {
    this.#session = session;
  }

  /** Undefined: at most once, so nobody will ask again. */
  of(packet: Publish, topic: string): SendKey | undefined {
    const named = packet.properties?.userProperties.find(([name]) => name === 'key')?.[1];
    if (named !== undefined && named !== '' && Buffer.byteLength(named) <= KEY_BYTES_MAX) {
      return { key: named, saved: null };
    }
    if (packet.qos === 0) return undefined;
    if (packet.qos === 2) return this.#ofReceipt(receiptOf(packet.packetId));
    const slot = `k${packet.packetId % SLOTS}`;
    const head = headOf(packet, topic);
    const known = this.#session.notes.get(slot);
    if (packet.isDuplicate && known !== undefined && head.equals(known.subarray(0, head.length))) {
      return { key: keyOf(known.subarray(head.length)), saved: null };
    }
    const nonce = randomBytes(NONCE_BYTES);
    return { key: keyOf(nonce), saved: this.#save(slot, Buffer.concat([head, nonce])) };
  }

  #ofReceipt(receipt: string): SendKey {
    const known = this.#session.notes.get(receipt);
    const nonce = known ?? randomBytes(NONCE_BYTES);
    // Said again even when it is known: the commit of the first time may still be under way.
    return { key: keyOf(nonce), saved: this.#save(receipt, nonce) };
  }

  #save(name: string, value: Uint8Array): Promise<void> | null {
    const changes = this.#session.note(name, value);
    return changes.length === 0 ? null : this.#session.saveNotes(changes);
  }
}

/** The note that an identifier of QoS 2 is taken, and by what. */
export function receiptOf(packetId: number): string {
  return `q${packetId}`;
}

function headOf({ packetId, payload }: Publish, topic: string): Buffer {
  const id = Buffer.alloc(ID_BYTES);
  id.writeUInt16BE(packetId);
  const hash = createHash('sha256').update(topic).update('\0').update(payload).digest();
  return Buffer.concat([id, hash.subarray(0, HASH_BYTES)]);
}

function keyOf(nonce: Uint8Array): string {
  return `mqtt-${Buffer.from(nonce).toString('base64url')}`;
}
