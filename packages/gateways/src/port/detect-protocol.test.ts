import { NATIVE_PREFACE } from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { DETECT_BYTES_MAX, detectProtocol } from './detect-protocol.ts';

const EXAMPLES = [
  ['native', [...NATIVE_PREFACE]],
  ['json-lines', [...Buffer.from('{"login"')]],
  ['http', [...Buffer.from('GET /ws HTTP/1.1')]],
  ['http', [...Buffer.from('OPTIONS * HTTP/1.1')]],
  ['http', [...Buffer.from('DELETE /x HTTP/1.1')]],
  ['h2', [...Buffer.from('PRI * HTTP/2.0\r\n')]],
  ['tls', [0x16, 0x03, 0x01, 0x02, 0x00]],
  ['mqtt', [0x10, 0x0c, 0x00, 0x04, 0x4d, 0x51, 0x54, 0x54]],
  ['xmpp', [...Buffer.from("<?xml version='1.0'")]],
  ['proxy', [...Buffer.from('PROXY TCP4 1.2.3.4')]],
  ['proxy', [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21]],
  ['unknown', [...Buffer.from('SSH-2.0-OpenSSH_9.6')]],
  ['unknown', [...Buffer.from('hello')]],
  ['unknown', [...Buffer.from('GETAWAY')]],
  ['unknown', [...Buffer.from('PRIVATE')]],
  ['unknown', [0x16, 0x02]],
  ['unknown', [0x00]],
  ['unknown', [0xff, 0xff]],
] as const;

describe('the first bytes of a connection', () => {
  it.each(EXAMPLES)('[GW1] tell %s apart (%#)', (protocol, bytes) => {
    expect(detectProtocol(Uint8Array.from(bytes))).toBe(protocol);
  });

  it.each(EXAMPLES)(
    '[GW1] are %s or undecided however few there are, never something else (%#)',
    (protocol, bytes) => {
      for (let count = 0; count <= bytes.length; count++) {
        const detected = detectProtocol(Uint8Array.from(bytes.slice(0, count)));
        expect(['undecided', protocol]).toContain(detected);
      }
    },
  );

  it('[GW1] are decided within 16, whatever they are', () => {
    for (let first = 0; first < 256; first++) {
      const bytes = new Uint8Array(DETECT_BYTES_MAX).fill(first);
      expect(detectProtocol(bytes)).not.toBe('undecided');
    }
    for (const [, example] of EXAMPLES) {
      const bytes = new Uint8Array(DETECT_BYTES_MAX).fill(0x41);
      bytes.set(example.slice(0, DETECT_BYTES_MAX));
      expect(detectProtocol(bytes)).not.toBe('undecided');
    }
  });
});
