import { RawPeer } from './hostile/raw-peer.ts';
import { until } from './waiting.ts';

export const STRANGER_PASSWORD = 'the password of a stranger';
const ANSWER_MS_MAX = 20_000;

/** Makes an account with that password, over lines of JSON; one that is there already stays as it is. */
export async function registerAccount(port: number, user: string): Promise<void> {
  using lines = new RawPeer(port);
  await lines.opened;
  lines.write(`${JSON.stringify({ register: user, password: STRANGER_PASSWORD })}\n`);
  await until('the account is made', ANSWER_MS_MAX, () => lines.bytesRead > 0);
}
