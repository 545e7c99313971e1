import { type Clock, type Limits, parseUserId, type UserId } from '@skein/model';
import type { World } from '../log/world.ts';
import type { Directory } from '../ports/directory.ts';
import type { IdentityVerifier, VerifiedIdentity } from '../ports/identity-verifier.ts';
import type { UserRow } from '../ports/store.ts';
import type { Registrations } from './registrations.ts';
import { denied, type SignInDenied } from './sign-in-result.ts';

export interface ExternalIdentitiesDeps {
  /** Absent: no backend signs for anybody. */
  readonly identityVerifier?: IdentityVerifier;
  readonly world: World;
  readonly directory: Directory;
  readonly registrations: Registrations;
  readonly clock: Clock;
  readonly limits: Limits;
}

export interface Vouched {
  readonly user: UserRow;
  readonly expiresAtMs: number;
}

/** Three parts of base64url, as RFC 7515 §7.1 writes them. A token of our own has no dots. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]*$/;

export function isIdentityToken(token: string): boolean {
  return COMPACT_JWS.test(token);
}

/**
 * People whom the operator's own backend vouches for: an id is enough, no password or profile is kept here. Rules
 * AC14–AC17. Methods throw StoreUnavailableError, and nothing else.
 */
export class ExternalIdentities {
  readonly #deps: ExternalIdentitiesDeps;

  constructor(deps: ExternalIdentitiesDeps) {
    this.#deps = deps;
  }

  async whoIs(token: string): Promise<Vouched | SignInDenied> {
    const identity = this.#deps.identityVerifier?.verify(token) ?? null;
    // The client may get a better one from the backend: its key can have changed since.
    if (identity === null) return denied('tokenExpired', 'auth.bad_credentials');
    const { expiresAtMs } = identity;
    const id = this.#judge(identity);
    if (typeof id !== 'string') return id;
    const user = await this.#userOf(id, this.#shownName(identity));
    return 'outcome' in user ? user : { user, expiresAtMs };
  }

  /** [AC14, AC15] Good signatures can be under bad statements. */
  #judge({ id: text, expiresAtMs, notBeforeMs }: VerifiedIdentity): UserId | SignInDenied {
    const { clock, limits } = this.#deps;
    const nowMs = clock.nowMs();
    const id = parseUserId(text);
    if (id === null) return denied('badCredentials', 'auth.name_invalid');
    // No grace here: a backend whose clock is behind gives a little less, and is asked again.
    if (nowMs >= expiresAtMs) return denied('tokenExpired', 'auth.token_expired');
    if (expiresAtMs - nowMs > limits.identityTokenMs + limits.clockSkewMs) {
      return denied('badCredentials', 'request.invalid');
    }
    return notBeforeMs - nowMs > limits.clockSkewMs ? denied('badCredentials', 'request.invalid') : id;
  }

  /** [AC16] Made on demand, whatever the registration policy; the name is the backend's to change. */
  async #userOf(id: UserId, name: string | null): Promise<UserRow | SignInDenied> {
    const { world, directory, registrations } = this.#deps;
    const user =
      world.users.byId(id) ?? (await registrations.add(id, name ?? id, null)) ?? world.users.byId(id);
    if (user === undefined) return denied('overloaded', 'server.overloaded');
    // Ids of the other system may differ in case alone; here they would be one person.
    if (user.id !== id) return denied('badCredentials', 'auth.name_taken');
    if (name === null || name === user.name) return user;
    await directory.setName(user.number, name);
    const renamed: UserRow = { ...user, name };
    world.users.add(renamed);
    return renamed;
  }

  /** Null when the backend says nothing: who is new is shown by the id, who is known keeps the name. */
  #shownName({ name }: VerifiedIdentity): string | null {
    const shown = Array.from(name.trim()).slice(0, this.#deps.limits.nameCharactersMax).join('').trim();
    return shown === '' ? null : shown;
  }
}
