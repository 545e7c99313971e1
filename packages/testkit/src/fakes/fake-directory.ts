import {
  type Credentials,
  type DeviceRow,
  type Directory,
  type SessionRow,
  StoreUnavailableError,
  type UserRow,
} from '@skein/core';
import { type DeviceNumber, deviceNumber, type UserId, type UserNumber, userNumber } from '@skein/model';

/** The directory for tests of the core itself, which can reach no real one: everything in plain sight, failing on request. */
export class FakeDirectory implements Directory {
  readonly users: UserRow[];
  readonly passwordHashes = new Map<UserNumber, string>();
  readonly scrams = new Map<UserNumber, string>();
  readonly devices: DeviceRow[] = [];
  readonly sessions = new Map<DeviceNumber, SessionRow>();
  readonly invitations = new Map<string, { readonly expiresAtMs: number; isUsed: boolean }>();
  /** Runs before each call, which waits for it: a test may fail a call or hold it back. */
  before: (call: keyof Directory) => void | Promise<void> = () => undefined;

  /** `users` is shared with a store, as it is in a real one. */
  constructor(users: UserRow[] = []) {
    this.users = users;
  }

  /** Every call rejects from now on. */
  fail(error: Error = new StoreUnavailableError('asked to fail')): void {
    this.before = () => {
      throw error;
    };
  }

  heal(): void {
    this.before = () => undefined;
  }

  async createUser(user: {
    id: UserId;
    name: string;
    passwordHash: string | null;
    scram: string | null;
    createdAtMs: number;
  }): Promise<UserRow | null> {
    await this.before('createUser');
    if (this.#byId(user.id) !== undefined) return null;
    const row: UserRow = { number: userNumber(this.users.length + 1), id: user.id, name: user.name };
    this.users.push(row);
    if (user.passwordHash !== null) this.passwordHashes.set(row.number, user.passwordHash);
    if (user.scram !== null) this.scrams.set(row.number, user.scram);
    return row;
  }

  async findCredentials(id: string): Promise<Credentials | null> {
    await this.before('findCredentials');
    const user = this.#byId(id);
    if (user === undefined) return null;
    const { number } = user;
    const passwordHash = this.passwordHashes.get(number) ?? null;
    return { number, passwordHash, scram: this.scrams.get(number) ?? null };
  }

  async setName(user: UserNumber, name: string): Promise<void> {
    await this.before('setName');
    const row = this.users[user - 1];
    if (row !== undefined) this.users[user - 1] = { ...row, name };
  }

  async setPassword(
    user: UserNumber,
    { passwordHash, scram }: { passwordHash: string; scram: string | null },
  ): Promise<void> {
    await this.before('setPassword');
    this.passwordHashes.set(user, passwordHash);
    if (scram === null) this.scrams.delete(user);
    else this.scrams.set(user, scram);
  }

  async addScram(
    user: UserNumber,
    { passwordHash, scram }: { passwordHash: string; scram: string },
  ): Promise<void> {
    await this.before('addScram');
    if (this.passwordHashes.get(user) === passwordHash) this.scrams.set(user, scram);
  }

  async upsertDevice(device: Omit<DeviceRow, 'number'>): Promise<DeviceRow> {
    await this.before('upsertDevice');
    const { user, installation } = device;
    const known = this.devices.findIndex((row) => row.user === user && row.installation === installation);
    const index = known === -1 ? this.devices.length : known;
    const row: DeviceRow = { ...device, number: deviceNumber(index + 1) };
    this.devices[index] = row;
    return row;
  }

  async listDevices(user: UserNumber): Promise<readonly DeviceRow[]> {
    await this.before('listDevices');
    return this.devices
      .filter((device) => device.user === user && this.sessions.has(device.number))
      .sort((a, b) => b.seenAtMs - a.seenAtMs);
  }

  async putSession(session: SessionRow): Promise<void> {
    await this.before('putSession');
    this.sessions.set(session.device, session);
  }

  async findSession(
    by: { accessHash: string } | { refreshHash: string } | { usedRefreshHash: string },
  ): Promise<SessionRow | null> {
    await this.before('findSession');
    const isIt = (row: SessionRow): boolean => {
      if ('accessHash' in by) return row.accessHash === by.accessHash;
      if ('refreshHash' in by) return row.refreshHash === by.refreshHash;
      return row.usedRefreshHashes.includes(by.usedRefreshHash);
    };
    return [...this.sessions.values()].find(isIt) ?? null;
  }

  async endSessions(user: UserNumber, device?: DeviceNumber): Promise<readonly SessionRow[]> {
    await this.before('endSessions');
    const ended = [...this.sessions.values()].filter(
      (row) => row.user === user && (device === undefined || row.device === device),
    );
    for (const row of ended) this.sessions.delete(row.device);
    return ended;
  }

  async createInvitation(invitation: {
    codeHash: string;
    createdBy: UserNumber | null;
    expiresAtMs: number;
  }): Promise<void> {
    await this.before('createInvitation');
    this.invitations.set(invitation.codeHash, { expiresAtMs: invitation.expiresAtMs, isUsed: false });
  }

  async consumeInvitation(codeHash: string, nowMs: number): Promise<boolean> {
    await this.before('consumeInvitation');
    const invitation = this.invitations.get(codeHash);
    if (invitation === undefined || invitation.isUsed || invitation.expiresAtMs <= nowMs) return false;
    invitation.isUsed = true;
    return true;
  }

  #byId(id: string): UserRow | undefined {
    return this.users.find((user) => user.id.toLowerCase() === id.toLowerCase());
  }
}
