import type { Scenario } from '../scenario.ts';
import { ClientIds } from './client-ids.ts';
import type { MqttTarget } from './mqtt-target.ts';
import type { Version } from './packet-types.ts';
import { Stage } from './stage.ts';

/**
 * What both versions say is written once. Numbers differ between them: "3.1.2-24"; several where they can only be seen
 * together, with a space between.
 */
export interface Statement {
  readonly v4?: string;
  readonly v5?: string;
  readonly title: string;
  readonly level: Scenario<MqttTarget>['level'];
  readonly talk: (stage: Stage) => Promise<void>;
}

/** The numbers that a statement has: one for both versions, or one for each. */
export type Numbers = string | { readonly v4?: string; readonly v5?: string };

export function must(numbers: Numbers, title: string, talk: Statement['talk']): Statement {
  return { ...byVersion(numbers), title, level: 'must', talk };
}

export function should(numbers: Numbers, title: string, talk: Statement['talk']): Statement {
  return { ...byVersion(numbers), title, level: 'should', talk };
}

function byVersion(numbers: Numbers): { readonly v4?: string; readonly v5?: string } {
  return typeof numbers === 'string' ? { v4: numbers, v5: numbers } : numbers;
}

/** The scenarios of one version. */
export function scenariosOf(version: Version, statements: readonly Statement[]): Scenario<MqttTarget>[] {
  const clientIds = new ClientIds();
  return statements.flatMap(({ title, level, talk, ...numbers }) => {
    const clause = version === 4 ? numbers.v4 : numbers.v5;
    if (clause === undefined) return [];
    return {
      clause: clause.replace(/\S+/g, 'MQTT-$&'),
      title,
      level,
      run: async (target) => {
        await using stage = new Stage(target, version, clientIds);
        await talk(stage);
      },
    };
  });
}
