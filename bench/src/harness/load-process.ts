import { join } from 'node:path';
import type { Answer, Call, CommandArgument, CommandName, CommandResult } from '../load/commands.ts';
import { Child } from './child.ts';

const MAIN = join(import.meta.dirname, '..', 'load', 'load-main.ts');

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The bench's end of one load process. */
export class LoadProcess {
  readonly #child: Child;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  private constructor(child: Child) {
    this.#child = child;
    child.process.on('message', (answer: Answer) => this.#settle(answer));
    child.process.once('exit', (code) => {
      const error = new Error(`a load process ended with ${code}\n${child.errorText}`);
      for (const { reject } of this.#waiting.values()) reject(error);
    });
  }

  static async start(): Promise<LoadProcess> {
    return new LoadProcess(await Child.start({ role: 'load', args: [MAIN], hasPipe: true }));
  }

  get pid(): number {
    return this.#child.pid;
  }

  call<Name extends CommandName>(name: Name, argument: CommandArgument<Name>): Promise<CommandResult<Name>> {
    const id = ++this.#lastId;
    const call: Call = { id, name, argument };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => resolve(result as CommandResult<Name>), reject });
      this.#child.process.send(call);
    });
  }

  async stop(): Promise<void> {
    await this.#child.stop('SIGKILL');
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.result);
  }
}
