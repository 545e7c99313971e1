import type { DeviceNumber, UserNumber } from '@skein/model';
import type { Directory } from '../ports/directory.ts';
import type { ReadyConnection } from '../session/ready-connection.ts';
import type { PassingDeviceRecords } from './passing-device-records.ts';
import type { Sessions } from './sessions.ts';

/** A device that a client of another protocol signed in for a session of that protocol. */
export interface SessionDevice {
  readonly user: UserNumber;
  readonly device: DeviceNumber;
  /** Wall time at which it was known to be signed in. */
  readonly knownAtMs: number;
}

export interface LeftDevicesDeps {
  readonly directory: Pick<Directory, 'listDevices'>;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly passing: PassingDeviceRecords;
  readonly connections: { connectionsOf(user: UserNumber): readonly Pick<ReadyConnection, 'device'>[] };
}

/**
 * [AC21] Signs out the device of a session that has ended while its client was away: nobody will come for it. Whoever signed
 * in to it since, or is connected as it, keeps it.
 */
export class LeftDevices {
  readonly #deps: LeftDevicesDeps;

  constructor(deps: LeftDevicesDeps) {
    this.#deps = deps;
  }

  /** Errors: throws StoreUnavailableError, StoreFullError; the next start does then what was left undone. */
  async signOut({ user, device: number, knownAtMs }: SessionDevice): Promise<void> {
    const { directory, sessions, passing, connections } = this.#deps;
    const row = (await directory.listDevices(user)).find((device) => device.number === number);
    if (row === undefined || row.signedInAtMs > knownAtMs) return;
    if (connections.connectionsOf(user).some(({ device }) => device.number === number)) return;
    passing.add(user, number);
    await sessions.end(user, 'signedOut', number);
    passing.remove(user, number);
  }
}
