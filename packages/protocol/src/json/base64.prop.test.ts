import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../protocol-error.ts';
import { anyText } from '../testing/any-text.ts';
import { violationOf } from '../testing/violation-of.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';

describe('base64', () => {
  it('is what the platform writes, and reads back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(text)).toEqual(bytes);
        expect(decodeBase64(text.replace(/=+$/, ''))).toEqual(bytes);
      }),
    );
  });

  it('reads any text or says that it cannot', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect([null, 'invalid-json']).toContain(violationOf(() => decodeBase64(text)));
      }),
    );
  });

  it.each(['A', 'AAAAA', 'A-A_', 'AA=A', 'AA A', '===='])('refuses %j', (text) => {
    expect(() => decodeBase64(text)).toThrow(ProtocolError);
  });
});
