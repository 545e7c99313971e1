import { deviceNumber, type Refusal, refuse } from '@skein/model';
import type { ListDevices, RevokeDevice } from '@skein/protocol';
import type { Answer, ReadyConnection } from './ready-connection.ts';

/** The signed-in devices of the asking user. */
export async function answerListDevices(
  connection: ReadyConnection,
  _ask: ListDevices,
): Promise<Answer | Refusal> {
  const { parts, user } = connection;
  const rows = await parts.directory.listDevices(user.number);
  const online = new Set(parts.hub.connectionsOf(user.number).map(({ device }) => device.number));
  const devices = rows.map((row) => ({
    number: row.number,
    kind: row.kind,
    name: row.name,
    app: row.app,
    signedInMs: row.signedInAtMs,
    seenMs: row.seenAtMs,
    online: online.has(row.number),
    current: row.number === connection.device.number,
  }));
  return { case: 'devices', value: { devices } };
}

/** [AC10] Signs one of the own devices out. Whether somebody else has a device of that number is not told. */
export async function answerRevokeDevice(
  { parts, user }: ReadyConnection,
  ask: RevokeDevice,
): Promise<Answer | Refusal> {
  const device = deviceNumber(ask.device);
  const rows = await parts.directory.listDevices(user.number);
  if (!rows.some(({ number }) => number === device)) return refuse('request.invalid');
  await parts.sessions.end(user.number, 'revoked', device);
  return { case: 'done', value: {} };
}
