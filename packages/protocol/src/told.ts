import { ENTRY_KIND, isCountable } from '@skein/model';
import type { Push } from './generated/skein.gen.ts';

/** The newest entry of one conversation that one connection was told of. Both ends keep it; a live push counts from it. */
export interface Told {
  readonly seq: number;
  readonly timeMs: number;
  readonly ordinal: number;
}

/**
 * [PU1] Which entry a push is, and so what the connection was told of after it. Without a seq it is the next one;
 * [PU2] with a seq it is the one it says, told of whatever came before.
 */
export function toldByPush(
  told: Told,
  push: Pick<Push, 'seq' | 'timeMs' | 'ordinal' | 'timeDeltaMs' | 'kind'>,
): Told {
  if (push.seq !== 0) return { seq: push.seq, timeMs: push.timeMs, ordinal: push.ordinal };
  const kind = push.kind === 0 ? ENTRY_KIND.message : push.kind;
  return {
    seq: told.seq + 1,
    timeMs: told.timeMs + push.timeDeltaMs,
    ordinal: told.ordinal + (isCountable(kind) ? 1 : 0),
  };
}

/** [PU3] What a connection was told of after a frame that names an entry: it never goes back. */
export function laterTold(told: Told, named: Told): Told {
  return named.seq > told.seq ? { seq: named.seq, timeMs: named.timeMs, ordinal: named.ordinal } : told;
}
