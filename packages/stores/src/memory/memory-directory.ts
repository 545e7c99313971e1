import type { Credentials, DeviceRow, Directory, SessionRow, UserRow } from '@skein/core';
import {
  assert,
  type DeviceNumber,
  deviceNumber,
  type UserId,
  type UserNumber,
  userNumber,
} from '@skein/model';
import { MemoryData } from './memory-data.ts';

/** Reference implementation of {@link Directory}. */
export class MemoryDirectory implements Directory {
  readonly #data: MemoryData;

  constructor(data: MemoryData = new MemoryData()) {
    this.#data = data;
  }

  async createUser(user: {
    id: UserId;
    name: string;
    passwordHash: string | null;
    scram: string | null;
    createdAtMs: number;
  }): Promise<UserRow | null> {
    const { users, numberByLowerId } = this.#data;
    const key = user.id.toLowerCase();
    if (numberByLowerId.has(key)) return null;
    const row: UserRow = { number: userNumber(users.length + 1), id: user.id, name: user.name };
    users.push({ ...row, passwordHash: user.passwordHash, scram: user.scram });
    numberByLowerId.set(key, row.number);
    return row;
  }

  async findCredentials(id: string): Promise<Credentials | null> {
    const number = this.#data.numberByLowerId.get(id.toLowerCase());
    if (number === undefined) return null;
    const { passwordHash = null, scram = null } = this.#data.users[number - 1] ?? {};
    return { number, passwordHash, scram };
  }

  async setName(user: UserNumber, name: string): Promise<void> {
    const row = this.#data.users[user - 1];
    assert(row !== undefined, 'a name belongs to a user');
    this.#data.users[user - 1] = { ...row, name };
  }

  async setPassword(
    user: UserNumber,
    { passwordHash, scram }: { passwordHash: string; scram: string | null },
  ): Promise<void> {
    const row = this.#data.users[user - 1];
    assert(row !== undefined, 'a password belongs to a user');
    row.passwordHash = passwordHash;
    row.scram = scram;
  }

  async addScram(
    user: UserNumber,
    { passwordHash, scram }: { passwordHash: string; scram: string },
  ): Promise<void> {
    const row = this.#data.users[user - 1];
    if (row !== undefined && row.passwordHash === passwordHash) row.scram = scram;
  }

  async upsertDevice(device: Omit<DeviceRow, 'number'>): Promise<DeviceRow> {
    const { devices } = this.#data;
    const index = devices.findIndex(
      ({ user, installation }) => user === device.user && installation === device.installation,
    );
    const at = index === -1 ? devices.length : index;
    const row: DeviceRow = { ...device, number: deviceNumber(at + 1) };
    devices[at] = row;
    return row;
  }

  async listDevices(user: UserNumber): Promise<readonly DeviceRow[]> {
    return this.#data.devices
      .filter((device) => device.user === user && this.#data.sessions.has(device.number))
      .sort((a, b) => b.seenAtMs - a.seenAtMs);
  }

  async putSession(session: SessionRow): Promise<void> {
    this.#data.sessions.set(session.device, session);
  }

  async findSession(
    by: { accessHash: string } | { refreshHash: string } | { usedRefreshHash: string },
  ): Promise<SessionRow | null> {
    for (const session of this.#data.sessions.values()) {
      if ('accessHash' in by && session.accessHash === by.accessHash) return session;
      if ('refreshHash' in by && session.refreshHash === by.refreshHash) return session;
      if ('usedRefreshHash' in by && session.usedRefreshHashes.includes(by.usedRefreshHash)) return session;
    }
    return null;
  }

  async endSessions(user: UserNumber, device?: DeviceNumber): Promise<readonly SessionRow[]> {
    const { sessions } = this.#data;
    const ended = [...sessions.values()].filter(
      (session) => session.user === user && (device === undefined || session.device === device),
    );
    for (const session of ended) sessions.delete(session.device);
    return ended;
  }

  async createInvitation(invitation: {
    codeHash: string;
    createdBy: UserNumber | null;
    expiresAtMs: number;
  }): Promise<void> {
    this.#data.invitations.set(invitation.codeHash, { expiresAtMs: invitation.expiresAtMs, isUsed: false });
  }

  async consumeInvitation(codeHash: string, nowMs: number): Promise<boolean> {
    const invitation = this.#data.invitations.get(codeHash);
    if (invitation === undefined || invitation.isUsed || invitation.expiresAtMs <= nowMs) return false;
    invitation.isUsed = true;
    return true;
  }
}
