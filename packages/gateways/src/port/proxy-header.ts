import { isIPv4, isIPv6 } from 'node:net';
import type { ProxiedPeer } from '../session/peer-of.ts';

export type ProxyHeader =
  | { readonly outcome: 'incomplete' }
  | { readonly outcome: 'invalid' }
  | { readonly outcome: 'read'; readonly byteCount: number; readonly peer: ProxiedPeer };

// "The PROXY protocol", HAProxy, §2.1: the longest line, with its CRLF.
const LINE_BYTES_MAX = 107;
const LF = 0x0a;
// §2.2: twelve bytes of signature, then version and command, family, and the length of the rest.
const HEAD_BYTES = 16;
const SIGNATURE_FIRST = 0x0d;
const VERSION_2 = 0x20;
const COMMAND_LOCAL = 0x0;
const COMMAND_PROXY = 0x1;
/** Family and transport → bytes of one address, and of all of them with the ports. */
const TCP4 = 0x11;
const TCP6 = 0x21;
const UNIX_STREAM = 0x31;
const ADDRESS_BYTES: Readonly<Record<number, number>> = { [TCP4]: 12, [TCP6]: 36, [UNIX_STREAM]: 216 };
// §2.2.5: a type, two bytes of length; in TLS's the first byte has a bit for "the client connected over it".
const TLV_HEAD_BYTES = 3;
const TLV_SSL = 0x20;
const CLIENT_SSL = 0x01;

const INCOMPLETE: ProxyHeader = { outcome: 'incomplete' };
const INVALID: ProxyHeader = { outcome: 'invalid' };

/**
 * Reads a header of the PROXY protocol, version 1 or 2, at the start of `bytes`, which were recognised as one.
 *
 * Shape: `byteCount` bytes belong to the header; what follows is the client's.
 * Units: a header of more than `bytesMax` bytes is invalid, so no more than that needs to be held.
 */
export function parseProxyHeader(bytes: Buffer, bytesMax: number): ProxyHeader {
  return bytes[0] === SIGNATURE_FIRST ? parseBinary(bytes, bytesMax) : parseLine(bytes);
}

function parseLine(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, LINE_BYTES_MAX).indexOf(LF);
  if (end === -1) return bytes.length >= LINE_BYTES_MAX ? INVALID : INCOMPLETE;
  const line = bytes.toString('latin1', 0, end + 1);
  const [, family, rest = ''] = /^PROXY (TCP4|TCP6|UNKNOWN)(.*)\r\n$/.exec(line) ?? [];
  if (family === undefined) return INVALID;
  const byteCount = end + 1;
  // "The receiver must ignore anything presented before the CRLF".
  if (family === 'UNKNOWN') return { outcome: 'read', byteCount, peer: { address: null, isSecure: false } };
  const [, source = '', target = '', ...ports] = rest.split(' ');
  const isAddress = family === 'TCP4' ? isIPv4 : isPlainIPv6;
  const isWhole = isAddress(source) && isAddress(target) && ports.length === 2 && ports.every(isPort);
  return isWhole
    ? { outcome: 'read', byteCount, peer: { address: spelled(source), isSecure: false } }
    : INVALID;
}

function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

/** One spelling per address: it is a key of limits. */
function spelled(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

function parseBinary(bytes: Buffer, bytesMax: number): ProxyHeader {
  if (bytes.length < HEAD_BYTES) return INCOMPLETE;
  const [versionAndCommand = 0, family = 0] = bytes.subarray(12);
  const byteCount = HEAD_BYTES + bytes.readUInt16BE(14);
  const command = versionAndCommand & 0x0f;
  if ((versionAndCommand & 0xf0) !== VERSION_2 || command > COMMAND_PROXY || byteCount > bytesMax)
    return INVALID;
  if (bytes.length < byteCount) return INCOMPLETE;
  const payload = bytes.subarray(HEAD_BYTES, byteCount);
  const addressBytes = ADDRESS_BYTES[family];
  if (command === COMMAND_LOCAL || addressBytes === undefined) {
    // "The receiver should ignore address information" of LOCAL and of families it does not know.
    return { outcome: 'read', byteCount, peer: { address: null, isSecure: false } };
  }
  if (payload.length < addressBytes) return INVALID;
  const peer = { address: addressIn(payload, family), isSecure: wasSecure(payload.subarray(addressBytes)) };
  return { outcome: 'read', byteCount, peer };
}

function addressIn(payload: Buffer, family: number): string | null {
  if (family === TCP4) return payload.subarray(0, 4).join('.');
  if (family === UNIX_STREAM) return null;
  const groups = Array.from({ length: 8 }, (_, index) => payload.readUInt16BE(index * 2).toString(16));
  return spelled(groups.join(':'));
}

function wasSecure(extensions: Buffer): boolean {
  for (let at = 0; at + TLV_HEAD_BYTES < extensions.length; ) {
    const from = at + TLV_HEAD_BYTES;
    if (extensions[at] === TLV_SSL) return ((extensions[from] ?? 0) & CLIENT_SSL) !== 0;
    at = from + extensions.readUInt16BE(at + 1);
  }
  return false;
}
