import type { PasswordHasher } from '@skein/core';
import { LIMITS, type UserId } from '@skein/model';
import { FakeDirectory, FakeRecordStore, ManualClock, TestDigests } from '@skein/testkit';
import { expect, it } from 'vitest';
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
