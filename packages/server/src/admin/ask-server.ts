import { connect } from 'node:net';
import type { AdminAnswer, AdminCommand } from './admin-command.ts';

const ANSWER_MS_MAX = 15_000;

/** A server holds the data and cannot be asked. */
export class AdminUnreachableError extends Error {
  override readonly name = 'AdminUnreachableError';
  readonly isDenied: boolean;

  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(`the server behind ${path} cannot be asked: ${cause.message}`, { cause });
    this.isDenied = cause.code === 'EACCES' || cause.code === 'EPERM';
  }

  shouldRetry(): boolean {
    return !this.isDenied;
  }
}

/**
 * Asks the server that holds a data folder; null when none does.
 *
 * Errors: throws AdminUnreachableError.
 */
export function askServer(path: string, command: AdminCommand): Promise<AdminAnswer | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error('it does not answer')));
    socket.once('connect', () => socket.write(`${JSON.stringify(command)}\n`));
    socket.on('data', (text: string) => {
      answer += text;
      if (!answer.includes('\n')) return;
      socket.end();
      resolve(JSON.parse(answer) as AdminAnswer);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // ENOENT: never started. ECONNREFUSED: the file outlived its server.
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR') resolve(null);
      else reject(new AdminUnreachableError(path, error));
    });
    socket.once('close', () =>
      reject(new AdminUnreachableError(path, new Error('it closed the connection'))),
    );
  });
}
