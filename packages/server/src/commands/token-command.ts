import { parseUserId, REFUSALS } from '@skein/model';
import { Command } from 'commander';
import { parseValue } from '../config/value.ts';
import { mintIdentityToken } from '../platform/identity-token.ts';
import { configOf, language, withConfigOptions } from './config-options.ts';
import { CommandError, EXIT } from './exit-code.ts';

const MS_PER_S = 1_000;

/** `skein token mint`: what the operator's own backend does, for trying it out. */
export function tokenCommand(): Command {
  const token = new Command('token').description('tokens as your own backend would sign them');
  const mint = token
    .command('mint')
    .description('print a token that signs a user in; needs accounts.external_key');
  withConfigOptions(mint, 'data')
    .argument('<user>', 'the id; the account is made when it is used')
    .option('--name <text>', 'what others see')
    .option('--ttl <duration>', 'how long it holds', '1h')
    .action((user: string, options: { name?: string; ttl: string }) => {
      const { config } = configOf(mint);
      const key = config['accounts.external_key'];
      if (key === null) throw new CommandError(EXIT.usage, 'accounts.external_key_file is not set');
      if (parseUserId(user) === null) {
        throw new CommandError(EXIT.usage, REFUSALS['auth.name_invalid'][language()]);
      }
      const ttlMs = toDurationMs(options.ttl, config.limits.identityTokenMs);
      const exp = Math.floor((Date.now() + ttlMs) / MS_PER_S);
      const name = options.name === undefined ? {} : { name: options.name };
      console.log(mintIdentityToken(key, { sub: user, ...name, aud: config['server.name'], exp }));
    });
  return token;
}

function toDurationMs(text: string, maxMs: number): number {
  const parsed = parseValue({ kind: 'duration', default: null, help: { en: '', zh: '' } }, text);
  if (parsed.outcome === 'wrong') throw new CommandError(EXIT.usage, `--ttl must be ${parsed.expected}`);
  const ttlMs = Number(parsed.value);
  if (ttlMs > maxMs)
    throw new CommandError(EXIT.usage, '--ttl is longer than limits.identity_token_ms allows');
  return ttlMs;
}
