import { StoreCorruptError, StoreFullError, StoreUnavailableError } from '@skein/core';
import { BugError, unreachable } from '@skein/model';
import type { Failure } from './failure.ts';

/** A worker's failure as the port's callers know it. */
export function toError({ kind, message }: Failure): Error {
  switch (kind) {
    case 'full':
      return new StoreFullError(message);
    case 'unavailable':
      return new StoreUnavailableError(message);
    case 'corrupt':
      return new StoreCorruptError(message);
    case 'too-new':
      return new DataTooNewError(message);
    case 'bug':
      return new BugError(message);
    default:
      return unreachable(kind);
  }
}

/** The data was written by a later version of this program; older ones leave it alone. */
export class DataTooNewError extends Error {
  override readonly name = 'DataTooNewError';
}

/** Opening and loading come before anything is served, so they may say what is wrong instead of "not now". */
export function tellCorruption(error: unknown): never {
  throw error instanceof StoreUnavailableError && error.cause instanceof StoreCorruptError
    ? error.cause
    : error;
}
