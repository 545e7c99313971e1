import { type Transferable, Worker } from 'node:worker_threads';
import { StoreUnavailableError } from '@skein/core';
import { toError } from './to-error.ts';
import type { WorkerAnswer, WorkerMessage, WorkerRequest } from './worker-calls.ts';

/** The functions of a worker, as its `Calls` interface lists them. */
type Calls<C> = { [Name in keyof C]: (argument: never) => unknown };

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export interface WorkerLinkOptions {
  /** The worker died without being asked to. Every call was and will be rejected. */
  readonly onDeath?: (error: Error) => void;
  /** How long each transaction took to become durable. */
  readonly onCommitted?: (tookMs: number) => void;
}

/** Calls the functions of a worker. A call never hangs: when the worker dies, all of them are rejected. */
export class WorkerLink<C extends Calls<C>> {
  readonly #worker: Worker;
  readonly #options: WorkerLinkOptions;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #death: Error | null = null;
  #isClosing = false;

  /** Starts the worker; what is called before it runs waits for it. */
  constructor(file: URL, options: WorkerLinkOptions) {
    this.#worker = new Worker(file, { name: file.pathname.split('/').at(-1) ?? '' });
    this.#options = options;
    this.#worker.on('message', (message: WorkerMessage) => this.#handle(message));
    this.#worker.on('error', (error) => this.#die(asError(error)));
    this.#worker.on('messageerror', (error) => this.#die(error));
    this.#worker.on('exit', (code) => this.#die(new Error(`the worker exited with code ${code}`)));
  }

  call<Name extends keyof C & string>(
    name: Name,
    argument: Parameters<C[Name]>[0],
    transfer: readonly Transferable[] = [],
  ): Promise<ReturnType<C[Name]>> {
    if (this.#isClosing) return Promise.reject(new StoreUnavailableError('the store was closed'));
    return this.#send(name, argument, transfer);
  }

  /** Ends the worker as a crash does; for tests of what follows. */
  kill(): void {
    void this.#worker.terminate();
  }

  /** Ends the worker and rejects what waits for it and all that comes. */
  abandon(cause: Error): void {
    this.#fail(cause);
    void this.#worker.terminate();
  }

  /** Waits for what was asked, then ends the worker. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    // A dead worker has nothing left to close.
    await this.#send('close', null, []).catch(() => undefined);
    await this.#worker.terminate();
  }

  #send<T>(name: string, argument: unknown, transfer: readonly Transferable[]): Promise<T> {
    const death = this.#death;
    if (death !== null) return Promise.reject(unavailable(death));
    return new Promise<T>((resolve, reject) => {
      const id = ++this.#calls;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, argument } satisfies WorkerRequest, transfer);
    });
  }

  #handle(message: WorkerMessage): void {
    if (message.tookMs !== null) this.#options.onCommitted?.(message.tookMs);
    for (const answer of message.answers) this.#settle(answer);
  }

  #settle(answer: WorkerAnswer): void {
    // Nothing is served from data that contradicts itself: the caller hears it as the reason of a death.
    if ('failure' in answer && answer.failure.kind === 'corrupt') this.#die(toError(answer.failure));
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('failure' in answer) waiting?.reject(toError(answer.failure));
    else waiting?.resolve(answer.value as never);
  }

  #die(cause: Error): void {
    if (this.#death !== null) return;
    this.#fail(cause);
    if (!this.#isClosing) this.#options.onDeath?.(cause);
  }

  #fail(cause: Error): void {
    this.#death ??= cause;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(unavailable(cause));
  }
}

function unavailable(cause: Error): StoreUnavailableError {
  return new StoreUnavailableError(`the store is gone: ${cause.message}`, { cause });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
