import type { ClientTampering } from '../world/client-node.ts';
import type { ServerTampering } from '../world/server-node.ts';

/** A mistake somebody could make, put into the shipped code from outside, to see that a run finds it. */
export interface PlantedBug {
  readonly name: string;
  readonly server?: ServerTampering;
  readonly client?: ClientTampering;
}
