import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { expectEqual, expectThat } from '../scenario.ts';
import { type Element, NS } from './element.ts';
import type { Account, XmppPeer } from './xmpp-peer.ts';

const HASHES: Readonly<Record<string, string>> = { 'SCRAM-SHA-1': 'sha1', 'SCRAM-SHA-256': 'sha256' };

export function base64(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64');
}

export function plainOf({ user, password }: Account, authzid = ''): string {
  return base64(`${authzid}\0${user}\0${password}`);
}

export function sayAuth(peer: XmppPeer, mechanism: string, initial: string): void {
  peer.say(`<auth xmlns='${NS.sasl}' mechanism='${mechanism}'>${initial}</auth>`);
}

export function sayResponse(peer: XmppPeer, text: string): void {
  peer.say(`<response xmlns='${NS.sasl}'>${text}</response>`);
}

export function readsSasl(peer: XmppPeer): Promise<Element> {
  return peer.reads(({ ns }) => ns === NS.sasl, 'an answer of SASL');
}

export async function expectSuccess(peer: XmppPeer): Promise<Element> {
  const answer = await readsSasl(peer);
  expectThat(answer.name === 'success', `${answer.xml} instead of success`);
  return answer;
}

/** Expects a failure with one of these conditions. */
export async function expectFailure(peer: XmppPeer, ...conditions: readonly string[]): Promise<void> {
  const answer = await readsSasl(peer);
  expectThat(answer.name === 'failure', `${answer.xml} instead of a failure`);
  const names = answer.elements.map(({ name }) => name);
  expectThat(
    names.some((name) => conditions.includes(name)),
    `${answer.xml} instead of ${conditions.join(' or ')}`,
  );
}

/** What one does otherwise than RFC 5802 says, on purpose. */
export interface ScramInit {
  readonly gs2?: string;
  /** In `c=`. */
  readonly binding?: string;
  readonly extension?: string;
  readonly nonce?: (nonce: string) => string;
  readonly proof?: (proof: Buffer) => Buffer;
}

/** RFC 5802 §5 from the client's side. Answers what the server's signature should be. */
export async function sayScram(
  peer: XmppPeer,
  mechanism: string,
  { user, password }: Account,
  init: ScramInit = {},
): Promise<string> {
  const hash = HASHES[mechanism] ?? '';
  const { gs2 = 'n,,', binding = gs2, extension = '' } = init;
  const ownNonce = randomBytes(12).toString('hex');
  const bare = `${extension}n=${user},r=${ownNonce}`;
  sayAuth(peer, mechanism, base64(gs2 + bare));
  const challenge = await readsSasl(peer);
  expectThat(challenge.name === 'challenge', `${challenge.xml} instead of a challenge`);
  const serverFirst = Buffer.from(challenge.text, 'base64').toString();
  const [, nonce = '', salt = '', count = ''] =
    /^r=([^,]*),s=([^,]*),i=([^,]*)(?:,.*)?$/.exec(serverFirst) ?? [];
  expectThat(
    nonce.startsWith(ownNonce) && nonce !== ownNonce,
    `a nonce of its own is missing: ${serverFirst}`,
  );
  // RFC 5802 §5.1, RFC 7677 §4.
  expectThat(Number(count) >= 4096, `${count} iterations`);
  const bytes = createHash(hash).digest().length;
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(count), bytes, hash);
  const hmac = (key: Uint8Array, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const clientKey = hmac(salted, 'Client Key');
  const withoutProof = `c=${base64(binding)},r=${init.nonce?.(nonce) ?? nonce}`;
  const message = `${bare},${serverFirst},${withoutProof}`;
  const signature = hmac(createHash(hash).update(clientKey).digest(), message);
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
  sayResponse(peer, base64(`${withoutProof},p=${base64(init.proof?.(proof) ?? proof)}`));
  return base64(hmac(hmac(salted, 'Server Key'), message));
}

/** Signs in with the best of what is offered, on a stream that is open, and opens the next one. Answers its features. */
export async function signIn(peer: XmppPeer, account: Account, features: Element): Promise<Element> {
  const offered = mechanismsIn(features);
  const mechanism = ['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256'].find((name) => offered.includes(name));
  expectThat(mechanism !== undefined, `no mechanism that we know among ${offered.join(', ')}`);
  if (mechanism === 'PLAIN') {
    sayAuth(peer, mechanism, plainOf(account));
    await expectSuccess(peer);
  } else {
    await scram(peer, mechanism, account);
  }
  return peer.open();
}

/** Signs in and checks that the server knows the password as well, RFC 5802 §3. */
export async function scram(peer: XmppPeer, mechanism: string, account: Account): Promise<void> {
  const signature = await sayScram(peer, mechanism, account);
  const success = await expectSuccess(peer);
  expectEqual(
    Buffer.from(success.text, 'base64').toString(),
    `v=${signature}`,
    'the signature of the server',
  );
}

export function mechanismsIn(features: Element): readonly string[] {
  return features.child('mechanisms', NS.sasl)?.elements.map(({ text }) => text) ?? [];
}
