import { afterAll, beforeAll, describe, it } from 'vitest';
import { ABSENCE_SCENARIOS } from './gateway/absence.contract.ts';
import { CHANGE_SCENARIOS } from './gateway/change.contract.ts';
import { DIRECT_SCENARIOS } from './gateway/direct.contract.ts';
import { FLEETING_SCENARIOS } from './gateway/fleeting.contract.ts';
import type { Ability, GatewayDriver, Speciality } from './gateway/gateway-driver.ts';
import type { GatewayScenario } from './gateway/gateway-scenario.ts';
import { type GatewayServer, GatewayStage } from './gateway/gateway-stage.ts';
import { GROUP_SCENARIOS } from './gateway/group.contract.ts';
import { SIGN_IN_SCENARIOS } from './gateway/sign-in.contract.ts';

const SCENARIOS: readonly GatewayScenario[] = [
  ...SIGN_IN_SCENARIOS,
  ...DIRECT_SCENARIOS,
  ...GROUP_SCENARIOS,
  ...CHANGE_SCENARIOS,
  ...ABSENCE_SCENARIOS,
  ...FLEETING_SCENARIOS,
];

/** Every gateway runs this suite: whichever protocol one speaks, the product is the same (rules GC1–GC25). */
export function describeGateway(
  driver: GatewayDriver,
  open: () => Promise<GatewayServer & AsyncDisposable>,
): void {
  describe(`gateway contract: ${driver.name}`, () => {
    let server: Awaited<ReturnType<typeof open>> | undefined;

    beforeAll(async () => {
      server = await open();
    });

    afterAll(() => server?.[Symbol.asyncDispose]());

    for (const scenario of SCENARIOS) {
      const { title, needs } = scenario;
      const lacks = needs
        .map((ability) => reasonAgainst(driver, ability))
        .find((reason) => reason !== undefined);
      it.skipIf(lacks !== undefined).concurrent(
        lacks === undefined ? title : `${title}: ${lacks}`,
        async () => {
          if (server === undefined) throw new Error('the server did not start');
          await using stage = new GatewayStage(server, driver);
          await scenario.play(stage);
        },
      );
    }
  });
}

/** Why this driver can't play it, or undefined. */
function reasonAgainst({ cannot, specialities = [] }: GatewayDriver, ability: Ability): string | undefined {
  if (!isSpeciality(ability)) return cannot[ability];
  return specialities.includes(ability)
    ? undefined
    : (cannot[ability] ?? `its driver has no words for ${ability}`);
}

function isSpeciality(ability: Ability): ability is Speciality {
  return ['transient', 'presence', 'hiding', 'will'].includes(ability);
}
