import type { HttpWords } from './hostile-http.ts';

const SIGN_IN_TRIES = 20;
/** A new one now and then: who left theirs is told little else than that they may not. */
const GROUPS = 200;
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** Somebody who signs in again when their token stops being good: some of what is asked ends the session it is asked with. */
export class HttpAccount {
  readonly #url: string;
  readonly #name: string;
  words: HttpWords;
  #renewing: Promise<void> | null = null;

  private constructor(url: string, name: string, words: HttpWords) {
    this.#url = url;
    this.#name = name;
    this.words = words;
  }

  static async open(url: string, name: string): Promise<HttpAccount> {
    return new HttpAccount(url, name, await signIn(url, name));
  }

  /** Looks whether the token is still good; once for all who ask meanwhile. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    const asked = await answerOf(`${this.#url}/rpc/skein.v1.Devices/List`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.words.token}` },
    });
    if (asked === null) this.words = await signIn(this.#url, this.#name);
  }
}

let signIns = 0;

/** Again where another lane signed the same person out meanwhile, with a good token and a hostile request. */
async function signIn(url: string, name: string): Promise<HttpWords> {
  for (let tries = 1; ; tries++) {
    const words = await trySignIn(url, name);
    if (words !== null) return words;
    if (tries === SIGN_IN_TRIES) throw new Error(`${name} was never let in`);
  }
}

async function trySignIn(url: string, name: string): Promise<HttpWords | null> {
  const signedIn = await answerOf(`${url}/rpc/skein.v1.Accounts/SignIn`, {
    method: 'POST',
    body: JSON.stringify({ dev: name, installation: `installation-of-http-${name}` }),
    headers: JSON_TYPE,
  });
  const tokens = signedIn?.['tokens'] as { accessToken: string; refreshToken: string } | undefined;
  const headers = { Authorization: `Bearer ${tokens?.accessToken}` };
  // Somewhere to write: most of what is refused is refused because nobody is a member of anything.
  const group = await answerOf(`${url}/rpc/skein.v1.Conversations/CreateGroup`, {
    method: 'POST',
    body: JSON.stringify({ key: `group-${signIns++ % GROUPS}`, title: name, open: true }),
    headers: { ...headers, ...JSON_TYPE },
  });
  const cursor = (await answerOf(`${url}/v1/poll`, { headers }))?.['cursor'];
  const tunnel = (await answerOf(`${url}/v1/tunnel`, { method: 'POST' }))?.['tunnel'];
  const number = group?.['conversation'];
  const isLetIn = tokens !== undefined && typeof number === 'number';
  return isLetIn && typeof cursor === 'string' && typeof tunnel === 'string'
    ? { token: tokens.accessToken, refresh: tokens.refreshToken, cursor, tunnel, group: number }
    : null;
}

/** Null for what was refused, or asked on a connection that was just being closed (RFC 9112 §9.5): both are asked again. */
async function answerOf(url: string, init: RequestInit): Promise<Record<string, unknown> | null> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    return response.ok ? (JSON.parse(text) as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
