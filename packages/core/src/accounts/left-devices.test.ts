import { deviceNumber, userNumber } from '@skein/model';
import { FakeRecordStore } from '@skein/testkit';
import { expect, it } from 'vitest';
import type { DeviceRow } from '../ports/directory.ts';
import { LeftDevices } from './left-devices.ts';
import { PassingDeviceRecords } from './passing-device-records.ts';

const ANA = userNumber(1);
const THING = deviceNumber(7);
const KNOWN_AT_MS = 1_000;

function open({ signedInAtMs = KNOWN_AT_MS, connected = [] as number[], fails = false } = {}) {
  const device = { number: THING, signedInAtMs } as DeviceRow;
  const records = new FakeRecordStore();
  const ended: number[] = [];
  const end = async (_user: unknown, _reason: unknown, number?: number): Promise<void> => {
    if (fails) throw new Error('asked to fail');
    ended.push(number ?? 0);
  };
  const leftDevices = new LeftDevices({
    directory: { listDevices: async () => [device] },
    sessions: { end },
    passing: new PassingDeviceRecords({ records, onFailure: () => undefined }),
    connections: {
      connectionsOf: () => connected.map((number) => ({ device: { number } as DeviceRow })),
    },
  });
  const signOut = (): Promise<void> =>
    leftDevices.signOut({ user: ANA, device: THING, knownAtMs: KNOWN_AT_MS });
  const noted = (): number => [...records.spaces.values()].reduce((sum, { size }) => sum + size, 0);
  return { signOut, ended, noted };
}

it('[AC21] signs out a device whose session is over, and forgets about it', async () => {
  const { signOut, ended, noted } = open({ connected: [8] });
  await signOut();
  expect([ended, noted()]).toEqual([[THING], 0]);
});

it.each([
  ['somebody signed in to since', { signedInAtMs: KNOWN_AT_MS + 1 }],
  ['is connected', { connected: [8, 7] }],
])('[AC21] leaves a device alone that %s', async (_what, state) => {
  const { signOut, ended } = open(state);
  await signOut();
  expect(ended).toEqual([]);
});

it('[AC21] leaves to the next start what the store could not take', async () => {
  const { signOut, noted } = open({ fails: true });
  await expect(signOut()).rejects.toThrow('asked to fail');
  expect(noted()).toBe(1);
});
