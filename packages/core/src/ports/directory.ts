import type { DeviceNumber, SessionId, UserId, UserNumber } from '@skein/model';
import type { UserRow } from './store.ts';

/** A device as its owner sees it in the list. */
export interface DeviceRow {
  readonly number: DeviceNumber;
  readonly user: UserNumber;
  /** Random name of the installation, chosen by it. */
  readonly installation: string;
  readonly kind: string;
  readonly name: string;
  readonly app: string;
  readonly signedInAtMs: number;
  readonly seenAtMs: number;
}

/** A signed-in device. Tokens are kept as SHA-256 only, so that reading the store signs nobody in. */
export interface SessionRow {
  readonly id: SessionId;
  readonly user: UserNumber;
  readonly device: DeviceNumber;
  readonly accessHash: string;
  readonly accessExpiresAtMs: number;
  readonly refreshHash: string;
  readonly refreshExpiresAtMs: number;
  /** Refresh tokens of this session that were already used; offering one again revokes the session (AC6). */
  readonly usedRefreshHashes: readonly string[];
}

export interface Credentials {
  readonly number: UserNumber;
  /** PHC string of the password, or null when the user has none. */
  readonly passwordHash: string | null;
  /** What proofs of the password are checked against, in the form of RFC 5803; null when the user has none. */
  readonly scram: string | null;
}

/**
 * Users, devices, sessions and invitations: low in number of calls, durable before they resolve.
 * Every method: throws StoreUnavailableError or StoreFullError when the environment broke. Rules DR1–DR9.
 */
export interface Directory {
  /**
   * Adds a user with the next number. Resolves null when the id is taken; ids differ by more than case (DR1).
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  createUser(user: {
    id: UserId;
    name: string;
    passwordHash: string | null;
    scram: string | null;
    createdAtMs: number;
  }): Promise<UserRow | null>;

  /**
   * What a password is checked against; null when there is no such user. Case is ignored in ids.
   *
   * Errors: throws StoreUnavailableError.
   */
  findCredentials(id: string): Promise<Credentials | null>;

  /**
   * Replaces the name that others see.
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  setName(user: UserNumber, name: string): Promise<void>;

  /**
   * Replaces the password.
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  setPassword(user: UserNumber, secrets: { passwordHash: string; scram: string | null }): Promise<void>;

  /**
   * Keeps what proofs are checked against beside a password that was there before, while it is still the same (DR9).
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  addScram(user: UserNumber, secrets: { passwordHash: string; scram: string }): Promise<void>;

  /**
   * Finds the device of this user and installation or adds it, and renews what describes it (DR2).
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  upsertDevice(device: Omit<DeviceRow, 'number'>): Promise<DeviceRow>;

  /**
   * Devices of a user that have a session, most recently seen first.
   *
   * Errors: throws StoreUnavailableError.
   */
  listDevices(user: UserNumber): Promise<readonly DeviceRow[]>;

  /**
   * Adds or replaces a session; a device has at most one (DR3).
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  putSession(session: SessionRow): Promise<void>;

  /**
   * Finds the session with this current access token, current refresh token, or used refresh token.
   *
   * Errors: throws StoreUnavailableError.
   */
  findSession(
    by: { accessHash: string } | { refreshHash: string } | { usedRefreshHash: string },
  ): Promise<SessionRow | null>;

  /**
   * Ends the sessions of a user: all, or those of one device. Resolves the ended ones.
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  endSessions(user: UserNumber, device?: DeviceNumber): Promise<readonly SessionRow[]>;

  /**
   * Adds an invitation; its code is kept as SHA-256.
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  createInvitation(invitation: {
    codeHash: string;
    createdBy: UserNumber | null;
    expiresAtMs: number;
  }): Promise<void>;

  /**
   * Uses an invitation up; false when there is none, it was used or has expired (DR6).
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  consumeInvitation(codeHash: string, nowMs: number): Promise<boolean>;
}
