import type { DeviceRow, Directory, SessionRow, UserRow } from '@skein/core';
import { type DeviceNumber, deviceNumber, type UserNumber, userNumber } from '@skein/model';
import type { Database, Statement } from 'better-sqlite3';
import { DirectoryReader } from './directory-reader.ts';

type NewUser = Parameters<Directory['createUser']>[0];
type Secrets = Parameters<Directory['setPassword']>[1];
type NewInvitation = Parameters<Directory['createInvitation']>[0];

/** The directory's statements on the writer's connection. Every method runs inside a transaction of its caller. */
export class DirectoryWriter {
  readonly #reader: DirectoryReader;
  readonly #insertUser: Statement;
  readonly #setName: Statement;
  readonly #setPassword: Statement;
  readonly #addScram: Statement;
  readonly #upsertDevice: Statement;
  readonly #putSession: Statement;
  readonly #putUsedHash: Statement;
  readonly #deleteSession: Statement;
  readonly #deleteUsedHashes: Statement;
  readonly #insertInvitation: Statement;
  readonly #useInvitation: Statement;

  constructor(db: Database) {
    this.#reader = new DirectoryReader(db);
    this.#insertUser = db
      .prepare(
        `INSERT INTO users (id, name, password_hash, scram, created_at_ms) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING RETURNING number`,
      )
      .pluck();
    this.#setName = db.prepare('UPDATE users SET name = ? WHERE number = ?');
    this.#setPassword = db.prepare('UPDATE users SET password_hash = ?, scram = ? WHERE number = ?');
    this.#addScram = db.prepare('UPDATE users SET scram = ? WHERE number = ? AND password_hash = ?');
    this.#upsertDevice = db
      .prepare(
        `INSERT INTO devices (user, installation, kind, name, app, signed_in_at_ms, seen_at_ms)
         VALUES (@user, @installation, @kind, @name, @app, @signedInAtMs, @seenAtMs)
         ON CONFLICT DO UPDATE SET kind = excluded.kind, name = excluded.name, app = excluded.app,
           signed_in_at_ms = excluded.signed_in_at_ms, seen_at_ms = excluded.seen_at_ms
         RETURNING number`,
      )
      .pluck();
    this.#putSession = db.prepare(
      `INSERT OR REPLACE INTO sessions
       VALUES (@device, @id, @user, @accessHash, @accessExpiresAtMs, @refreshHash, @refreshExpiresAtMs)`,
    );
    this.#putUsedHash = db.prepare('INSERT OR REPLACE INTO used_refresh_hashes VALUES (?, ?, ?)');
    this.#deleteSession = db.prepare('DELETE FROM sessions WHERE device = ?');
    this.#deleteUsedHashes = db.prepare('DELETE FROM used_refresh_hashes WHERE device = ?');
    this.#insertInvitation = db.prepare('INSERT OR REPLACE INTO invitations VALUES (?, ?, ?, 0)');
    this.#useInvitation = db.prepare(
      'UPDATE invitations SET is_used = 1 WHERE code_hash = ? AND is_used = 0 AND expires_at_ms > ?',
    );
  }

  createUser({ id, name, passwordHash, scram, createdAtMs }: NewUser): UserRow | null {
    const number = this.#insertUser.get(id, name, passwordHash, scram, createdAtMs) as number | undefined;
    return number === undefined ? null : { number: userNumber(number), id, name };
  }

  setName(user: UserNumber, name: string): void {
    this.#setName.run(name, user);
  }

  setPassword(user: UserNumber, { passwordHash, scram }: Secrets): void {
    this.#setPassword.run(passwordHash, scram, user);
  }

  addScram(user: UserNumber, { passwordHash, scram }: Secrets): void {
    this.#addScram.run(scram, user, passwordHash);
  }

  upsertDevice(device: Omit<DeviceRow, 'number'>): DeviceRow {
    return { ...device, number: deviceNumber(this.#upsertDevice.get(device) as number) };
  }

  putSession(session: SessionRow): void {
    this.#putSession.run(session);
    this.#deleteUsedHashes.run(session.device);
    for (const [place, hash] of session.usedRefreshHashes.entries()) {
      this.#putUsedHash.run(hash, session.device, place);
    }
  }

  endSessions(user: UserNumber, device: DeviceNumber | undefined): readonly SessionRow[] {
    const sessions = this.#reader.sessionsOf(user);
    const ended = sessions.filter((session) => device === undefined || session.device === device);
    for (const session of ended) {
      this.#deleteSession.run(session.device);
      this.#deleteUsedHashes.run(session.device);
    }
    return ended;
  }

  createInvitation({ codeHash, createdBy, expiresAtMs }: NewInvitation): void {
    this.#insertInvitation.run(codeHash, createdBy, expiresAtMs);
  }

  consumeInvitation(codeHash: string, nowMs: number): boolean {
    return this.#useInvitation.run(codeHash, nowMs).changes === 1;
  }
}
