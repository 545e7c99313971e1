import type { PasswordHasher } from '@skein/core';
import { LIMITS, type UserId } from '@skein/model';
import { FakeDirectory, FakeRecordStore, ManualClock, TestDigests } from '@skein/testkit';
import { expect, it } from 'vitest';
import { HasherBusyError } from '../ports/password-hasher.ts';
import { FailedSignIns } from './failed-sign-ins.ts';
import { Passwords } from './passwords.ts';

it('[AC4] looks at a password also when there is no such user, or none is set', async () => {
  const looked: (string | null)[] = [];
  const hasher: PasswordHasher = {
    hash: (password) => Promise.resolve(`hash of ${password}`),
    verify: (hash, password) => {
      looked.push(hash);
      return Promise.resolve(hash === `hash of ${password}`);
    },
  };
  const directory = new FakeDirectory();
  const user = { name: '', createdAtMs: 0, scram: null };
  await directory.createUser({ ...user, id: 'ana' as UserId, passwordHash: 'hash of right' });
  await directory.createUser({ ...user, id: 'ben' as UserId, passwordHash: null });
  const passwords = new Passwords({
    directory,
    hasher,
    limits: LIMITS,
    failedSignIns: await failedSignIns(LIMITS.failedSignInsPerMinuteMax),
    scramSecrets: null,
  });
  const outcomes = [];
  for (const id of ['ana', 'ben', 'nobody']) outcomes.push(await passwords.check(id, 'wrong', 'here'));
  expect(outcomes).toEqual(Array(3).fill({ outcome: 'wrong' }));
  expect(looked).toEqual(['hash of right', null, null]);
  expect(await passwords.check('ana', 'right', 'here')).toEqual({ outcome: 'right', user: 1 });
});

it('[AC5] has what nobody could look at for no try', async () => {
  let busyCount = 20;
  const hasher: PasswordHasher = {
    hash: (password) => Promise.resolve(`hash of ${password}`),
    verify: (hash, password) =>
      busyCount-- > 0
        ? Promise.reject(new HasherBusyError(1))
        : Promise.resolve(hash === `hash of ${password}`),
  };
  const directory = new FakeDirectory();
  const user = { id: 'ana' as UserId, name: '', createdAtMs: 0, scram: null };
  await directory.createUser({ ...user, passwordHash: 'hash of right' });
  const failed = await failedSignIns(2);
  const deps = { directory, hasher, limits: LIMITS, scramSecrets: null };
  const passwords = new Passwords({ ...deps, failedSignIns: failed });
  const check = (password: string): Promise<unknown> => passwords.check('ana', password, 'here');
  for (let times = 0; times < 19; times++) await expect(check('right')).rejects.toThrow(HasherBusyError);
  directory.fail();
  await expect(check('right')).rejects.toThrow('asked to fail');
  directory.heal();
  await expect(check('right')).rejects.toThrow(HasherBusyError);
  for (let times = 0; times < 2; times++) expect(await check('wrong')).toEqual({ outcome: 'wrong' });
  expect(await check('right')).toEqual({ outcome: 'wait', retryAfterMs: 60_000 });
});

it('[AC5] remembers a bounded number of tries', async () => {
  const failed = await failedSignIns(1);
  for (let name = 0; name < 30_000; name++) failed.begin(`name ${name}`, 'here');
  expect(failed.begin('name 29999', 'here')).toBe(60_000);
  expect(failed.begin('name 0', 'here')).toBe(0);
});

function failedSignIns(failedSignInsPerMinuteMax: number): Promise<FailedSignIns> {
  return FailedSignIns.load({
    records: new FakeRecordStore(),
    digests: new TestDigests(),
    clock: new ManualClock(),
    limits: { failedSignInsPerMinuteMax },
  });
}
