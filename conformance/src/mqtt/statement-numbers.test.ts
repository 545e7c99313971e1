import { describe, expect, it } from 'vitest';
import { MQTT_SCENARIOS, MQTT5_SCENARIOS } from './index.ts';
import { statementNumbers } from './statement-numbers.ts';
import { UNSEEN } from './unseen-statements.ts';

describe.each([
  [4, MQTT_SCENARIOS, 141],
  [5, MQTT5_SCENARIOS, 251],
] as const)('statements of protocol level %i', (version, scenarios, count) => {
  const seen = scenarios.flatMap(({ clause }) => clause.replaceAll('MQTT-', '').split(' '));
  const unseen = Object.values(UNSEEN[version]).flat();

  it('[CX3] has a scenario for every statement, or a reason', () => {
    const numbers = statementNumbers(version);
    expect(numbers).toHaveLength(count);
    expect([...new Set([...seen, ...unseen])].sort()).toEqual([...numbers].sort());
  });

  it('[CX3] gives no reason where there is a scenario, nor twice', () => {
    expect(unseen.filter((number) => seen.includes(number))).toEqual([]);
    expect(new Set(unseen).size).toBe(unseen.length);
  });

  it('tells its scenarios apart', () => {
    const names = scenarios.map(({ clause, title }) => `${clause} ${title}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
