import type { DeviceRow, Directory, SessionRow } from '@skein/core';
import {
  type DeviceNumber,
  deviceNumber,
  parseUserId,
  type SessionId,
  type UserId,
  type UserNumber,
  userNumber,
} from '@skein/model';
import { describe, expect, it } from 'vitest';
import { type OpenedData, withData } from './opened-data.ts';

/** Every {@link Directory} runs this suite. */
export function describeDirectory(name: string, open: () => Promise<OpenedData>): void {
  const test = (run: (data: OpenedData) => Promise<void>) => () => withData(open, run);

  describe(`Directory contract: ${name}`, () => {
    describe('users', () => {
      it(
        '[DR1] numbers users from 1 without gaps, in the order they came',
        test(async ({ directory }) => {
          expect(await addUser(directory, 'rosalind')).toEqual({
            number: 1,
            id: 'rosalind',
            name: 'rosalind',
          });
          expect(await addUser(directory, 'celia')).toMatchObject({ number: 2 });
          expect(await addUser(directory, 'rosalind')).toBeNull();
          expect(await addUser(directory, 'orlando')).toMatchObject({ number: 3 });
        }),
      );

      it(
        '[DR1] takes no id that differs from another only in case',
        test(async ({ directory }) => {
          await addUser(directory, 'Rosalind');
          expect(await addUser(directory, 'rosaLIND')).toBeNull();
        }),
      );

      it(
        '[DR1] gives an id to one of two who ask for it at once',
        test(async ({ directory }) => {
          const rows = await Promise.all([addUser(directory, 'adam'), addUser(directory, 'ADAM')]);
          expect(rows.filter((row) => row !== null)).toHaveLength(1);
        }),
      );

      it(
        '[DR1] continues the numbers after a restart',
        test(async (data) => {
          await addUser(data.directory, 'rosalind');
          const again = await data.reopen();
          expect(await addUser(again.directory, 'celia')).toMatchObject({ number: 2 });
        }),
      );

      it(
        '[DR4] finds what a password is checked against, ignoring case',
        test(async (data) => {
          await addUser(data.directory, 'Rosalind', 'hash-1');
          await addUser(data.directory, 'celia', null);
          expect(await data.directory.findCredentials('ROSALIND')).toEqual({
            number: 1,
            passwordHash: 'hash-1',
            scram: null,
          });
          expect(await data.directory.findCredentials('celia')).toEqual({
            number: 2,
            passwordHash: null,
            scram: null,
          });
          expect(await data.directory.findCredentials('jaques')).toBeNull();
        }),
      );

      it(
        '[DR4] replaces a password, for good',
        test(async (data) => {
          await addUser(data.directory, 'rosalind', 'hash-1');
          await addUser(data.directory, 'celia', 'hash-2');
          await data.directory.setPassword(userNumber(1), { passwordHash: 'hash-3', scram: 'proof-3' });
          const { directory } = await data.reopen();
          expect(await directory.findCredentials('rosalind')).toMatchObject({
            passwordHash: 'hash-3',
            scram: 'proof-3',
          });
          expect(await directory.findCredentials('celia')).toMatchObject({ passwordHash: 'hash-2' });
        }),
      );
    });

    it(
      '[DR9] adds verifiers to the password they were made of, for good, and to no later one',
      test(async (data) => {
        await addUser(data.directory, 'rosalind', 'hash-1');
        await addUser(data.directory, 'celia', 'hash-2');
        await data.directory.addScram(userNumber(1), { passwordHash: 'hash-1', scram: 'proof-1' });
        await data.directory.addScram(userNumber(2), { passwordHash: 'an earlier hash', scram: 'proof-2' });
        const { directory } = await data.reopen();
        expect(await directory.findCredentials('rosalind')).toMatchObject({ scram: 'proof-1' });
        expect(await directory.findCredentials('celia')).toMatchObject({ scram: null });
      }),
    );

    it(
      '[DR8] replaces a name, for good and for nobody else',
      test(async (data) => {
        await addUser(data.directory, 'rosalind', 'hash-1');
        await addUser(data.directory, 'celia');
        await data.directory.setName(userNumber(1), 'Ganymede 🌿');
        const { store, directory } = await data.reopen();
        const { users } = await store.load();
        expect(users.map(({ id, name }) => [id, name])).toEqual([
          ['rosalind', 'Ganymede 🌿'],
          ['celia', 'celia'],
        ]);
        expect(await directory.findCredentials('rosalind')).toMatchObject({ passwordHash: 'hash-1' });
      }),
    );

    describe('devices', () => {
      it(
        '[DR2] knows an installation of a user again and renews what describes it',
        test(async (data) => {
          const { celia, rosalind } = await twoUsers(data.directory);
          const first = await data.directory.upsertDevice(device(rosalind));
          const other = await data.directory.upsertDevice(device(rosalind, { installation: 'b' }));
          const foreign = await data.directory.upsertDevice(device(celia));
          expect(new Set([first.number, other.number, foreign.number]).size).toBe(3);

          const { directory } = await data.reopen();
          const renewed = device(rosalind, { name: 'new name', app: 'web 2', kind: 'phone', seenAtMs: 99 });
          expect(await directory.upsertDevice(renewed)).toEqual({ ...renewed, number: first.number });
        }),
      );

      it(
        '[DR5] lists the devices of a user that have a session, most recently seen first',
        test(async ({ directory }) => {
          const { celia, rosalind } = await twoUsers(directory);
          const old = await signIn(directory, device(rosalind, { installation: 'a', seenAtMs: 1 }));
          const recent = await signIn(directory, device(rosalind, { installation: 'b', seenAtMs: 3 }));
          await directory.upsertDevice(device(rosalind, { installation: 'c', seenAtMs: 2 }));
          await signIn(directory, device(celia));
          expect(await directory.listDevices(rosalind)).toEqual([recent, old]);
        }),
      );
    });

    describe('sessions', () => {
      it(
        '[DR3] keeps every field of a session over a restart',
        test(async (data) => {
          const { rosalind } = await twoUsers(data.directory);
          const { number } = await data.directory.upsertDevice(device(rosalind));
          const row = session(rosalind, number, { usedRefreshHashes: ['u1', 'u2'] });
          await data.directory.putSession(row);
          const { directory } = await data.reopen();
          expect(await directory.findSession({ accessHash: row.accessHash })).toEqual(row);
        }),
      );

      it(
        '[DR3] finds a session by its access token, its refresh token, or one used before',
        test(async ({ directory }) => {
          const { rosalind } = await twoUsers(directory);
          const { number } = await directory.upsertDevice(device(rosalind));
          const row = session(rosalind, number, { usedRefreshHashes: ['u1', 'u2'] });
          await directory.putSession(row);
          expect(await directory.findSession({ refreshHash: row.refreshHash })).toEqual(row);
          expect(await directory.findSession({ usedRefreshHash: 'u2' })).toEqual(row);
          expect(await directory.findSession({ usedRefreshHash: row.refreshHash })).toBeNull();
          expect(await directory.findSession({ accessHash: row.refreshHash })).toBeNull();
          expect(await directory.findSession({ refreshHash: 'u1' })).toBeNull();
        }),
      );

      it(
        '[DR3] leaves a device with at most one session: the newer replaces the older',
        test(async ({ directory }) => {
          const { rosalind } = await twoUsers(directory);
          const { number } = await directory.upsertDevice(device(rosalind));
          await directory.putSession(session(rosalind, number, { usedRefreshHashes: ['u1'] }));
          const newer = session(rosalind, number, {
            id: 'session-2' as SessionId,
            accessHash: 'access-2',
            refreshHash: 'refresh-2',
          });
          await directory.putSession(newer);
          expect(await directory.findSession({ accessHash: `access-${number}` })).toBeNull();
          expect(await directory.findSession({ usedRefreshHash: 'u1' })).toBeNull();
          expect(await directory.findSession({ refreshHash: 'refresh-2' })).toEqual(newer);
          expect(await directory.endSessions(rosalind)).toEqual([newer]);
        }),
      );

      it(
        '[DR7] ends the sessions of one device or of all, and says which',
        test(async (data) => {
          const { celia, rosalind } = await twoUsers(data.directory);
          const one = await signIn(data.directory, device(rosalind, { installation: 'a' }));
          const two = await signIn(data.directory, device(rosalind, { installation: 'b' }));
          const three = await signIn(data.directory, device(rosalind, { installation: 'c' }));
          const foreign = await signIn(data.directory, device(celia));

          expect(devicesOf(await data.directory.endSessions(rosalind, two.number))).toEqual([two.number]);
          expect(await data.directory.findSession({ accessHash: `access-${two.number}` })).toBeNull();
          expect(devicesOf(await data.directory.endSessions(celia, one.number))).toEqual([]);
          expect(devicesOf(await data.directory.endSessions(rosalind))).toEqual([one.number, three.number]);

          const { directory } = await data.reopen();
          expect(await directory.listDevices(rosalind)).toEqual([]);
          expect(await directory.listDevices(celia)).toEqual([foreign]);
        }),
      );
    });

    describe('invitations', () => {
      it(
        '[DR6] are used once, also over a restart',
        test(async (data) => {
          await data.directory.createInvitation({ codeHash: 'a', createdBy: null, expiresAtMs: 100 });
          await data.directory.createInvitation({ codeHash: 'b', createdBy: null, expiresAtMs: 100 });
          expect(await data.directory.consumeInvitation('a', 10)).toBe(true);
          const { directory } = await data.reopen();
          expect(await directory.consumeInvitation('a', 10)).toBe(false);
          expect(await directory.consumeInvitation('b', 10)).toBe(true);
        }),
      );

      it(
        '[DR6] let one of two in who offer the same code at once',
        test(async ({ directory }) => {
          await directory.createInvitation({ codeHash: 'a', createdBy: null, expiresAtMs: 100 });
          const answers = await Promise.all([
            directory.consumeInvitation('a', 10),
            directory.consumeInvitation('a', 10),
          ]);
          expect(answers.toSorted()).toEqual([false, true]);
        }),
      );

      it(
        '[DR6] expire, and do not exist by guessing',
        test(async ({ directory }) => {
          await directory.createInvitation({ codeHash: 'a', createdBy: null, expiresAtMs: 100 });
          expect(await directory.consumeInvitation('a', 100)).toBe(false);
          expect(await directory.consumeInvitation('b', 10)).toBe(false);
        }),
      );
    });
  });
}

