import { type Clock, type Limits, parseUserId } from '@skein/model';
import type { Hello } from '@skein/protocol';
import type { World } from '../log/world.ts';
import type { DeviceRow, Directory, SessionRow } from '../ports/directory.ts';
import type { Peer } from '../ports/outbound.ts';
import type { UserRow } from '../ports/store.ts';
import { type ExternalIdentities, isIdentityToken } from './external-identities.ts';
import type { Passwords } from './passwords.ts';
import { appOf, cut } from './program.ts';
import type { Proof } from './proofs.ts';
import type { Registrations } from './registrations.ts';
import type { Sessions } from './sessions.ts';
import { fromFailure } from './sign-in-failure.ts';
import { denied, type SignedIn, type SignInDenied } from './sign-in-result.ts';

/** A device that comes back with its access token is noted as seen at most this often: a storm writes nothing. */
const SEEN_INTERVAL_MS = 3_600_000;
const INSTALLATION = /^[A-Za-z0-9_-]{16,64}$/;

export interface SignInDeps {
  readonly world: World;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly registrations: Registrations;
  readonly identities: ExternalIdentities;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly isDevelopment: boolean;
}

type Proven = { readonly user: UserRow } | SignInDenied;

/** Decides who a Hello is from (rules AC1–AC17). */
export class SignIn {
  readonly #deps: SignInDeps;

  constructor(deps: SignInDeps) {
    this.#deps = deps;
  }

  /** Errors: throws nothing but bugs; a broken environment is a denial that says "come back". */
  signIn(hello: Hello, peer: Peer): Promise<SignedIn | SignInDenied> {
    return this.#unlessRevoked(this.#deps.sessions.revision, () => this.#judge(hello, peer));
  }

