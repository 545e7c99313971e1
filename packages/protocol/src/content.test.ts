import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOfSend, parseContent } from './content.ts';
import { writeContent } from './generated/skein.gen.ts';
import { encodeMessage } from './message-codec.ts';
import { ProtocolError } from './protocol-error.ts';
import { anyText } from './testing/any-text.ts';

const NO_BYTES = new Uint8Array(0);

describe('content', () => {
  it('of a sent text is Content in which only the text is set', () => {
    fc.assert(
      fc.property(anyText({ minLength: 1 }), (text) => {
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
