import { SkeinError } from '../api/skein-error.ts';
import type * as OnDemand from './on-demand.ts';

/** All of it asks the server something. Errors: rejects with `network.offline` where the code cannot be had. */
export async function loadOnDemand(): Promise<typeof OnDemand> {
  try {
    return await import('./on-demand.ts');
  } catch {
    throw new SkeinError('network.offline');
  }
}