function addUser(directory: Directory, id: string, passwordHash: string | null = null) {
  const secrets = { passwordHash, scram: null };
  return directory.createUser({ id: parseUserId(id) as UserId, name: id, ...secrets, createdAtMs: 1 });
}

async function twoUsers(directory: Directory): Promise<{ rosalind: UserNumber; celia: UserNumber }> {
  await addUser(directory, 'rosalind');
  await addUser(directory, 'celia');
  return { rosalind: userNumber(1), celia: userNumber(2) };
}

function device(user: UserNumber, overrides: Partial<DeviceRow> = {}): Omit<DeviceRow, 'number'> {
  return {
    user,
    installation: 'a',
    kind: 'desktop',
    name: 'Forest of Arden',
    app: 'web 1',
    signedInAtMs: 1,
    seenAtMs: 2,
    ...overrides,
  };
}

function session(user: UserNumber, number: DeviceNumber, overrides: Partial<SessionRow> = {}): SessionRow {
  return {
    id: `session-of-${number}` as SessionId,
    user,
    device: deviceNumber(number),
    accessHash: `access-${number}`,
    accessExpiresAtMs: 1_000,
    refreshHash: `refresh-${number}`,
    refreshExpiresAtMs: 2_000,
    usedRefreshHashes: [],
    ...overrides,
  };
}

async function signIn(directory: Directory, row: Omit<DeviceRow, 'number'>): Promise<DeviceRow> {
  const stored = await directory.upsertDevice(row);
  await directory.putSession(session(row.user, stored.number));
  return stored;
}

function devicesOf(sessions: readonly SessionRow[]): number[] {
  return sessions.map((each) => each.device).toSorted((a, b) => a - b);
}
