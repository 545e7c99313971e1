import { CLIENT_BUGS } from './client-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { DELIVERY_BUGS, LOG_BUGS } from './server-bugs.ts';

/** Every planted bug; the simulator has to find each. */
export const PLANTED_BUGS: readonly PlantedBug[] = [...LOG_BUGS, ...DELIVERY_BUGS, ...CLIENT_BUGS];
