import { type DeviceNumber, deviceNumber, type UserNumber, userNumber } from '@skein/model';
import { FakeRecordStore } from '@skein/testkit';
import { expect, it } from 'vitest';
import { PassingDeviceRecords } from './passing-device-records.ts';

const ANA = userNumber(1);

function open(records: FakeRecordStore): PassingDeviceRecords {
  return new PassingDeviceRecords({ records, onFailure: () => undefined });
}

async function endedAfter(records: FakeRecordStore): Promise<[UserNumber, DeviceNumber | undefined][]> {
  const ended: [UserNumber, DeviceNumber | undefined][] = [];
  await open(records).endAll({
    end: async (user, _reason, device) => {
      ended.push([user, device]);
    },
  });
  return ended;
}

it('[AC20] signs out at the next start what was let in for one connection, once', async () => {
  const records = new FakeRecordStore();
  const before = open(records);
  for (const device of [7, 8]) before.add(ANA, deviceNumber(device));
  expect(await endedAfter(records)).toEqual([
    [ANA, 7],
    [ANA, 8],
  ]);
  expect(await endedAfter(records)).toEqual([]);
});

it('[AC20] leaves alone who was signed out before, or stays', async () => {
  const records = new FakeRecordStore();
  const before = open(records);
  before.add(ANA, deviceNumber(7));
  before.remove(ANA, deviceNumber(7));
  before.remove(ANA, deviceNumber(8));
  expect(await endedAfter(records)).toEqual([]);
});
