import { HasherBusyError } from '../ports/password-hasher.ts';
import { StoreFullError, StoreUnavailableError } from '../ports/store.ts';
import { denied, type SignInDenied } from './sign-in-result.ts';

/** A broken environment as a denial that says "come back"; anything else is a bug and thrown on. */
export function fromFailure(error: unknown): SignInDenied {
  if (error instanceof HasherBusyError) return denied('overloaded', 'server.overloaded');
  if (error instanceof StoreFullError) return denied('overloaded', 'server.storage_full');
  if (error instanceof StoreUnavailableError) return denied('overloaded', 'server.storage_unavailable');
  throw error;
}
