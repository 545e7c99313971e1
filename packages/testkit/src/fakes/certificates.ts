import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';

export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface IssueOptions {
  /** Names and addresses it is for; the first one is its common name too. */
  readonly hosts: readonly string[];
  readonly from?: Date;
  readonly days?: number;
}

/** Who a certificate is of, or by whom. */
interface Identity {
  readonly name: Buffer;
  readonly keyId: Buffer;
  readonly privateKey: KeyObject;
}

interface Content {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly from: Date;
  readonly days: number;
  readonly extensions: readonly Buffer[];
}

// DER tags (ITU-T X.690 §8).
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const KEY_ID = 0x80;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
const EXPLICIT_0 = 0xa0;
const EXPLICIT_3 = 0xa3;

const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OBJECT_ID, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = der(OBJECT_ID, Buffer.from('550403', 'hex'));
const SUBJECT_KEY_ID = 0x0e;
const KEY_USAGE = 0x0f;
const SUBJECT_ALT_NAME = 0x11;
const BASIC_CONSTRAINTS = 0x13;
const AUTHORITY_KEY_ID = 0x23;
const TRUE = der(BOOLEAN, Buffer.of(0xff));
const VERSION_3 = der(EXPLICIT_0, der(INTEGER, Buffer.of(2)));
/** keyCertSign and cRLSign (RFC 5280 §4.2.1.3). */
const SIGNS_CERTIFICATES = der(BIT_STRING, Buffer.of(1, 0x06));

const DAY_MS = 86_400_000;
// Apple's systems take no certificate that is valid for longer than 825 days, whoever signed it.
const DAYS = 800;
const AUTHORITY_DAYS = 3_650;
const LONG_AGO = new Date('2024-01-01');
const SELF_SIGNED_DAYS = 9_000;

/** A fresh certificate for `localhost` and 127.0.0.1 that nobody vouches for, so that no key has to be kept in the repository. */
export function selfSignedCertificate(commonName = 'localhost'): TestCertificate {
  const own = newIdentity(commonName);
  const cert = certify(own, {
    subject: own.name,
    publicKey: own.publicKey,
    from: LONG_AGO,
    days: SELF_SIGNED_DAYS,
    extensions: [subjectAltName(['localhost', '127.0.0.1'])],
  });
  return { cert, key: toPkcs8(own.privateKey) };
}

/** A certificate authority of one's own (RFC 5280 §4): who trusts its certificate trusts what it issues. */
export class CertificateAuthority {
  /** PEM: what clients are given to trust. */
  readonly cert: string;
  readonly #identity: Identity;

  constructor(commonName: string, from = new Date()) {
    const own = newIdentity(commonName);
    this.#identity = own;
    this.cert = certify(own, {
      subject: own.name,
      publicKey: own.publicKey,
      from,
      days: AUTHORITY_DAYS,
      extensions: [
        extension(BASIC_CONSTRAINTS, der(SEQUENCE, TRUE), { isCritical: true }),
        extension(KEY_USAGE, SIGNS_CERTIFICATES, { isCritical: true }),
        extension(SUBJECT_KEY_ID, der(OCTET_STRING, own.keyId)),
      ],
    });
  }

  issue({ hosts, from = new Date(), days = DAYS }: IssueOptions): TestCertificate {
    const { name, keyId, publicKey, privateKey } = newIdentity(hosts[0] ?? '');
    const cert = certify(this.#identity, {
      subject: name,
      publicKey,
      from,
      days,
      extensions: [
        subjectAltName(hosts),
        extension(SUBJECT_KEY_ID, der(OCTET_STRING, keyId)),
        extension(AUTHORITY_KEY_ID, der(SEQUENCE, der(KEY_ID, this.#identity.keyId))),
      ],
    });
    return { cert, key: toPkcs8(privateKey) };
  }
}

function newIdentity(commonName: string): Identity & { readonly publicKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(commonName)))));
  const keyId = createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
  return { name, keyId, publicKey, privateKey };
}

/** RFC 5280 §4.1: the issuer's word that this key is the subject's. */
function certify(issuer: Identity, { subject, publicKey, from, days, extensions }: Content): string {
  const until = new Date(from.getTime() + days * DAY_MS);
  const content = der(
    SEQUENCE,
    VERSION_3,
    der(INTEGER, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    issuer.name,
    der(SEQUENCE, utcTime(from), utcTime(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXPLICIT_3, der(SEQUENCE, ...extensions)),
  );
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', content, issuer.privateKey)]);
  return toPem(der(SEQUENCE, content, ECDSA_WITH_SHA256, der(BIT_STRING, signature)));
}

/** RFC 5280 §4.2.1.6. */
function subjectAltName(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIP(host) === 0 ? der(DNS_NAME, Buffer.from(host)) : der(IP_ADDRESS, addressBytes(host)),
  );
  return extension(SUBJECT_ALT_NAME, der(SEQUENCE, ...names));
}

function addressBytes(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from(host.split('.').map(Number));
  // The parser of URLs writes out what an address may leave out, but for its longest run of zeros.
  const [before = '', after] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const [head, tail] = [before, after ?? ''].map((part) => part.split(':').filter((word) => word !== ''));
  const zeros = Array.from({ length: 8 - (head?.length ?? 0) - (tail?.length ?? 0) }, () => '0');
  const words = [...(head ?? []), ...zeros, ...(tail ?? [])];
  return Buffer.from(words.map((word) => word.padStart(4, '0')).join(''), 'hex');
}

/** Of id-ce (2.5.29), by its last number. */
function extension(id: number, value: Buffer, { isCritical = false } = {}): Buffer {
  const parts = [der(OBJECT_ID, Buffer.of(0x55, 0x1d, id)), ...(isCritical ? [TRUE] : [])];
  return der(SEQUENCE, ...parts, der(OCTET_STRING, value));
}

/** RFC 5280 §4.1.2.5.1: as YYMMDDHHMMSSZ. */
function utcTime(date: Date): Buffer {
  const digits = date.toISOString().slice(2, 19).replaceAll(/\D/g, '');
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), derLength(content.length), content]);
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
}

function toPkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
