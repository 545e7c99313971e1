import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proxyV2 } from '../testing/proxy-v2.ts';
import { parseProxyHeader } from './proxy-header.ts';

const BYTES_MAX = 512;
const TCP4 = 0x11;
const TCP6 = 0x21;
const UNIX = 0x31;
const V4 = [192, 0, 2, 7, 10, 0, 0, 1, 0x30, 0x39, 0x1b, 0x39];
const V6 = [
  0x20,
  0x01,
  0x0d,
  0xb8,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  7,
  ...Array<number>(16).fill(1),
  0,
  1,
  0,
  2,
];
// PP2_TYPE_UNIQUE_ID, then PP2_TYPE_SSL with PP2_CLIENT_SSL, and "the certificate was verified".
const SSL = [0x05, 0, 2, 9, 9, 0x20, 0, 5, 0x01, 0, 0, 0, 0];
const NO_SSL = [0x20, 0, 5, 0x00, 0, 0, 0, 0];

const READABLE: readonly (readonly [string, Buffer, string | null, boolean])[] = [
  ['v1 TCP4', Buffer.from('PROXY TCP4 192.0.2.7 10.0.0.1 12345 6969\r\n'), '192.0.2.7', false],
  ['v1 TCP6', Buffer.from('PROXY TCP6 2001:DB8:0::7 ::1 0 65535\r\n'), '2001:db8::7', false],
  ['v1 UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n'), null, false],
  ['v1 UNKNOWN with more', Buffer.from(`PROXY UNKNOWN ${'f'.repeat(80)}\r\n`), null, false],
  ['v2 TCP4', proxyV2(TCP4, V4), '192.0.2.7', false],
  ['v2 TCP6', proxyV2(TCP6, V6), '2001:db8::7', false],
  ['v2 unix', proxyV2(UNIX, Array<number>(216).fill(0x61)), null, false],
  ['v2 TLS', proxyV2(TCP4, [...V4, ...SSL]), '192.0.2.7', true],
  ['v2 no TLS', proxyV2(TCP4, [...V4, ...NO_SSL]), '192.0.2.7', false],
  ['v2 unspecified', proxyV2(0x00, [1, 2, 3]), null, false],
  ['v2 LOCAL', proxyV2(TCP4, [], 0x20), null, false],
];

describe('the header of a proxy', () => {
  it.each(READABLE)('[GW26] is read: %s', (_name, header, address, isSecure) => {
    const bytes = Buffer.concat([header, Buffer.from('SKN1')]);
    expect(parseProxyHeader(bytes, BYTES_MAX)).toEqual({
      outcome: 'read',
      byteCount: header.length,
      peer: { address, isSecure },
    });
  });

  it.each(READABLE)('[GW26] is incomplete until its last byte: %s', (_name, header) => {
    for (let count = 6; count < header.length; count++) {
      expect(parseProxyHeader(header.subarray(0, count), BYTES_MAX)).toEqual({ outcome: 'incomplete' });
    }
  });

  it.each([
    ['no family', Buffer.from('PROXY \r\n')],
    ['lower case', Buffer.from('PROXY tcp4 1.1.1.1 2.2.2.2 1 2\r\n')],
    ['the other family', Buffer.from('PROXY TCP4 ::1 ::1 1 2\r\n')],
    ['no address', Buffer.from('PROXY TCP4 a b 1 2\r\n')],
    ['a number too large', Buffer.from('PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n')],
    ['a port too large', Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n')],
    ['a port with a zero before it', Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n')],
    ['more than its fields', Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n')],
    ['two spaces', Buffer.from('PROXY TCP4  1.1.1.1 2.2.2.2 1 2\r\n')],
    ['no CR', Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n')],
    ['a zone', Buffer.from('PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n')],
    ['no end', Buffer.from(`PROXY UNKNOWN ${'f'.repeat(200)}`)],
    ['version 3', proxyV2(TCP4, V4, 0x31)],
    ['another command', proxyV2(TCP4, V4, 0x22)],
    ['addresses cut off', proxyV2(TCP4, V4.slice(1))],
    ['too long', proxyV2(TCP4, Array<number>(BYTES_MAX).fill(0))],
  ])('[GW26] is refused: %s', (_name, header) => {
    expect(parseProxyHeader(header, BYTES_MAX)).toEqual({ outcome: 'invalid' });
  });

  it('[GW26] is one of the three, whatever the bytes, and never longer than they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), fc.nat(255), (noise, isV1, family) => {
        const bytes = isV1 ? Buffer.concat([Buffer.from('PROXY '), noise]) : proxyV2(family, [...noise]);
        const header = parseProxyHeader(bytes, BYTES_MAX);
        return header.outcome !== 'read' || header.byteCount <= bytes.length;
      }),
    );
  });
});
