import { ENTRY_KIND } from '@skein/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOfText } from './content.ts';
import { decodeDown, encodeDown } from './frame-codec.ts';
import { type Push, type PushInit, writeContent } from './generated/skein.gen.ts';
import { encodeMessage } from './message-codec.ts';
import { bodyOfPush, encodePush, SHORT_PUSH_FRAME } from './push.ts';
import { anyText } from './testing/any-text.ts';
import { Reader } from './wire/reader.ts';

const NO_BYTES = new Uint8Array(0);
const A = contentOfText('a');

describe('a push', () => {
  it('[PU4] that is nothing but a live text is written in the short form, from Content and from text', () => {
    fc.assert(
      fc.property(
        anyText({ minLength: 1 }),
        fc.maxSafeNat(),
        fc.nat(),
        fc.nat(),
        (text, conversation, sender, timeDeltaMs) => {
          const rest = { conversation, sender, timeDeltaMs };
          const bytes = encodePush({
            ...rest,
            body: contentOfText(text),
            kind: ENTRY_KIND.message,
            target: 0,
          });
          expect(bytes).toEqual(encodeDown({ case: 'push', value: { ...rest, text } }));
          expect(numberOf(bytes)).toBe(SHORT_PUSH_FRAME);
          const push = decodePush(bytes);
          expect(push).toMatchObject({ ...rest, text, kind: 0, seq: 0 });
          expect(bodyOfPush(push)).toEqual(contentOfText(text));
        },
      ),
    );
  });

  it.each<[string, PushInit]>([
    [
      'content with more than a text',
      { body: encodeMessage(writeContent, { of: { case: 'text', value: 'a' }, replyTo: 3 }) },
    ],
    ['an empty text', { body: encodeMessage(writeContent, { of: { case: 'text', value: '' } }) }],
    ['a recalled message', { body: NO_BYTES }],
    ['a text whose length takes more bytes than it needs', { body: Uint8Array.of(0x0a, 0x81, 0x00, 0x61) }],
    ['a field after the text', { body: Uint8Array.of(...A, ...A) }],
    ['a text without Content and a body', { body: Uint8Array.of(0x10, 1), text: 'a' }],
    ['an edit', { body: A, kind: ENTRY_KIND.edit, target: 4 }],
    ['a kind of a newer version', { body: A, kind: 77 }],
    ['a push that says its seq', { body: A, seq: 9, timeMs: 5, ordinal: 4 }],
    ['a time of its own', { body: A, timeMs: 5 }],
    ['an ordinal of its own', { body: A, ordinal: 4 }],
    ['a target', { body: A, target: 4 }],
    ['a field of a newer version', { body: A, unknown: Uint8Array.of(0xf8, 0x07, 5) }],
  ])('[PU3, PU4] of %s is written in the general form, its body as it is', (_what, push) => {
    const bytes = encodePush({ conversation: 1, sender: 2, ...push });
    const decoded = decodePush(bytes);
    expect(numberOf(bytes)).not.toBe(SHORT_PUSH_FRAME);
    expect(decoded).toMatchObject({ conversation: 1, sender: 2, text: '', ...push });
    expect(bodyOfPush(decoded)).toEqual(push.body);
  });

  it('[PU3] of kind message, said or not, is written alike', () => {
    const body = encodeMessage(writeContent, { of: { case: 'text', value: 'a' }, replyTo: 3 });
    expect(encodePush({ body, kind: ENTRY_KIND.message })).toEqual(encodePush({ body }));
  });
});

function numberOf(bytes: Uint8Array): number | undefined {
  return bytes[bodyAt(bytes)];
}

function decodePush(bytes: Uint8Array): Push {
  const frame = decodeDown(bytes, bodyAt(bytes), bytes.length);
  if (frame?.case !== 'push') throw new Error('not a push');
  return frame.value;
}

/** Where the frame begins, after its length. */
function bodyAt(bytes: Uint8Array): number {
  const reader = new Reader(bytes);
  expect(reader.uint()).toBe(bytes.length - reader.at);
  return reader.at;
}
