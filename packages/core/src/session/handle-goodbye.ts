import type { Goodbye } from '@skein/protocol';
import { type ReadyConnection, refusalFrom } from './ready-connection.ts';

/** A deliberate end. With `sign_out` the device's session ends too, and with it its other connections (AC11). */
export function handleGoodbye(connection: ReadyConnection, { signOut }: Goodbye): void {
  if (!signOut) {
    connection.end('goodbye');
    return;
  }
  const { parts, user, device } = connection;
  parts.sessions.end(user.number, 'signedOut', device.number).catch((error: unknown) => {
    connection.guard(() => connection.end('overloaded', refusalFrom(error).code));
  });
}
