import { existsSync, readFileSync } from 'node:fs';
import { checkConfig } from './check-config.ts';
import { type Config, configFrom } from './config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import type { OriginLayer, RawSetting } from './raw-setting.ts';
import type { Setting, Value } from './setting.ts';
import { ALL_SETTINGS, environmentName, flagName, keyOfFile } from './settings.ts';
import { suggest } from './suggest.ts';
import { parseValue } from './value.ts';

export const DEFAULT_CONFIG_FILE = 'skein.toml';
const VARIABLE = /^SKEIN__/;

export interface ConfigSources {
  /** The file; without one `skein.toml` in the working folder is read if it is there. */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By full key, as the command line gave them. */
  readonly flags: ReadonlyMap<string, string | boolean>;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each value that is not a default came from. */
  readonly origins: ReadonlyMap<string, { readonly layer: OriginLayer; readonly where: string }>;
  readonly file: string | null;
}

/**
 * [CF1, CF2] Puts the layers together: flags over environment over file over defaults.
 *
 * Errors: throws ConfigError, which names every unknown, mistyped or contradictory setting.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const file = sources.file ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : null);
  const problems: ConfigProblem[] = [];
  const values = new Map<string, Value>();
  const origins = new Map<string, { layer: OriginLayer; where: string }>();
  const layers = [
    file === null ? [] : readConfigFile(file),
    fromEnvironment(sources.environment),
    fromFlags(sources.flags),
  ];
  for (const layer of layers) {
    const seen = new Set<string>();
    for (const raw of layer) {
      const read = readSetting(raw);
      if ('message' in read) {
        problems.push(read);
      } else if (seen.has(read.key)) {
        problems.push({
          where: raw.where,
          message: `${read.key} and ${read.key}_file exclude each other`,
        });
      } else {
        seen.add(read.key);
        values.set(read.key, read.value);
        origins.set(read.key, { layer: raw.origin, where: raw.where });
      }
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const config = configFrom(values);
  checkConfig(config, sources.environment);
  return { config, origins, file };
}

function fromEnvironment(environment: ConfigSources['environment']): RawSetting[] {
  return Object.entries(environment)
    .filter(([name, value]) => VARIABLE.test(name) && value !== undefined)
    .map(([name, raw]) => ({
      key: name.replace(VARIABLE, '').toLowerCase().replaceAll('__', '.'),
      raw,
      origin: 'environment',
      where: name,
    }));
}

function fromFlags(flags: ConfigSources['flags']): RawSetting[] {
  return [...flags].map(([key, raw]) => ({ key, raw, origin: 'flag', where: `--${flagName(key)}` }));
}

function readSetting(raw: RawSetting): { key: string; value: Value } | ConfigProblem {
  const setting = ALL_SETTINGS.get(raw.key);
  if (setting !== undefined) return understand(raw.key, setting, raw);
  const base = keyOfFile(raw.key);
  const fileSetting = ALL_SETTINGS.get(base ?? '');
  if (base !== null && fileSetting !== undefined) return readFromFile(base, fileSetting, raw);
  return { where: raw.where, message: describeUnknown(raw) };
}

function understand(
  key: string,
  setting: Setting,
  raw: RawSetting,
): { key: string; value: Value } | ConfigProblem {
  // An empty text is how a file or a variable says "not set".
  if (raw.raw === '' && setting.default === null) return { key, value: null };
  const result = parseValue(setting, raw.raw);
  if (result.outcome === 'parsed') return { key, value: result.value };
  const given = setting.isSecret === true ? 'this value' : JSON.stringify(raw.raw);
  return { where: raw.where, message: `${key} must be ${result.expected}, not ${given}` };
}

function readFromFile(
  key: string,
  setting: Setting,
  raw: RawSetting,
): { key: string; value: Value } | ConfigProblem {
  if (typeof raw.raw !== 'string')
    return { where: raw.where, message: `${raw.key} must be the path of a file` };
  try {
    return understand(key, setting, { ...raw, raw: readFileSync(raw.raw, 'utf8').trimEnd() });
  } catch (error) {
    return { where: raw.where, message: `${raw.key}: ${(error as Error).message}` };
  }
}

function describeUnknown(raw: RawSetting): string {
  const meant = suggest(raw.key, ALL_SETTINGS.keys());
  const spelled = (key: string): string => (raw.origin === 'environment' ? environmentName(key) : key);
  const hint = meant === null ? '' : `; did you mean ${spelled(meant)}?`;
  return `there is no setting ${raw.origin === 'environment' ? raw.where : `"${raw.key}"`}${hint}`;
}
