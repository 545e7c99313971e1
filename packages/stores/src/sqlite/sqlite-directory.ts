import type { Credentials, DeviceRow, Directory, SessionRow, UserRow } from '@skein/core';
import type { DeviceNumber, UserNumber } from '@skein/model';
import type { SessionKey } from './directory-reader.ts';
import type { SqliteData } from './sqlite-data.ts';

/** Users and sessions in the same file as the log, written by the same thread. */
export class SqliteDirectory implements Directory {
  readonly #data: SqliteData;

  constructor(data: SqliteData) {
    this.#data = data;
  }

  createUser(user: Parameters<Directory['createUser']>[0]): Promise<UserRow | null> {
    return this.#data.writer.call('createUser', user);
  }

  findCredentials(id: string): Promise<Credentials | null> {
    return this.#data.reader.call('findCredentials', id);
  }

  setName(user: UserNumber, name: string): Promise<void> {
    return this.#data.writer.call('setName', { user, name });
  }

  setPassword(user: UserNumber, secrets: Parameters<Directory['setPassword']>[1]): Promise<void> {
    return this.#data.writer.call('setPassword', { user, secrets });
  }

  addScram(user: UserNumber, secrets: Parameters<Directory['addScram']>[1]): Promise<void> {
    return this.#data.writer.call('addScram', { user, secrets });
  }

  upsertDevice(device: Omit<DeviceRow, 'number'>): Promise<DeviceRow> {
    return this.#data.writer.call('upsertDevice', device);
  }

  listDevices(user: UserNumber): Promise<readonly DeviceRow[]> {
    return this.#data.reader.call('listDevices', user);
  }

  putSession(session: SessionRow): Promise<void> {
    return this.#data.writer.call('putSession', session);
  }

  findSession(by: SessionKey): Promise<SessionRow | null> {
    return this.#data.reader.call('findSession', by);
  }

  endSessions(user: UserNumber, device?: DeviceNumber): Promise<readonly SessionRow[]> {
    return this.#data.writer.call('endSessions', { user, device });
  }

  createInvitation(invitation: Parameters<Directory['createInvitation']>[0]): Promise<void> {
    return this.#data.writer.call('createInvitation', invitation);
  }

  consumeInvitation(codeHash: string, nowMs: number): Promise<boolean> {
    return this.#data.writer.call('consumeInvitation', { codeHash, nowMs });
  }
}
