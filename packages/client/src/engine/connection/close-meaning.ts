import type { ErrorCode } from '../../api/skein-error.ts';

// The numbers of the protocol's CLOSE_CODE; its whole table would be part of every app (the test compares).
const SIGNED_OUT = 4200;
const REVOKED = 4201;
const BAD_CREDENTIALS = 4202;
const UPGRADE_REQUIRED = 4203;
const PROTOCOL_VIOLATION = 4204;
const FRAME_TOO_LARGE = 4206;

/** Whether the session of this device is worth nothing any more. */
export function endsSession(closeCode: number): boolean {
  return closeCode >= SIGNED_OUT && closeCode <= BAD_CREDENTIALS;
}

/** What a person is told after a connection was ended for good without a word of its own. */
export function meaningOf(closeCode: number): ErrorCode {
  if (closeCode === REVOKED) return 'auth.revoked';
  if (closeCode === BAD_CREDENTIALS) return 'auth.bad_credentials';
  if (closeCode === UPGRADE_REQUIRED) return 'client.upgrade_required';
  const isOurMistake = closeCode >= PROTOCOL_VIOLATION && closeCode <= FRAME_TOO_LARGE;
  return isOurMistake ? 'client.protocol' : 'auth.required';
}
