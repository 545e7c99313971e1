import type { ServerProcess } from './server-process.ts';

/** Long enough for a collection on a machine that others use too. */
const ANSWER_MS_MAX = 20_000;

interface Answer {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/**
 * The bytes that the server's main thread still has a use for: what is left after a collection, of its heap and of the buffers that the
 * heap refers to. What the process holds beyond that is for the collector to decide, differs by tens of MiB from one run to
 * the next, and says nothing of a queue that grows.
 */
export async function liveBytes(server: ServerProcess): Promise<number> {
  using inspector = await Inspector.open(await server.inspectorUrl());
  // What the first collection lets go of may itself have held buffers until their finalizers ran.
  await inspector.ask('HeapProfiler.collectGarbage');
  await inspector.ask('HeapProfiler.collectGarbage');
  const answer = await inspector.ask('Runtime.evaluate', {
    expression: '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())',
    returnByValue: true,
  });
  const bytes = answer.result?.result?.value;
  if (typeof bytes !== 'number') throw new Error(`the server did not tell: ${JSON.stringify(answer)}`);
  return bytes;
}

/** A line to the inspector of a process (the Chrome DevTools Protocol), for one question at a time. */
class Inspector implements Disposable {
  readonly #socket: WebSocket;
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    return new Inspector(socket);
  }

  ask(method: string, params: object = {}): Promise<Answer> {
    this.#asked++;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), ANSWER_MS_MAX);
      const listen = ({ data }: MessageEvent<string>): void => {
        const answer = JSON.parse(data) as Answer;
        if (answer.id !== id) return;
        clearTimeout(timer);
        this.#socket.removeEventListener('message', listen);
        resolve(answer);
      };
      this.#socket.addEventListener('message', listen);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
