import { ENTRY_KIND } from '@skein/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOfPush, contentOfSend, encodePush, parseContent } from './content.ts';
import { decodeDown, encodeDown } from './frame-codec.ts';
import { FrameSplitter } from './frame-splitter.ts';
import { type DownFrame, type Push, type PushInit, writeContent } from './generated/skein.gen.ts';
import { encodeMessage } from './message-codec.ts';
import { ProtocolError } from './protocol-error.ts';

const NO_BYTES = new Uint8Array(0);
const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });

describe('content', () => {
  it('of a sent text is Content in which only the text is set', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const body = contentOfSend({ text, content: NO_BYTES });
        expect(body).toEqual(encodeMessage(writeContent, { of: { case: 'text', value: text } }));
        expect(parseContent(body).of).toEqual({ case: 'text', value: text });
      }),
    );
  });

  it('of a send that carries it is kept byte for byte, unknown fields too', () => {
    const content = Uint8Array.of(0x0a, 1, 0x61, 0xf8, 0x07, 5);
    expect(contentOfSend({ text: 'ignored', content })).toBe(content);
    expect(parseContent(content).unknown).toEqual(Uint8Array.of(0xf8, 0x07, 5));
  });

  it('of a send with neither is empty', () => {
    expect(contentOfSend({ text: '', content: NO_BYTES })).toEqual(NO_BYTES);
  });

  it('that is not well-formed is a protocol error', () => {
    expect(() => parseContent(Uint8Array.of(0x0a, 5, 0x61))).toThrow(ProtocolError);
    expect(() => parseContent(Uint8Array.of(0x0a, 1, 0xff))).toThrow(ProtocolError);
  });
});

describe('a push', () => {
  it('carries a plain text in its short form, with the bytes that the codec writes', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(), (text, conversation, timeDeltaMs) => {
        const body = contentOfSend({ text, content: NO_BYTES });
        const rest = { conversation, timeDeltaMs, sender: 300, seq: 7, timeMs: 9, ordinal: 3 };
        const bytes = encodePush({ ...rest, body, kind: ENTRY_KIND.message });
        expect(bytes).toEqual(encodeDown({ case: 'push', value: { ...rest, text } }));
        expect(bodyOfPush(decodePush(bytes))).toEqual(body);
      }),
    );
  });

  it.each<[string, PushInit]>([
    [
      'content with more than a text',
      { body: encodeMessage(writeContent, { of: { case: 'text', value: 'a' }, replyTo: 3 }) },
    ],
    ['an empty text', { body: encodeMessage(writeContent, { of: { case: 'text', value: '' } }) }],
    ['a recalled message', { body: NO_BYTES }],
    ['a field after the text', { body: Uint8Array.of(0x0a, 1, 0x61, 0x0a, 1, 0x62) }],
    ['an edit', { body: Uint8Array.of(0x0a, 1, 0x61), kind: ENTRY_KIND.edit, target: 4 }],
    ['a kind of a newer version', { body: Uint8Array.of(0x0a, 1, 0x61), kind: 77 }],
  ])('carries %s as it is', (_what, push) => {
    const decoded = decodePush(encodePush({ conversation: 1, sender: 2, ...push }));
    expect(decoded).toMatchObject({ conversation: 1, sender: 2, text: '', ...push });
    expect(bodyOfPush(decoded)).toEqual(push.body);
  });
});

function decodePush(bytes: Uint8Array): Push {
  const frames: (DownFrame | undefined)[] = [];
  const splitter = new FrameSplitter(
    1 << 20,
    (all, from, to) => frames.push(decodeDown(all, from, to)),
    () => {},
  );
  splitter.push(bytes);
  const [frame] = frames;
  if (frames.length !== 1 || frame?.case !== 'push') throw new Error('not one push');
  return frame.value;
}