  /** [SA7] The same for somebody whom a gateway has proven already; what Hello says about it is not looked at. */
  admit(hello: Hello, proof: Proof): Promise<SignedIn | SignInDenied> {
    return this.#unlessRevoked(proof.revision, async () => {
      if (!INSTALLATION.test(hello.installation)) return denied('protocolViolation', 'request.invalid');
      const { token, user } = proof;
      if (token === null) return this.#admit({ user }, hello);
      const installed = { ...hello, installation: proof.installation ?? hello.installation };
      return isIdentityToken(token)
        ? this.#byIdentity(token, installed)
        : this.#byAccessToken(token, installed);
    });
  }

  /** [AC18] A later token of the operator's backend, for a connection that lives by an earlier one. */
  renew(token: string, device: DeviceRow): Promise<SignedIn | SignInDenied> {
    const { sessions, identities } = this.#deps;
    return this.#unlessRevoked(sessions.revision, async () => {
      const vouched = await identities.whoIs(token);
      if ('outcome' in vouched) return vouched;
      const { user, expiresAtMs } = vouched;
      if (user.number !== device.user) return denied('badCredentials', 'auth.bad_credentials');
      const secret = foreignSecret(device.installation, token);
      if (sessions.isRevoked(secret)) return denied('revoked', 'auth.revoked');
      const row =
        (await sessions.findByAccess(secret)) ?? (await sessions.issueFor(device, secret, expiresAtMs));
      const { id: session, accessExpiresAtMs } = row;
      return { outcome: 'signed-in', user, device, session, accessExpiresAtMs, isNewSession: true };
    });
  }

  async #unlessRevoked(
    revision: number,
    judge: () => Promise<SignedIn | SignInDenied>,
  ): Promise<SignedIn | SignInDenied> {
    const { sessions } = this.#deps;
    try {
      const result = await judge();
      if (result.outcome === 'denied') return result;
      const signedIn = { user: result.user.number, device: result.device.number };
      if (!sessions.wasRevokedSince(signedIn, revision)) return result;
      // Its sessions were ended while it waited; one that was issued meanwhile must not outlive that.
      if (result.isNewSession === true || result.tokens !== undefined)
        await sessions.end(result.user.number, 'revoked', result.device.number);
      return denied('revoked', 'auth.revoked');
    } catch (error) {
      return fromFailure(error);
    }
  }

  async #judge(hello: Hello, peer: Peer): Promise<SignedIn | SignInDenied> {
    const { auth } = hello;
    if (auth === undefined) return denied('badCredentials', 'auth.required');
    if (!INSTALLATION.test(hello.installation)) return denied('protocolViolation', 'request.invalid');
    switch (auth.case) {
      case 'accessToken':
        return isIdentityToken(auth.value)
          ? this.#byIdentity(auth.value, hello)
          : this.#byAccessToken(auth.value, hello);
      case 'refreshToken':
        return this.#byRefreshToken(auth.value, hello);
      case 'password':
        return this.#admit(await this.#byPassword(auth.value, peer), hello);
      case 'registration':
        return this.#admit(await this.#byRegistration(auth.value, peer), hello);
      case 'dev':
        return this.#admit(await this.#byName(auth.value), hello);
    }
  }

  async #byAccessToken(token: string, hello: Hello): Promise<SignedIn | SignInDenied> {
    const { sessions, clock } = this.#deps;
    const row = await sessions.findByAccess(token);
    // A token that is unknown may have been replaced: its refresh token tells.
    if (row === null || clock.nowMs() >= row.accessExpiresAtMs) {
      return denied('tokenExpired', 'auth.token_expired');
    }
    const found = await this.#whose(row, hello);
    if (found.outcome === 'denied') return found;
    this.#noteSeen(found.device, hello);
    return { ...found, session: row.id, accessExpiresAtMs: row.accessExpiresAtMs };
  }

  /** [AC14] The operator's backend says who it is, for as long as the token holds. */
  async #byIdentity(token: string, hello: Hello): Promise<SignedIn | SignInDenied> {
    const { sessions, identities } = this.#deps;
    const vouched = await identities.whoIs(token);
    if ('outcome' in vouched) return vouched;
    const { user, expiresAtMs } = vouched;
    const secret = foreignSecret(hello.installation, token);
    if (sessions.isRevoked(secret)) return denied('revoked', 'auth.revoked');
    const row = await sessions.findByAccess(secret);
    if (row !== null) {
      const found = await this.#whose(row, hello);
      if (found.outcome === 'denied') return found;
      this.#noteSeen(found.device, hello);
      return { ...found, session: row.id, accessExpiresAtMs: row.accessExpiresAtMs };
    }
    const device = await this.#deviceOf(user, hello);
    if ('outcome' in device) return device;
    const { id } = await sessions.issueFor(device, secret, expiresAtMs);
    const session = { session: id, accessExpiresAtMs: expiresAtMs, isNewSession: true };
    return { outcome: 'signed-in', user, device, ...session };
  }

  async #byRefreshToken(token: string, hello: Hello): Promise<SignedIn | SignInDenied> {
    const result = await this.#deps.sessions.refresh(token);
    switch (result.outcome) {
      case 'unknown':
      case 'reused':
        return denied('revoked', 'auth.revoked');
      case 'expired':
        return denied('badCredentials', 'auth.token_expired');
      case 'refreshed': {
        const { row, tokens, exchangedHash } = result;
        const found = await this.#whose(row, hello);
        if (found.outcome === 'denied') {
          // Somebody has a copy of the token. The new ones are told to nobody, so nobody could go on with the session.
          await this.#deps.sessions.end(row.user, 'revoked', row.device);
          return found;
        }
        const { accessExpiresAtMs } = row;
        return { ...found, session: row.id, accessExpiresAtMs, tokens, exchangedHash };
      }
    }
  }

  /** [AC8] A session belongs to one installation: elsewhere its tokens are worth nothing. */
  async #whose(
    row: SessionRow,
    hello: Hello,
  ): Promise<{ outcome: 'signed-in'; user: UserRow; device: DeviceRow } | SignInDenied> {
    const { world, directory } = this.#deps;
    const user = world.users.byNumber(row.user);
    const devices = await directory.listDevices(row.user);
    const device = devices.find(({ number }) => number === row.device);
    if (user === undefined || device === undefined) return denied('revoked', 'auth.revoked');
    if (device.installation !== hello.installation) return denied('badCredentials', 'auth.bad_credentials');
    return { outcome: 'signed-in', user, device };
  }

  async #byPassword(auth: { user: string; password: string }, peer: Peer): Promise<Proven> {
    const result = await this.#deps.passwords.check(auth.user, auth.password, peer.address);
    if (result.outcome === 'right') return this.#known(result.user);
    if (result.outcome === 'wait') return denied('rateLimited', 'auth.too_many_attempts');
    return denied('badCredentials', 'auth.bad_credentials');
  }

  async #byRegistration(
    auth: { user: string; password: string; name: string; invitation: string },
    peer: Peer,
  ): Promise<Proven> {
    const result = await this.#deps.registrations.register(auth, peer);
    if (!('outcome' in result)) return { user: result };
    switch (result.code) {
      case 'auth.registration_closed':
        return denied('notAllowed', result.code);
      case 'auth.too_many_attempts':
        return denied('rateLimited', result.code);
      default:
        return denied('badCredentials', result.code);
    }
  }

  /** [AC9] A name is enough while developing, and only then. */
  async #byName(name: string): Promise<Proven> {
    const { isDevelopment, world, registrations } = this.#deps;
    if (!isDevelopment) return denied('notAllowed', 'auth.dev_disabled');
    const id = parseUserId(name);
    if (id === null) return denied('badCredentials', 'auth.name_invalid');
    const user = world.users.byId(id) ?? (await registrations.add(id, id, null)) ?? world.users.byId(id);
    return user === undefined ? denied('overloaded', 'server.overloaded') : { user };
  }

  #known(number: UserRow['number']): Proven {
    const user = this.#deps.world.users.byNumber(number);
    return user === undefined ? denied('overloaded', 'server.storage_unavailable') : { user };
  }

  /** Gives a proven user's installation a session. */
  async #admit(proven: Proven, hello: Hello): Promise<SignedIn | SignInDenied> {
    if ('outcome' in proven) return proven;
    const { user } = proven;
    const device = await this.#deviceOf(user, hello);
    if ('outcome' in device) return device;
    const { row, tokens } = await this.#deps.sessions.issue(device);
    const { accessExpiresAtMs } = row;
    return { outcome: 'signed-in', user, device, session: row.id, accessExpiresAtMs, tokens };
  }

  /** [AC13] The user's installation as a device, unless there are too many. */
  async #deviceOf(user: UserRow, hello: Hello): Promise<DeviceRow | SignInDenied> {
    const { directory, limits, clock } = this.#deps;
    const devices = await directory.listDevices(user.number);
    const isNew = !devices.some(({ installation }) => installation === hello.installation);
    if (isNew && devices.length >= limits.devicesPerUserMax) {
      return denied('notAllowed', 'limit.too_many_devices');
    }
    const nowMs = clock.nowMs();
    const times = { signedInAtMs: nowMs, seenAtMs: nowMs };
    return directory.upsertDevice({ ...describe(hello), user: user.number, ...times });
  }

  #noteSeen(device: DeviceRow, hello: Hello): void {
    const seenAtMs = this.#deps.clock.nowMs();
    if (seenAtMs - device.seenAtMs < SEEN_INTERVAL_MS) return;
    const { user, signedInAtMs } = device;
    // Nobody waits for it, and what was not noted is noted the next time.
    this.#deps.directory
      .upsertDevice({ ...describe(hello), user, signedInAtMs, seenAtMs })
      .catch(() => undefined);
  }
}

function describe(hello: Hello): Pick<DeviceRow, 'installation' | 'kind' | 'name' | 'app'> {
  return {
    installation: hello.installation,
    kind: cut(hello.deviceKind),
    name: cut(hello.deviceName),
    app: appOf(hello),
  };
}

/** A token of the operator's backend may sign in several installations, each with a session of its own. */
function foreignSecret(installation: string, token: string): string {
  return `${installation} ${token}`;
}
