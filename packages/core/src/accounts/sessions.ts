import type { Clock, DeviceNumber, Limits, Random, SessionId, UserNumber } from '@skein/model';
import type { CloseReason } from '@skein/protocol';
import type { Digests } from '../ports/digests.ts';
import type { DeviceRow, Directory, SessionRow } from '../ports/directory.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { ExpiringRecords } from './expiring-records.ts';
import { newSessionId, newToken } from './tokens.ts';

/** Used refresh tokens remembered per session; an older one is simply unknown, which signs nobody in either. */
const USED_REFRESH_TOKENS_MAX = 64;
/** Ended tokens of the operator's backend that are remembered; beyond it the oldest is forgotten. */
const REVOKED_MAX = 10_000;
/** Devices whose sign-out is remembered: many more than sign in at one moment, which is all that asks for it. */
const DEVICES_REVOKED_MAX = 10_000;
/** Exchanges that may be repeated because their answer may be lost; beyond it the oldest is forgotten. */
const RETRYABLE_MAX = 10_000;

/** The connections that live by sessions; the hub. */
export interface LiveConnections {
  endConnections(user: UserNumber, device: DeviceNumber | undefined, reason: EndReason): void;
}

export type EndReason = Extract<CloseReason, 'revoked' | 'signedOut'>;

/** Errors: throws StoreUnavailableError. */
export function loadRevokedIdentities(records: RecordStore, nowMs: number): Promise<ExpiringRecords> {
  return ExpiringRecords.load(records, { space: 'revoked-identities', countMax: REVOKED_MAX }, nowMs);
}

export interface SessionsDeps {
  readonly live: LiveConnections;
  readonly directory: Directory;
  /** Hashes of tokens that somebody else signed and whose session was revoked: they would sign in once more (AC17). */
  readonly revokedIdentities: ExpiringRecords;
  readonly digests: Digests;
  readonly random: Random;
  readonly clock: Clock;
  readonly limits: Limits;
}

/** What a device is given: the only place where tokens are readable. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly accessExpiresMs: number;
  readonly refreshToken: string;
  readonly refreshExpiresMs: number;
}

export interface IssuedSession {
  readonly row: SessionRow;
  readonly tokens: IssuedTokens;
}

export type RefreshResult =
  /** `exchangedHash` is the used token's: see `allowRetry`. */
  | ({ readonly outcome: 'refreshed'; readonly exchangedHash: string } & IssuedSession)
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'expired' }
  /** Somebody used this token before: the session was ended (AC6). */
  | { readonly outcome: 'reused'; readonly row: SessionRow };

/** Sessions and their tokens. Methods throw StoreUnavailableError, and nothing else, when the environment broke. */
export class Sessions {
  readonly #deps: SessionsDeps;
  // Counts revocations, to notice one that happens while a sign-in waits for the directory.
  #revision = 0;
  // Of a user's sessions all together, and of one device's.
  readonly #revokedAt = new Map<UserNumber, number>();
  readonly #deviceRevokedAt = new Map<DeviceNumber, number>();
  // session → hash of the refresh token that was exchanged for tokens which may be lost (AC7).
  readonly #retryable = new Map<SessionId, string>();
  // device → its session, where this process gave out or was shown its newest tokens. Of any other nobody knows whether the
  // answer to its last exchange arrived: the process that gave it may have died first. By device, since each sign-in of one
  // replaces its session.
  readonly #witnessed = new Map<DeviceNumber, SessionId>();
  // A token offered twice at once is used once: the second waits and is judged then.
  readonly #refreshing = new Map<string, Promise<unknown>>();

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /** To be taken before anything is read; see `wasRevokedSince`. */
  get revision(): number {
    return this.#revision;
  }

