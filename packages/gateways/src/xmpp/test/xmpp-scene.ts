import { CoreScene, type CoreSceneOptions } from '@skein/testkit';
import { onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../open-gateways.ts';
import { openPort, type TestPort } from '../../testing/test-port.ts';
import { PASSWORD } from './xmpp-person.ts';

const TICK_MS = 2;
const PEOPLE = ['romeo', 'juliet', 'mercutio', 'nurse'];

/** A server with the people of the standard's examples. A bug fails the test. */
export async function openVerona(
  options: CoreSceneOptions = {},
  portOptions: Partial<GatewayOptions> = {},
  hasClockOfScene = false,
): Promise<{ scene: CoreScene; port: TestPort }> {
  const scene = await CoreScene.open({ ...options, limits: { scramIterations: 16, ...options.limits } });
  for (const name of PEOPLE) await scene.core.createUser(name, PASSWORD);
  const port = await openPort(scene.core, {
    ...(hasClockOfScene ? { clock: scene.clock } : {}),
    ...portOptions,
  });
  // A batch gathers for a moment of the core's own time, which stands still unless somebody moves it.
  const ticking = setInterval(() => scene.clock.advance(TICK_MS), TICK_MS);
  onTestFinished(() => {
    clearInterval(ticking);
    scene.throwBugs();
    if (port.bugs.length > 0) throw port.bugs[0];
  });
  return { scene, port };
}
