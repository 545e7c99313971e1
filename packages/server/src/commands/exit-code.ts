import type { Refusal } from '@skein/model';

/** [OP11] What the exit code of `skein` means, for scripts. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  conflict: 5,
  unavailable: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a sentence for people and a code for scripts. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }

  shouldRetry(): boolean {
    return this.exitCode === EXIT.unavailable;
  }
}

/** The exit code of a refusal: mostly its family decides. */
export function exitCodeOf({ code }: Refusal): ExitCode {
  switch (code) {
    case 'auth.name_taken':
      return EXIT.conflict;
    case 'auth.name_invalid':
    case 'auth.password_weak':
      return EXIT.usage;
    case 'user.not_found':
      return EXIT.notFound;
    default:
      return exitCodeOfFamily(code.slice(0, code.indexOf('.')));
  }
}

function exitCodeOfFamily(family: string): ExitCode {
  switch (family) {
    case 'server':
    case 'limit':
      return EXIT.unavailable;
    case 'conflict':
      return EXIT.conflict;
    case 'auth':
    case 'permission':
      return EXIT.denied;
    default:
      return EXIT.usage;
  }
}