  /** [AC19] True when this device's session was ended since: what was read before that no longer holds. */
  wasRevokedSince({ user, device }: { user: UserNumber; device: DeviceNumber }, revision: number): boolean {
    const revokedAt = Math.max(this.#revokedAt.get(user) ?? 0, this.#deviceRevokedAt.get(device) ?? 0);
    return revokedAt > revision;
  }

  /** Signs a device in; what it had before ends with that. */
  async issue(device: DeviceRow): Promise<IssuedSession> {
    const id = newSessionId(this.#deps.random) as SessionId;
    const issued = this.#newTokens({ id, user: device.user, device: device.number, usedRefreshHashes: [] });
    await this.#deps.directory.putSession(issued.row);
    this.#witnessed.set(device.number, issued.row.id);
    return issued;
  }

  /**
   * [AC14] A session that lives by a token of somebody else and ends with it: the secret is what the device shows, and
   * there is no refresh token that anybody knows.
   */
  async issueFor(device: DeviceRow, secret: string, expiresAtMs: number): Promise<SessionRow> {
    const { random, digests, directory } = this.#deps;
    const row: SessionRow = {
      id: newSessionId(random) as SessionId,
      user: device.user,
      device: device.number,
      accessHash: digests.sha256Hex(secret),
      accessExpiresAtMs: expiresAtMs,
      refreshHash: digests.sha256Hex(newToken(random)),
      refreshExpiresAtMs: expiresAtMs,
      usedRefreshHashes: [],
    };
    await directory.putSession(row);
    return row;
  }

  /** [AC17] Whether a session that this secret signed in was revoked. */
  isRevoked(secret: string): boolean {
    const { digests, clock, revokedIdentities } = this.#deps;
    return revokedIdentities.get(digests.sha256Hex(secret), clock.nowMs()) !== undefined;
  }

  /** The session of an access token, expired or not. Showing it proves that the tokens arrived. */
  async findByAccess(accessToken: string): Promise<SessionRow | null> {
    const accessHash = this.#deps.digests.sha256Hex(accessToken);
    const row = await this.#deps.directory.findSession({ accessHash });
    if (row !== null) {
      this.#retryable.delete(row.id);
      this.#witnessed.set(row.device, row.id);
    }
    return row;
  }

  /** [AC6] Exchanges a refresh token for new tokens, once. */
  async refresh(refreshToken: string): Promise<RefreshResult> {
    const hash = this.#deps.digests.sha256Hex(refreshToken);
    for (;;) {
      const other = this.#refreshing.get(hash);
      if (other === undefined) break;
      await other.catch(() => undefined);
    }
    const refreshing = this.#refresh(hash);
    this.#refreshing.set(hash, refreshing);
    try {
      return await refreshing;
    } finally {
      this.#refreshing.delete(hash);
    }
  }

  /**
   * [AC7] The connection that carried new tokens ended before the device showed that it has them: they may be lost, so
   * the token that they were exchanged for is good once more.
   */
  allowRetry(session: SessionId, exchangedHash: string): void {
    this.#retryable.delete(session);
    this.#retryable.set(session, exchangedHash);
    if (this.#retryable.size <= RETRYABLE_MAX) return;
    const [oldest] = this.#retryable.keys();
    if (oldest !== undefined) this.#retryable.delete(oldest);
  }

  /**
   * [AC10] Ends the sessions of a user, all or one device's, and the connections that live by them before the call resolves:
   * a stolen device is out at once, not when its token expires.
   */
  async end(user: UserNumber, reason: EndReason, device?: DeviceNumber): Promise<void> {
    // Noted before and after: a session read before either is not to be written back.
    this.#noteRevoked(user, device);
    const ended = await this.#deps.directory.endSessions(user, device);
    this.#noteRevoked(user, device);
    for (const row of ended) {
      this.#retryable.delete(row.id);
      if (this.#witnessed.get(row.device) === row.id) this.#witnessed.delete(row.device);
    }
    const foreign = reason === 'revoked' ? this.#refuseForeign(ended) : [];
    this.#deps.live.endConnections(user, device, reason);
    // Last, because the store may fail: until a restart they are refused all the same.
    if (foreign.length > 0) await this.#deps.revokedIdentities.store(foreign, this.#deps.clock.nowMs());
  }

  #noteRevoked(user: UserNumber, device: DeviceNumber | undefined): void {
    this.#revision++;
    if (device === undefined) {
      this.#revokedAt.set(user, this.#revision);
      return;
    }
    this.#deviceRevokedAt.delete(device);
    this.#deviceRevokedAt.set(device, this.#revision);
    if (this.#deviceRevokedAt.size <= DEVICES_REVOKED_MAX) return;
    const [oldest] = this.#deviceRevokedAt.keys();
    if (oldest !== undefined) this.#deviceRevokedAt.delete(oldest);
  }

  /** A token of ours is unknown once its session has ended; one that somebody else signed has to be remembered. */
  #refuseForeign(ended: readonly SessionRow[]): string[] {
    // See `issueFor`: such a session has nothing that would outlive its token.
    const foreign = ended.filter((row) => row.refreshExpiresAtMs === row.accessExpiresAtMs);
    for (const { accessHash, accessExpiresAtMs } of foreign) {
      this.#deps.revokedIdentities.set(accessHash, 1, accessExpiresAtMs);
    }
    return foreign.map(({ accessHash }) => accessHash);
  }

  async #refresh(hash: string): Promise<RefreshResult> {
    const { directory, clock } = this.#deps;
    const { revision } = this;
    const current = await directory.findSession({ refreshHash: hash });
    const row = current ?? (await directory.findSession({ usedRefreshHash: hash }));
    if (row === null || this.wasRevokedSince(row, revision)) return { outcome: 'unknown' };
    if (current === null && !this.#mayRepeat(row, hash)) {
      await this.end(row.user, 'revoked', row.device);
      return { outcome: 'reused', row };
    }
    if (clock.nowMs() >= row.refreshExpiresAtMs) return { outcome: 'expired' };
    return this.#rotate(row, hash);
  }

  /** [AC7] Whether the answer to the exchange of this used token may be lost: with its connection, or with the server. */
  #mayRepeat(row: SessionRow, hash: string): boolean {
    if (this.#retryable.get(row.id) === hash) return true;
    return this.#witnessed.get(row.device) !== row.id && row.usedRefreshHashes.at(-1) === hash;
  }

  async #rotate(row: SessionRow, exchangedHash: string): Promise<RefreshResult> {
    const { id, user, device } = row;
    // The exchanged one last: it is the one that may come again, also when this is a repetition.
    const others = new Set([...row.usedRefreshHashes, row.refreshHash]);
    others.delete(exchangedHash);
    const usedRefreshHashes = [...others, exchangedHash].slice(-USED_REFRESH_TOKENS_MAX);
    const issued = this.#newTokens({ id, user, device, usedRefreshHashes });
    this.#retryable.delete(id);
    await this.#deps.directory.putSession(issued.row);
    this.#witnessed.set(device, id);
    return { outcome: 'refreshed', ...issued, exchangedHash };
  }

  #newTokens(of: Pick<SessionRow, 'id' | 'user' | 'device' | 'usedRefreshHashes'>): IssuedSession {
    const { random, digests, clock, limits } = this.#deps;
    const nowMs = clock.nowMs();
    const tokens: IssuedTokens = {
      accessToken: newToken(random),
      accessExpiresMs: nowMs + limits.accessTokenMs,
      refreshToken: newToken(random),
      refreshExpiresMs: nowMs + limits.refreshTokenMs,
    };
    const row: SessionRow = {
      ...of,
      accessHash: digests.sha256Hex(tokens.accessToken),
      accessExpiresAtMs: tokens.accessExpiresMs,
      refreshHash: digests.sha256Hex(tokens.refreshToken),
      refreshExpiresAtMs: tokens.refreshExpiresMs,
    };
    return { row, tokens };
  }
}
