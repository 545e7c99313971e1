import type { Credentials, DeviceRow, Directory, SessionRow, UserRow } from '@skein/core';
import type { DeviceNumber, UserNumber } from '@skein/model';
import type { FaultyDisk } from './faulty-disk.ts';

/** A directory on a {@link FaultyDisk}, beside the store of the same life. */
export class FaultyDirectory implements Directory {
  readonly #inner: Directory;
  readonly #disk: FaultyDisk;

  constructor(inner: Directory, disk: FaultyDisk) {
    this.#inner = inner;
    this.#disk = disk;
  }

  createUser(user: Parameters<Directory['createUser']>[0]): Promise<UserRow | null> {
    return this.#disk.write(() => this.#inner.createUser(user));
  }

  findCredentials(id: string): Promise<Credentials | null> {
    return this.#disk.read(() => this.#inner.findCredentials(id));
  }

  setName(user: UserNumber, name: string): Promise<void> {
    return this.#disk.write(() => this.#inner.setName(user, name));
  }

  setPassword(user: UserNumber, secrets: Parameters<Directory['setPassword']>[1]): Promise<void> {
    return this.#disk.write(() => this.#inner.setPassword(user, secrets));
  }

  addScram(user: UserNumber, secrets: Parameters<Directory['addScram']>[1]): Promise<void> {
    return this.#disk.write(() => this.#inner.addScram(user, secrets));
  }

  upsertDevice(device: Omit<DeviceRow, 'number'>): Promise<DeviceRow> {
    return this.#disk.write(() => this.#inner.upsertDevice(device));
  }

  listDevices(user: UserNumber): Promise<readonly DeviceRow[]> {
    return this.#disk.read(() => this.#inner.listDevices(user));
  }

  putSession(session: SessionRow): Promise<void> {
    return this.#disk.write(() => this.#inner.putSession(session));
  }

  findSession(by: Parameters<Directory['findSession']>[0]): Promise<SessionRow | null> {
    return this.#disk.read(() => this.#inner.findSession(by));
  }

  endSessions(user: UserNumber, device?: DeviceNumber): Promise<readonly SessionRow[]> {
    return this.#disk.write(() => this.#inner.endSessions(user, device));
  }

  createInvitation(invitation: Parameters<Directory['createInvitation']>[0]): Promise<void> {
    return this.#disk.write(() => this.#inner.createInvitation(invitation));
  }

  consumeInvitation(codeHash: string, nowMs: number): Promise<boolean> {
    return this.#disk.write(() => this.#inner.consumeInvitation(codeHash, nowMs));
  }
}
