import type { ErrorCode } from '../api/skein-error.ts';
import type { ConnectionState } from '../engine/connection/connection-machine.ts';
import type { Changes, Occurrence, OutboxChange } from '../engine/model/changes.ts';
import type { CacheBatch } from '../engine/ports/cache-store.ts';

/** What changed in the leading window, besides what is in the store. */
export interface Told {
  readonly outbox: readonly OutboxChange[];
  readonly occurrences: readonly Occurrence[];
  readonly isSynced: boolean;
}

/** What windows say to each other. `from` and `to` are random names, one for each window. */
export type Word =
  /** A window is there that follows. */
  | { readonly say: 'hello'; readonly from: string }
  /** A window leads from now on. */
  | { readonly say: 'lead' }
  | {
      readonly say: 'act';
      readonly from: string;
      readonly call: number;
      readonly name: string;
      readonly of: readonly unknown[];
    }
  /** It is being done; the answer may take as long as the network takes. */
  | { readonly say: 'heard'; readonly to: string; readonly call: number }
  | { readonly say: 'done'; readonly to: string; readonly call: number; readonly result: unknown }
  | {
      readonly say: 'refused';
      readonly to: string;
      readonly call: number;
      readonly code: ErrorCode;
      readonly retryAfterMs?: number;
      readonly limit?: number;
    }
  /** [WN5, WN7] The person has signed out, for all windows. */
  | { readonly say: 'ended'; readonly wipe: boolean }
  | { readonly say: 'state'; readonly connection: Pick<ConnectionState, 'phase' | 'failures'> }
  | {
      readonly say: 'told';
      readonly batch: CacheBatch | null;
      readonly told: Told;
      readonly connection: Pick<ConnectionState, 'phase' | 'failures'>;
    };

export const NOTHING: Told = { outbox: [], occurrences: [], isSynced: false };

export function addTo(told: Told, { outbox, occurrences, synced }: Changes): Told {
  return {
    outbox: [...told.outbox, ...outbox.values()],
    occurrences: [...told.occurrences, ...occurrences],
    isSynced: told.isSynced || synced,
  };
}
