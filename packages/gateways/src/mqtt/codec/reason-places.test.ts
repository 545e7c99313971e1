import { REFUSALS, type RefusalCode } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { REASON_OF_CLOSE, REASON_OF_REFUSAL } from '../refusal-codes.ts';
import { REASON, type ReasonCode } from './reason-codes.ts';
import { type ReasonPlace, reasonIn } from './reason-places.ts';

/** MQTT 5 tables 3-1, 3-4, 3-8, 3-9 and 3-10: every failure that each packet may say. */
const STANDARD: Readonly<Record<ReasonPlace, readonly number[]>> = {
  connack: [
    0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a,
    0x9b, 0x9c, 0x9d, 0x9f,
  ],
  puback: [0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  suback: [0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2],
  unsuback: [0x80, 0x83, 0x87, 0x8f, 0x91],
  disconnect: [
    0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
    0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
  ],
};

describe('reason codes', () => {
  it.each(Object.keys(STANDARD) as ReasonPlace[])('[MQ10] are those that %s may say', (place) => {
    const reasons = new Set<ReasonCode>([
      ...Object.values(REASON).filter((reason) => reason >= 0x80),
      ...Object.values(REASON_OF_CLOSE).filter((reason) => reason >= 0x80),
      ...(Object.keys(REFUSALS) as RefusalCode[]).map((code) => REASON_OF_REFUSAL[code]),
    ]);
    for (const reason of reasons) expect(STANDARD[place]).toContain(reasonIn(place, reason));
    for (const reason of reasons) {
      const isSayable = STANDARD[place].includes(reason);
      expect(isSayable ? reasonIn(place, reason) : reason).toBe(reason);
    }
  });
});
