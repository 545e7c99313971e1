import type { Config } from './config.ts';
import { limitKey } from './limit-settings.ts';
import type { LoadedConfig } from './load-config.ts';
import type { Setting, Value } from './setting.ts';
import { ALL_SETTINGS, environmentName, flagName, SETTINGS } from './settings.ts';
import { formatValue } from './value.ts';

export type Language = 'en' | 'zh';

/** What `skein config explain KEY` says, or null for a key that does not exist. */
export function explainSetting(key: string, language: Language): string | null {
  const setting = ALL_SETTINGS.get(key);
  if (setting === undefined) return null;
  const flag = key in SETTINGS ? `--${flagName(key)}` : `--set ${key}=…`;
  const lines = [
    key,
    `  ${setting.help[language]}`,
    `  type         ${describeType(setting)}`,
    `  default      ${describeDefault(setting)}`,
    `  file         ${describeInFile(key, setting)}`,
    `  environment  ${environmentName(key)}`,
    `  flag         ${flag}`,
    `  applied      ${setting.isReloadable === true ? 'on SIGHUP' : 'at start'}`,
  ];
  if (setting.canComeFromFile === true)
    lines.push(`  or           ${key}_file = "path of a file that holds it"`);
  return lines.join('\n');
}

/** [CF4] What `skein config show` says: every value in force, on request with the layer that set it; secrets are not told. */
export function showConfig(loaded: LoadedConfig, hasOrigins: boolean): string {
  const lines = [...ALL_SETTINGS].map(([key, setting]) => {
    const value =
      setting.isSecret === true && valueOf(loaded.config, key) !== null
        ? '(secret)'
        : formatValue(setting, valueOf(loaded.config, key));
    const line = `${key} = ${shortened(value)}`;
    if (!hasOrigins) return line;
    const origin = loaded.origins.get(key);
    return `${line.padEnd(56)} # ${origin === undefined ? 'default' : `${origin.layer}: ${origin.where}`}`;
  });
  return lines.join('\n');
}

/** A file that says what happens without a file: every setting with its help, commented out. */
export function renderDefaults(language: Language): string {
  const lines = [
    '# skein.toml: every setting with its default. A line takes effect without its "#".',
    '# Flags win over SKEIN__SECTION__KEY in the environment, which wins over this file.',
  ];
  let section = '';
  // TOML puts keys without a section first.
  const ordered = [...ALL_SETTINGS].toSorted(([a], [b]) => Number(a.includes('.')) - Number(b.includes('.')));
  for (const [key, setting] of ordered) {
    const cut = key.lastIndexOf('.');
    const name = key.slice(cut + 1);
    if (cut >= 0 && key.slice(0, cut) !== section) {
      section = key.slice(0, cut);
      lines.push('', `[${section}]`);
    }
    if (key in SETTINGS) lines.push(`# ${setting.help[language]}`);
    lines.push(`# ${name} = ${formatValue(setting, setting.default)}`);
  }
  return `${lines.join('\n')}\n`;
}

function valueOf(config: Config, key: string): Value {
  const limit = Object.entries(config.limits).find(([name]) => limitKey(name) === key);
  return limit === undefined ? (config[key as keyof typeof SETTINGS] ?? null) : limit[1];
}

function describeType(setting: Setting): string {
  return setting.choices === undefined ? setting.kind : setting.choices.join(' | ');
}

function describeDefault(setting: Setting): string {
  return setting.default === null ? '(not set)' : formatValue(setting, setting.default);
}

function describeInFile(key: string, setting: Setting): string {
  const cut = key.lastIndexOf('.');
  const assignment = `${key.slice(cut + 1)} = ${formatValue(setting, setting.default)}`;
  return cut < 0 ? assignment : `[${key.slice(0, cut)}] ${assignment}`;
}

function shortened(value: string): string {
  return value.length <= 60 ? value : `${value.slice(0, 57)}…"`;
}
