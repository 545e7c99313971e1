import type { Device } from '../api/client.ts';
import type { Requests } from '../engine/connection/requests.ts';

/** The account and its devices: questions that change nothing on this device. */
export class AccountSettings {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  async changePassword(oldPassword: string, newPassword: string): Promise<void> {
    await this.#requests.ask({ case: 'changePassword', value: { oldPassword, newPassword } });
  }

  async createInvitation(): Promise<{ readonly code: string; readonly expiresAt: Date }> {
    const ask = { case: 'createInvitation', value: {} } as const;
    const { code, expiresMs } = await this.#requests.askFor('invitation', ask);
    return { code, expiresAt: new Date(expiresMs) };
  }

  async listDevices(): Promise<readonly Device[]> {
    const { devices } = await this.#requests.askFor('devices', { case: 'listDevices', value: {} });
    return devices.map(({ number, kind, name, app, signedInMs, seenMs, online, current }) => ({
      number,
      kind,
      name,
      app,
      signedInAt: new Date(signedInMs),
      seenAt: new Date(seenMs),
      isOnline: online,
      isCurrent: current,
    }));
  }

  async revoke(device: number): Promise<void> {
    await this.#requests.ask({ case: 'revokeDevice', value: { device } });
  }
}
