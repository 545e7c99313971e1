import type { Ability } from './gateway-driver.ts';
import type { GatewayStage } from './gateway-stage.ts';

/** One thing that is the same through every gateway. */
export interface GatewayScenario {
  /** With the id of the rule. */
  readonly title: string;
  readonly needs: readonly Ability[];
  play(stage: GatewayStage): Promise<void>;
}

export function scenario(
  title: string,
  needs: readonly Ability[],
  play: (stage: GatewayStage) => Promise<void>,
): GatewayScenario {
  return { title, needs, play };
}
