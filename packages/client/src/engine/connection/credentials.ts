import type { Clock } from '@skein/model';
import type { HelloInit, Tokens } from '@skein/protocol';
import type { Auth } from '../../api/client-options.ts';

/** Nearly expired is expired: the frame still has to travel. */
const EXPIRY_MARGIN_MS = 30_000;

export interface StoredTokens {
  readonly access: string;
  readonly accessExpiresMs: number;
  readonly refresh: string;
}

export interface CredentialsDeps {
  readonly clock: Clock;
  readonly auth: Auth;
  readonly stored: () => StoredTokens | null;
  readonly store: (tokens: StoredTokens | null) => void;
}

type HelloAuth = NonNullable<HelloInit['auth']>;

/**
 * Chooses with what to sign in: first what the person gave, from then on the session it made. There is one connection, so a
 * session is never renewed twice at the same time. Rules CL9–CL10.
 */
export class Credentials {
  readonly #deps: CredentialsDeps;
  /** A token of the app's backend, until it expires. */
  #token: string | null = null;
  #isAccessExpired = false;
  #hasSignedIn = false;
  /** A registration left and its answer did not come: the account may exist by now. */
  #registrations = 0;
  #isRegistered = false;

  constructor(deps: CredentialsDeps) {
    this.#deps = deps;
  }

  /** Who this will be; null: whoever is stored. */
  static userOf(auth: Auth): string | null {
    if ('register' in auth) return auth.register.user;
    if ('dev' in auth) return auth.dev;
    return auth.user ?? null;
  }

  /** Errors: rejects when there is nothing to sign in with, or the app's backend has no token. */
  async prepare(): Promise<HelloAuth | null> {
    const { auth } = this.#deps;
    if ('dev' in auth) return { case: 'dev', value: auth.dev };
    if ('token' in auth) return { case: 'accessToken', value: await this.#appToken(auth.token) };
    // [CL9] What was typed in now is checked now; afterwards the session it made is used.
    if (!this.#hasSignedIn) {
      if ('password' in auth)
        return { case: 'password', value: { user: auth.user, password: auth.password } };
      if ('register' in auth) return this.#registration(auth.register);
    }
    return this.#session();
  }

  expired(): void {
    this.#token = null;
    this.#isAccessExpired = true;
  }

  welcomed(tokens: Tokens | undefined): void {
    this.#hasSignedIn = true;
    if (tokens === undefined) return;
    this.#isAccessExpired = false;
    this.#deps.store({
      access: tokens.accessToken,
      accessExpiresMs: tokens.accessExpiresMs,
      refresh: tokens.refreshToken,
    });
  }

  /** The session is over for good. */
  forget(): void {
    this.#deps.store(null);
  }

  /** [CL10] True when "name taken" may be our own registration, whose answer was lost: then the password decides. */
  isOwnName(): boolean {
    if (!('register' in this.#deps.auth) || this.#isRegistered || this.#registrations < 2) return false;
    this.#isRegistered = true;
    return true;
  }

  #registration(register: Extract<Auth, { register: unknown }>['register']): HelloAuth {
    const { user, password, name = user, invitation = '' } = register;
    if (this.#isRegistered) return { case: 'password', value: { user, password } };
    this.#registrations++;
    return { case: 'registration', value: { user, password, name, invitation } };
  }

  async #appToken(token: string | (() => Promise<string>)): Promise<string> {
    if (typeof token === 'string') return token;
    this.#token ??= await token();
    return this.#token;
  }

  #session(): HelloAuth | null {
    const tokens = this.#deps.stored();
    if (tokens === null) return null;
    const isFresh = tokens.accessExpiresMs - this.#deps.clock.nowMs() > EXPIRY_MARGIN_MS;
    return isFresh && !this.#isAccessExpired
      ? { case: 'accessToken', value: tokens.access }
      : { case: 'refreshToken', value: tokens.refresh };
  }
}
