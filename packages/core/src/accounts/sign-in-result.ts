import type { RefusalCode, SessionId } from '@skein/model';
import type { CloseReason } from '@skein/protocol';
import type { DeviceRow } from '../ports/directory.ts';
import type { UserRow } from '../ports/store.ts';
import type { IssuedTokens } from './sessions.ts';

export interface SignedIn {
  readonly outcome: 'signed-in';
  readonly user: UserRow;
  readonly device: DeviceRow;
  readonly session: SessionId;
  readonly accessExpiresAtMs: number;
  /** Absent when the device showed a token that goes on to hold. */
  readonly tokens?: IssuedTokens;
  /** Hash of the refresh token that was used for this sign-in. */
  readonly exchangedHash?: string;
  /** This sign-in made the session. */
  readonly isNewSession?: boolean;
}

/** A "no" to a Hello ends the connection: the reason's range says what the client does, the code what a person is told. */
export interface SignInDenied {
  readonly outcome: 'denied';
  readonly close: CloseReason;
  readonly code: RefusalCode;
}

export function denied(close: CloseReason, code: RefusalCode): SignInDenied {
  return { outcome: 'denied', close, code };
}
