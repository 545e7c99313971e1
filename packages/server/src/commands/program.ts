import { StoreCorruptError, StoreUnavailableError } from '@skein/core';
import { DataFolderLockedError, DataTooNewError } from '@skein/stores';
import { Command, CommanderError } from 'commander';
import { AdminUnreachableError } from '../admin/ask-server.ts';
import { ConfigError } from '../config/config-error.ts';
import { suggest } from '../config/suggest.ts';
import { ListenError } from '../lifecycle/listen-error.ts';
import { VERSION } from '../version.ts';
import { inviteCommand, userCommand } from './account-commands.ts';
import { configCommand } from './config-command.ts';
import { toUsageError } from './config-options.ts';
import { doctorCommand } from './doctor-command.ts';
import { CommandError, EXIT, type ExitCode } from './exit-code.ts';
import { startCommand } from './start-command.ts';
import { tokenCommand } from './token-command.ts';

/** The `skein` command, without the process around it. */
export function createProgram(): Command {
  const program = new Command('skein')
    .description('An instant-messaging server. Without a command it starts.')
    .version(VERSION)
    .showHelpAfterError('(skein --help lists the commands)');
  const commands = [userCommand(), inviteCommand(), tokenCommand(), configCommand(), doctorCommand()];
  program.addCommand(startCommand(), { isDefault: true });
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...descendantsOf(program)]) command.exitOverride();
  return program;
}

/** Runs one command line; its exit code says how it ended. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  const program = createProgram();
  try {
    refuseUnknownCommand(program, argv[0]);
    await program.parseAsync([...argv], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return reportFailure(error);
  }
}

function reportFailure(error: unknown): ExitCode {
  // Commander has said what was wrong; help and the version are no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const known = toCommandError(error);
  if (known === null) throw error;
  console.error(`skein: ${known.message}`);
  return known.exitCode;
}

function toCommandError(error: unknown): CommandError | null {
  if (error instanceof CommandError) return error;
  if (error instanceof ConfigError) return toUsageError(error);
  if (error instanceof DataFolderLockedError || error instanceof DataTooNewError) {
    return new CommandError(EXIT.conflict, error.message);
  }
  if (error instanceof AdminUnreachableError) {
    return new CommandError(error.isDenied ? EXIT.denied : EXIT.unavailable, error.message);
  }
  if (error instanceof StoreCorruptError) return new CommandError(EXIT.failed, error.message);
  if (error instanceof StoreUnavailableError) return new CommandError(EXIT.unavailable, error.message);
  if (error instanceof ListenError) {
    return new CommandError(error.code === 'EACCES' ? EXIT.denied : EXIT.conflict, error.message);
  }
  return null;
}

/** Without this, a mistyped command would be an argument of the default one. */
function refuseUnknownCommand(program: Command, word: string | undefined): void {
  if (word === undefined || word.startsWith('-') || word === 'help') return;
  const names = program.commands.map((command) => command.name());
  if (names.includes(word)) return;
  const meant = suggest(word, names);
  throw new CommandError(
    EXIT.usage,
    `there is no command "${word}"${meant === null ? '' : `; did you mean ${meant}?`}`,
  );
}

function descendantsOf(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendantsOf(child)]);
}
