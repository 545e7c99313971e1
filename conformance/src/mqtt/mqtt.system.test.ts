import { describeNeeding, pathOf } from '@skein/needs';
import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, runScenarios } from '../run-scenarios.ts';
import { MQTT_SCENARIOS, MQTT5_SCENARIOS } from './index.ts';
import { Mosquitto } from './mosquitto.ts';
import { MOSQUITTO_DEVIATIONS } from './mosquitto-deviations.ts';
import { mqttTargetOf } from './mqtt-target.ts';

const LISTS = [
  [4, MQTT_SCENARIOS],
  [5, MQTT5_SCENARIOS],
] as const;
// Some wait for seconds, for a keep alive or an expiry: they do so side by side.
const OPTIONS = { parallel: 16 };
const RUN_MS_MAX = 60_000;

describe('MQTT, from outside', () => {
  const folder = temporaryFolder();
  // The test flag: those who do not sign in have a space of topics of their own.
  const skein = new SkeinProcess({
    folder: folder.path,
    args: ['start', '--port', '0', '--development', '--testing-echo'],
  });

  afterAll(async () => {
    await skein[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it.each(LISTS)(
    '[CX1] every statement is kept in protocol level %i',
    { timeout: RUN_MS_MAX },
    async (_, list) => {
      const { port } = await skein.ready();
      const target = mqttTargetOf(new URL(`mqtt://127.0.0.1:${port}/`));
      expect(deviationsIn(await runScenarios(list, target, OPTIONS))).toEqual([]);
    },
  );

  it.each(LISTS)(
    '[CX1] every statement is kept in the topics of a user in protocol level %i',
    { timeout: RUN_MS_MAX },
    async (version, list) => {
      const { port } = await skein.ready();
      // Each client is a device of its user, who may not have as many as all those side by side.
      const user = `conformance${version}`;
      const target = mqttTargetOf(new URL(`mqtt://${user}@127.0.0.1:${port}/u/${user}/`));
      expect(deviationsIn(await runScenarios(list, target, { parallel: 6 }))).toEqual([
        // What begins with $ is outside of them, so that it is refused before a wildcard could take it.
        'MQTT-4.7.2-1 keeps topics that begin with $ from wildcards',
      ]);
    },
  );
});

describeNeeding('mosquitto', 'the MQTT lists themselves, held against mosquitto', () => {
  const folder = temporaryFolder();
  let mosquitto: Mosquitto;

  beforeAll(async () => {
    mosquitto = await Mosquitto.start(pathOf('mosquitto') ?? '', folder.path);
  });

  afterAll(async () => {
    await mosquitto[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it.each(LISTS)(
    '[CX2] asks nothing in protocol level %i that a well-known implementation does not do',
    { timeout: RUN_MS_MAX },
    async (version, list) => {
      const deviations = deviationsIn(await runScenarios(list, mosquitto.target, OPTIONS));
      expect(deviations).toEqual(MOSQUITTO_DEVIATIONS[version].map(([deviation]) => deviation));
    },
  );
});

function deviationsIn(outcomes: readonly Outcome[]): string[] {
  return outcomes
    .filter(({ deviation }) => deviation !== null)
    .map(({ clause, title }) => `${clause} ${title}`)
    .sort();
}
