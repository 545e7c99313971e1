import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join, relative } from 'node:path';
import { type AdminAnswer, type AdminCommand, parseAdminCommand } from './admin-command.ts';

// A command is a name and a password; more than this is not one.
const LINE_BYTES_MAX = 65_536;
const IDLE_MS = 10_000;
// sockaddr_un holds 108 bytes on Linux and 104 elsewhere, with the zero at the end.
const PATH_BYTES_MAX = 103;

/** Where the server of a data folder can be asked; relative where that is shorter, since the system allows little. */
export function adminSocketPath(folder: string): string {
  const path = join(folder, 'admin.sock');
  const shorter = relative(process.cwd(), path);
  const chosen = shorter.length > 0 && shorter.length < path.length ? shorter : path;
  if (Buffer.byteLength(chosen) > PATH_BYTES_MAX) {
    throw new Error(
      `the path of ${path} is longer than a unix socket allows (${PATH_BYTES_MAX} bytes); choose a shorter data.folder`,
    );
  }
  return chosen;
}

/**
 * Takes operators' commands from the same machine: one JSON object per line, one line of answer each. The file's
 * permission is the only guard, so nobody but the server's own user (and root) can connect. [OP6]
 */
export class AdminSocket implements AsyncDisposable {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  private constructor(execute: (command: AdminCommand) => Promise<AdminAnswer>) {
    this.#server = createServer((socket) => this.#serve(socket, execute));
  }

  /**
   * Starts listening. The caller holds the data folder's lock, so a socket file that is there was left by a dead server.
   */
  static async open(
    path: string,
    execute: (command: AdminCommand) => Promise<AdminAnswer>,
  ): Promise<AdminSocket> {
    const admin = new AdminSocket(execute);
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      admin.#server.once('error', reject);
      admin.#server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
    return admin;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #serve(socket: Socket, execute: (command: AdminCommand) => Promise<AdminAnswer>): void {
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    void answerLines(socket, async (line) => {
      const command = parseAdminCommand(line);
      return 'outcome' in command ? command : await execute(command);
    }).catch(() => socket.destroy());
  }
}

async function answerLines(socket: Socket, answer: (line: string) => Promise<AdminAnswer>): Promise<void> {
  let pending = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket as AsyncIterable<string>) {
    pending += chunk;
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    if (pending.length > LINE_BYTES_MAX) throw new Error('line too long');
    for (const line of lines) socket.write(`${JSON.stringify(await answer(line))}\n`);
  }
}
