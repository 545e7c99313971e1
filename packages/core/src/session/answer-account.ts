import { type Refusal, refuse } from '@skein/model';
import type { ChangePassword, CreateInvitation, RefreshSession } from '@skein/protocol';
import { isIdentityToken } from '../accounts/external-identities.ts';
import type { Answer, ReadyConnection } from './ready-connection.ts';

/** [AC6] New tokens for this session, so that a connection outlives its access token. */
export async function answerRefreshSession(
  connection: ReadyConnection,
  ask: RefreshSession,
): Promise<Answer | Refusal> {
  const { parts, user } = connection;
  if (isIdentityToken(ask.refreshToken)) return renewByIdentity(connection, ask.refreshToken);
  const result = await parts.sessions.refresh(ask.refreshToken);
  switch (result.outcome) {
    case 'unknown':
      return refuse('auth.bad_credentials');
    case 'expired':
      return refuse('auth.token_expired');
    case 'reused':
      return refuse('auth.revoked');
    case 'refreshed': {
      const { row, tokens, exchangedHash } = result;
      // Somebody else's refresh token: its session was renewed for nobody, and its owner's connection ends.
      if (row.device !== connection.device.number || row.user !== user.number) {
        await parts.sessions.end(row.user, 'revoked', row.device);
        return refuse('auth.bad_credentials');
      }
      connection.accessExpiresAtMs = row.accessExpiresAtMs;
      connection.carry(exchangedHash);
      return { case: 'tokens', value: tokens };
    }
  }
}

/** [AC18] The operator's backend vouches for longer; the token itself is what the device shows from now on. */
async function renewByIdentity(connection: ReadyConnection, token: string): Promise<Answer | Refusal> {
  const result = await connection.parts.signIn.renew(token, connection.device);
  if (result.outcome === 'denied') return refuse(result.code);
  connection.accessExpiresAtMs = result.accessExpiresAtMs;
  return { case: 'tokens', value: { accessToken: token, accessExpiresMs: result.accessExpiresAtMs } };
}

/** [AC12] Ends every other session: whoever knew the old password is out. */
export async function answerChangePassword(
  connection: ReadyConnection,
  ask: ChangePassword,
): Promise<Answer | Refusal> {
  const { parts, user, peer } = connection;
  const weakness = parts.passwords.judge(ask.newPassword);
  const check = await parts.passwords.check(user.id, ask.oldPassword, peer.address);
  if (check.outcome === 'wait') {
    return refuse('auth.too_many_attempts', { retryAfterMs: check.retryAfterMs });
  }
  if (check.outcome === 'wrong') return refuse('auth.bad_credentials');
  if (weakness !== null) return weakness;
  await parts.passwords.set(user.number, ask.newPassword);
  const devices = await parts.directory.listDevices(user.number);
  for (const { number } of devices) {
    if (number === connection.device.number) continue;
    await parts.sessions.end(user.number, 'revoked', number);
  }
  return { case: 'done', value: {} };
}

export async function answerCreateInvitation(
  { parts, user }: ReadyConnection,
  _ask: CreateInvitation,
): Promise<Answer | Refusal> {
  const { code, expiresAtMs } = await parts.registrations.invite(user);
  return { case: 'invitation', value: { code, expiresMs: expiresAtMs } };
}
