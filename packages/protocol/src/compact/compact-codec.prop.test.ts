import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseContent } from '../content.ts';
import { decodeDown, decodeUp, encodeUp } from '../frame-codec.ts';
import {
  readMemberChange,
  readReaction,
  readSettingsChange,
  writeContent,
  writeReaction,
} from '../generated/skein.gen.ts';
import { decodeMessage, encodeMessage } from '../message-codec.ts';
import { fromHex } from '../testing/hex.ts';
import { readVectors } from '../testing/read-vectors.ts';
import { violationOf } from '../testing/violation-of.ts';
import { decodeBody, decodeDownCompact, encodeBody, encodeUpCompact } from './compact-codec.ts';
import { learnFleetingMessages } from './learn-fleeting.ts';

const RUNS = 2_000;
/** The question that no SDK asks; see the generator. */
const NOT_SAID = 'findSent';
const PRESENCE_FRAME = 14;

/** Frames of both directions, without the length before them. */
const frames = readVectors<{ from: string; bytes: string }>('frames').map(({ bytes }) =>
  fromHex(bytes).subarray(bytes.length > 2 * 128 ? 2 : 1),
);

/** One of them, whole, or with bytes changed or cut off. */
const damaged = fc
  .tuple(
    fc.constantFrom(...frames),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
    fc.option(fc.nat(), { freq: 4 }),
  )
  .map(([frame, changes, cutAt]) => {
    const bytes = frame.slice(0, cutAt === null ? frame.length : 1 + (cutAt % frame.length));
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return bytes;
  });

describe('the compact codec', () => {
  it('[CM1] passes over what it has not learned', () => {
    expect(decodeDownCompact(Uint8Array.of(PRESENCE_FRAME), 0, 1)).toBeUndefined();
    expect(encodeUpCompact({ case: 'transient', value: { conversation: 1 } })).toHaveLength(0);
    learnFleetingMessages();
    learnFleetingMessages();
    expect(decodeDownCompact(Uint8Array.of(PRESENCE_FRAME), 0, 1)?.case).toBe('presence');
  });

  it('[CM1] reads every frame as the generated one does, and refuses what that refuses', () => {
    fc.assert(
      fc.property(damaged, (bytes) => {
        const full = outcomeOf(() => decodeDown(bytes, 0, bytes.length));
        expect(outcomeOf(() => decodeDownCompact(bytes, 0, bytes.length))).toEqual(full);
      }),
      { numRuns: RUNS },
    );
  });

  it('[CM1] writes every frame byte for byte as the generated one does', () => {
    fc.assert(
      fc.property(damaged, (bytes) => {
        const read = outcomeOf(() => decodeUp(bytes, 0, bytes.length));
        fc.pre(typeof read === 'object');
        const frame = read as NonNullable<ReturnType<typeof decodeUp>>;
        fc.pre(frame.case !== 'request' || frame.value.ask?.case !== NOT_SAID);
        expect(encodeUpCompact(frame).slice()).toEqual(encodeUp(frame).slice());
      }),
      { numRuns: RUNS },
    );
  });

  it('[CM1] does the same with bodies', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const same = (compact: () => unknown, full: () => unknown) =>
          expect(outcomeOf(compact)).toEqual(outcomeOf(full));
        same(
          () => decodeBody('Content', bytes),
          () => parseContent(bytes),
        );
        same(
          () => decodeBody('Reaction', bytes),
          () => decodeMessage(readReaction, bytes),
        );
        same(
          () => decodeBody('MemberChange', bytes),
          () => decodeMessage(readMemberChange, bytes),
        );
        same(
          () => decodeBody('SettingsChange', bytes),
          () => decodeMessage(readSettingsChange, bytes),
        );
      }),
      { numRuns: RUNS },
    );
    const content = { of: { case: 'text', value: '好的' }, replyTo: 41, mentions: [1, 300] } as const;
    expect(encodeBody('Content', content)).toEqual(encodeMessage(writeContent, content));
    const reaction = { key: '👍', removed: true };
    expect(encodeBody('Reaction', reaction)).toEqual(encodeMessage(writeReaction, reaction));
  });

  it('[CM1] knows a frame for each direction of every vector', () => {
    const read = frames.map((bytes) => outcomeOf(() => decodeDownCompact(bytes, 0, bytes.length)));
    expect(read.filter((frame) => typeof frame === 'object').length).toBeGreaterThan(10);
  });
});

/** The value, or the violation by name. */
function outcomeOf(read: () => unknown): unknown {
  let value: unknown;
  const violation = violationOf(() => {
    value = read();
  });
  return violation ?? value;
}
