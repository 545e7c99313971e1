import type { Credentials, DeviceRow, SessionRow } from '@skein/core';
import type { DeviceNumber, UserNumber } from '@skein/model';
import type { Database, Statement } from 'better-sqlite3';

/** How a session can be found. */
export type SessionKey = { accessHash: string } | { refreshHash: string } | { usedRefreshHash: string };

const SESSION = `
  SELECT id, user, device, access_hash accessHash, access_expires_at_ms accessExpiresAtMs,
    refresh_hash refreshHash, refresh_expires_at_ms refreshExpiresAtMs
  FROM sessions`;

/** The directory's questions, on whichever connection asks them. */
export class DirectoryReader {
  readonly #credentials: Statement;
  readonly #devices: Statement;
  readonly #byAccess: Statement;
  readonly #byRefresh: Statement;
  readonly #byUsed: Statement;
  readonly #byUser: Statement;
  readonly #usedHashes: Statement;

  constructor(db: Database) {
    this.#credentials = db.prepare(
      'SELECT number, password_hash passwordHash, scram FROM users WHERE id = ?',
    );
    this.#devices = db.prepare(
      `SELECT number, user, installation, kind, name, app, signed_in_at_ms signedInAtMs, seen_at_ms seenAtMs
       FROM devices WHERE user = ? AND number IN (SELECT device FROM sessions) ORDER BY seen_at_ms DESC`,
    );
    this.#byAccess = db.prepare(`${SESSION} WHERE access_hash = ?`);
    this.#byRefresh = db.prepare(`${SESSION} WHERE refresh_hash = ?`);
    this.#byUsed = db.prepare(
      `${SESSION} WHERE device = (SELECT device FROM used_refresh_hashes WHERE hash = ?)`,
    );
    this.#byUser = db.prepare(`${SESSION} WHERE user = ?`);
    this.#usedHashes = db
      .prepare('SELECT hash FROM used_refresh_hashes WHERE device = ? ORDER BY place')
      .pluck();
  }

  findCredentials(id: string): Credentials | null {
    return (this.#credentials.get(id) as Credentials | undefined) ?? null;
  }

  listDevices(user: UserNumber): readonly DeviceRow[] {
    return this.#devices.all(user) as DeviceRow[];
  }

  findSession(by: SessionKey): SessionRow | null {
    const row = this.#findRow(by) as Omit<SessionRow, 'usedRefreshHashes'> | undefined;
    return row === undefined ? null : this.#whole(row);
  }

  sessionsOf(user: UserNumber): readonly SessionRow[] {
    const rows = this.#byUser.all(user) as Omit<SessionRow, 'usedRefreshHashes'>[];
    return rows.map((row) => this.#whole(row));
  }

  #findRow(by: SessionKey): unknown {
    if ('accessHash' in by) return this.#byAccess.get(by.accessHash);
    if ('refreshHash' in by) return this.#byRefresh.get(by.refreshHash);
    return this.#byUsed.get(by.usedRefreshHash);
  }

  #whole(row: Omit<SessionRow, 'usedRefreshHashes'>): SessionRow {
    return { ...row, usedRefreshHashes: this.#usedHashesOf(row.device) };
  }

  #usedHashesOf(device: DeviceNumber): string[] {
    return this.#usedHashes.all(device) as string[];
  }
}
