import { NATIVE_PREFACE } from '@skein/protocol';

/**
 * What a connection's first bytes say it speaks. `undecided`: more bytes are needed. `unknown`: nothing we know starts
 * like this. Being recognised is not being served.
 */
export type DetectedProtocol =
  | 'native'
  | 'json-lines'
  | 'http'
  | 'h2'
  | 'tls'
  | 'mqtt'
  | 'xmpp'
  | 'proxy'
  | 'unknown'
  | 'undecided';

/** Everything is decided within this many bytes. */
export const DETECT_BYTES_MAX = 16;

const OPEN_BRACE = 0x7b;
const LESS_THAN = 0x3c;
// RFC 8446 §5.1: record type 22 (handshake), legacy version 3.x.
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR = 0x03;
// MQTT 3.1.1 §3.1: CONNECT, flags 0; then the remaining length and the protocol's name.
const MQTT_CONNECT = 0x10;

/** RFC 9110 §9.3, RFC 5789; the space belongs to them, so that no other word can begin like one. */
const HTTP_METHODS = [
  'GET ',
  'HEAD ',
  'POST ',
  'PUT ',
  'DELETE ',
  'OPTIONS ',
  'PATCH ',
  'TRACE ',
  'CONNECT ',
].map(ascii);
// RFC 9113 §3.4: how every HTTP/2 connection begins.
const HTTP2_PREFACE = ascii('PRI * ');
// HAProxy's PROXY protocol, versions 1 and 2.
const PROXY_PREFACES = [
  ascii('PROXY '),
  Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a),
];

/** [GW1] Decides from the first bytes, as soon as they can only mean one thing. */
export function detectProtocol(bytes: Uint8Array): DetectedProtocol {
  const first = bytes[0];
  if (first === undefined) return 'undecided';
  if (first === OPEN_BRACE) return 'json-lines';
  if (first === LESS_THAN) return 'xmpp';
  if (first === MQTT_CONNECT) return 'mqtt';
  if (first === TLS_HANDSHAKE) return bytes.length < 2 ? 'undecided' : tlsOrUnknown(bytes);
  const matches = [
    startsLike(bytes, [NATIVE_PREFACE], 'native'),
    startsLike(bytes, HTTP_METHODS, 'http'),
    startsLike(bytes, [HTTP2_PREFACE], 'h2'),
    startsLike(bytes, PROXY_PREFACES, 'proxy'),
  ];
  const decided = matches.find((match) => match !== 'unknown' && match !== 'undecided');
  return decided ?? (matches.includes('undecided') ? 'undecided' : 'unknown');
}

function tlsOrUnknown(bytes: Uint8Array): DetectedProtocol {
  return bytes[1] === TLS_MAJOR ? 'tls' : 'unknown';
}

function startsLike(
  bytes: Uint8Array,
  prefaces: readonly Uint8Array[],
  protocol: DetectedProtocol,
): DetectedProtocol {
  let isPossible = false;
  for (const preface of prefaces) {
    const compared = Math.min(preface.length, bytes.length);
    if (!isEqual(bytes, preface, compared)) continue;
    if (compared === preface.length) return protocol;
    isPossible = true;
  }
  return isPossible ? 'undecided' : 'unknown';
}

function isEqual(bytes: Uint8Array, preface: Uint8Array, count: number): boolean {
  for (let at = 0; at < count; at++) if (bytes[at] !== preface[at]) return false;
  return true;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
