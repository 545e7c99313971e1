import { type DeviceNumber, deviceNumber, type UserNumber, userNumber } from '@skein/model';
import { allRecords, type RecordStore } from '../ports/record-store.ts';
import type { Sessions } from './sessions.ts';

const SPACE = 'devices.passing';
const NOTHING = new Uint8Array(0);

export interface PassingDeviceDeps {
  readonly records: RecordStore;
  /** Told of what the store could not take: such a device stays until its user signs it out. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * [AC20] Devices that were signed in for one connection only, as clients of protocols without accounts do under names that
 * they never use again. Whoever let one in signs it out when its connection ends; what is noted here are those whose end a
 * process did not live to see.
 */
export class PassingDeviceRecords {
  readonly #deps: PassingDeviceDeps;
  // What the store has a record of.
  readonly #noted = new Set<string>();

  constructor(deps: PassingDeviceDeps) {
    this.#deps = deps;
  }

  /** Not waited for: a process that ends at this very moment leaves one device, as it would if it ended a moment before. */
  add(user: UserNumber, device: DeviceNumber): void {
    const key = toKey(user, device);
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.#note(key, NOTHING);
  }

  /** It was signed out, or stays. */
  remove(user: UserNumber, device: DeviceNumber): void {
    const key = toKey(user, device);
    if (this.#noted.delete(key)) this.#note(key, null);
  }

  /**
   * Signs out those of the process before, and forgets them.
   *
   * Errors: throws StoreUnavailableError, StoreFullError.
   */
  async endAll(sessions: Pick<Sessions, 'end'>): Promise<void> {
    for await (const { key } of allRecords(this.#deps.records, SPACE)) {
      const { user, device } = fromKey(key);
      await sessions.end(user, 'signedOut', device);
      this.#note(key, null);
    }
  }

  #note(key: string, value: Uint8Array | null): void {
    this.#deps.records.commitRecords([{ space: SPACE, key, value }]).catch(this.#deps.onFailure);
  }
}

function toKey(user: UserNumber, device: DeviceNumber): string {
  return `${user}/${device}`;
}

function fromKey(key: string): { user: UserNumber; device: DeviceNumber } {
  const [user, device] = key.split('/').map(Number);
  return { user: userNumber(user ?? 0), device: deviceNumber(device ?? 0) };
}
