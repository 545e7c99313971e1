import { text } from 'node:stream/consumers';
import { REFUSALS } from '@skein/model';
import { Command } from 'commander';
import type { AdminAnswer, AdminCommand } from '../admin/admin-command.ts';
import { runAdminCommand } from '../admin/run-admin-command.ts';
import { configOf, language, withConfigOptions } from './config-options.ts';
import { CommandError, EXIT, exitCodeOf } from './exit-code.ts';

type Answered<Outcome extends AdminAnswer['outcome']> = Extract<AdminAnswer, { outcome: Outcome }>;

/** `skein user …`: works on the data of a stopped server and through a running one, with the same result. */
export function userCommand(): Command {
  const user = new Command('user').description('accounts; works whether or not the server runs');
  const add = user.command('add').description('add an account');
  withConfigOptions(add, 'data')
    .argument('<name>', 'what the person signs in with')
    .argument('[password]', 'left out or "-": the first line of standard input')
    .option('--display-name <text>', 'what others see (default: the name)')
    .action(async (id: string, password: string | undefined, options: { displayName?: string }) => {
      const command = {
        type: 'user-add',
        id,
        password: await readPassword(password),
        name: options.displayName ?? id,
      } as const;
      const added = await ask(add, command, 'user');
      console.log(`${added.id} added`);
    });
  const setPassword = user.command('password').description('set a password; signs the person out everywhere');
  withConfigOptions(setPassword, 'data')
    .argument('<name>')
    .argument('[password]', 'left out or "-": the first line of standard input')
    .action(async (id: string, password: string | undefined) => {
      const changed = await ask(
        setPassword,
        { type: 'user-password', id, password: await readPassword(password) },
        'user',
      );
      console.log(`password of ${changed.id} changed`);
    });
  const list = user.command('list').description('list the accounts');
  withConfigOptions(list, 'data')
    .option('--json', 'one JSON array instead of a table')
    .action(async (options: { json?: boolean }) => {
      const { users } = await ask(list, { type: 'user-list' }, 'users');
      if (options.json === true) console.log(JSON.stringify(users));
      else
        for (const { number, id, name } of users)
          console.log(`${String(number).padStart(6)}  ${id}  ${name === id ? '' : name}`.trimEnd());
    });
  return user;
}

/** `skein invite create`: a code that makes one account where registration is by invitation. */
export function inviteCommand(): Command {
  const invite = new Command('invite').description('invitations to register');
  const create = invite.command('create').description('make a code for one new account');
  withConfigOptions(create, 'data')
    .option('--json', 'JSON instead of the code alone')
    .action(async (options: { json?: boolean }) => {
      const { code, expiresAtMs } = await ask(create, { type: 'invite-create' }, 'invitation');
      if (options.json === true) console.log(JSON.stringify({ code, expiresAtMs }));
      else console.log(code);
    });
  return invite;
}

async function ask<Outcome extends AdminAnswer['outcome']>(
  from: Command,
  command: AdminCommand,
  outcome: Outcome,
): Promise<Answered<Outcome>> {
  const answer = await runAdminCommand(configOf(from).config, command);
  if (answer.outcome === outcome) return answer as Answered<Outcome>;
  if (answer.outcome !== 'refused')
    throw new CommandError(EXIT.failed, `unexpected answer "${answer.outcome}"`);
  throw new CommandError(exitCodeOf(answer), `${REFUSALS[answer.code][language()]} (${answer.code})`);
}

/** A password on the command line is visible to others on the machine, so it may come from standard input. */
async function readPassword(argument: string | undefined): Promise<string> {
  if (argument !== undefined && argument !== '-') return argument;
  if (process.stdin.isTTY)
    process.stderr.write(language() === 'zh' ? '密码（以 Ctrl+D 结束）：' : 'Password (end with Ctrl+D): ');
  const [line = ''] = (await text(process.stdin)).split(/\r?\n/);
  return line;
}
