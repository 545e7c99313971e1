import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConfigError } from '../config/config-error.ts';
import type { Language } from '../config/describe-config.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { ALL_SETTINGS, flagName, keyOfFile, SETTINGS } from '../config/settings.ts';
import { suggest } from '../config/suggest.ts';
import { CommandError, EXIT } from './exit-code.ts';

// What a command that only reaches the data needs; `start` takes every setting as a flag.
const DATA_KEYS = ['data.folder', 'data.store'];

/** Gives a command `--config`, `--set` and the flags of settings: all of them, or those that find the data. */
export function withConfigOptions(command: Command, scope: 'all' | 'data'): Command {
  command.option('-c, --config <file>', 'configuration file (default: skein.toml, if it is there)');
  for (const [key, setting] of Object.entries(SETTINGS)) {
    if (scope === 'data' && !DATA_KEYS.includes(key)) continue;
    const value = setting.kind === 'boolean' ? '[true|false]' : `<${setting.kind}>`;
    command.addOption(new Option(`--${flagName(key)} ${value}`, setting.help[language()]));
  }
  const set = new Option('--set <key=value>', 'any setting by its key, limits too; may be repeated');
  return command.addOption(set.argParser(collectAssignment).default(new Map(), 'none'));
}

/** The configuration for a command whose options came from {@link withConfigOptions}. */
export function configOf(command: Command): LoadedConfig {
  const options: Record<string, unknown> = command.opts();
  const flags = new Map<string, string | boolean>(options['set'] as Map<string, string>);
  for (const option of command.options) {
    const key = keyOfFlag(option.long?.slice(2) ?? '');
    const value = options[option.attributeName()];
    if (key !== null && (typeof value === 'string' || typeof value === 'boolean')) flags.set(key, value);
  }
  const file = options['config'];
  return loadConfig({ file: typeof file === 'string' ? file : undefined, environment: process.env, flags });
}

/** Configuration problems as the end of a command. */
export function toUsageError(error: ConfigError): CommandError {
  const lines = error.problems.map(({ where, message }) => `  ${where}: ${message}`);
  const title = language() === 'zh' ? '配置有误：' : 'The configuration cannot be used:';
  return new CommandError(EXIT.usage, [title, ...lines].join('\n'));
}

/** zh for a Chinese locale, else en (POSIX: LC_ALL over LC_MESSAGES over LANG). */
export function language(environment: Readonly<Record<string, string | undefined>> = process.env): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function collectAssignment(text: string, before: Map<string, string>): Map<string, string> {
  const cut = text.indexOf('=');
  if (cut < 1) throw new InvalidArgumentError('Write key=value.');
  const key = text.slice(0, cut);
  if (!ALL_SETTINGS.has(key) && keyOfFile(key) === null) {
    const meant = suggest(key, ALL_SETTINGS.keys());
    throw new InvalidArgumentError(
      `There is no setting "${key}"${meant === null ? '' : `; did you mean ${meant}?`}`,
    );
  }
  return new Map([...before, [key, text.slice(cut + 1)]]);
}

function keyOfFlag(flag: string): string | null {
  return Object.keys(SETTINGS).find((key) => flagName(key) === flag) ?? null;
}
