import { LIMITS, type LimitName, type Limits } from '@skein/model';
import { limitKey } from './limit-settings.ts';
import type { Value, ValueByKind } from './setting.ts';
import { SETTINGS, type SettingKey } from './settings.ts';

type Table = typeof SETTINGS;
type ValueOf<S> = S extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : S extends { readonly kind: infer Kind extends keyof ValueByKind; readonly default: infer Default }
    ? ValueByKind[Kind] | (Default extends null ? null : never)
    : never;

/** A complete configuration: every setting by its key, and the limits. */
export type Config = { readonly [Key in SettingKey]: ValueOf<Table[Key]> } & { readonly limits: Limits };

export type ConfigOverrides = Partial<Omit<Config, 'limits'>> & { readonly limits?: Partial<Limits> };

/** The defaults with some values replaced: how a program or a test starts a server of its own. */
export function configWith(overrides: ConfigOverrides = {}): Config {
  const defaults = Object.fromEntries(
    Object.entries(SETTINGS).map(([key, setting]) => [key, setting.default]),
  );
  return { ...defaults, ...overrides, limits: { ...LIMITS, ...overrides.limits } } as Config;
}

/** The configuration made of parsed values by full key, limits among them. */
export function configFrom(values: ReadonlyMap<string, Value>): Config {
  const settings = Object.fromEntries(
    Object.keys(SETTINGS).flatMap((key) => (values.has(key) ? [[key, values.get(key)]] : [])),
  );
  const limits = Object.fromEntries(
    (Object.keys(LIMITS) as LimitName[]).flatMap((name) => {
      const value = values.get(limitKey(name));
      return typeof value === 'number' ? [[name, value]] : [];
    }),
  );
  return configWith({ ...settings, limits } as ConfigOverrides);
}
