import { Command } from 'commander';
import { explainSetting, renderDefaults, showConfig } from '../config/describe-config.ts';
import { ALL_SETTINGS } from '../config/settings.ts';
import { suggest } from '../config/suggest.ts';
import { configOf, language, withConfigOptions } from './config-options.ts';
import { CommandError, EXIT } from './exit-code.ts';

export function configCommand(): Command {
  const config = new Command('config').description('look at the settings');
  config
    .command('explain')
    .description('what a setting means, its type, default and names')
    .argument('<key>', 'such as listen.port')
    .action((key: string) => console.log(explain(key)));
  config
    .command('defaults')
    .description('print a commented skein.toml with every setting')
    .action(() => {
      process.stdout.write(renderDefaults(language()));
    });
  const show = config.command('show').description('print the settings in force; secrets are not told');
  withConfigOptions(show, 'all')
    .option('--origin', 'say which layer set each value')
    .action((options: { origin?: boolean }) =>
      console.log(showConfig(configOf(show), options.origin === true)),
    );
  return config;
}

function explain(key: string): string {
  const explanation = explainSetting(key, language());
  if (explanation !== null) return explanation;
  const meant = suggest(key, ALL_SETTINGS.keys());
  throw new CommandError(
    EXIT.notFound,
    `there is no setting "${key}"${meant === null ? '' : `; did you mean ${meant}?`}`,
  );
}
