import type { Publication } from './publication.ts';

/** One connected subscriber, as its gateway gives it to the broker. Nothing here blocks or throws. */
export interface TopicLink {
  /**
   * Writes a value. `how` is made by `toHow`; `packetId` is 0 for QoS 0.
   *
   * Shape:  false where the peer takes no packet of that size: it then counts as delivered ([MQTT-3.1.2-25]).
   * Errors: none; what is written to a connection that is gone is dropped.
   */
  publish(
    publication: Publication,
    how: number,
    packetId: number,
    subscriptionIds: readonly number[] | null,
  ): boolean;
  /**
   * Writes that an exactly-once delivery may be released (PUBREL).
   *
   * Errors: none.
   */
  release(packetId: number): void;
  /**
   * False while too much waits to be written.
   *
   * Errors: none.
   */
  hasRoom(): boolean;
  /**
   * The session goes on elsewhere: says so and ends the connection.
   *
   * Errors: none.
   */
  takenOver(): void;
}

const RETAINED = 4;
const DUPLICATE = 8;

/** QoS, RETAIN and DUP in one number: an object per subscriber would be garbage at once. */
export function toHow(qos: number, isRetained: boolean, isDuplicate: boolean): number {
  return qos | (isRetained ? RETAINED : 0) | (isDuplicate ? DUPLICATE : 0);
}

export function qosOfHow(how: number): number {
  return how & 3;
}

export function isRetainedHow(how: number): boolean {
  return (how & RETAINED) !== 0;
}

export function isDuplicateHow(how: number): boolean {
  return (how & DUPLICATE) !== 0;
}
