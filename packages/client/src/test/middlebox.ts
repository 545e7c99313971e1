import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface MiddleboxRules {
  /** What becomes of a WebSocket. */
  upgrades: 'pass' | 'refuse' | 'swallow';
  /** Answers are given on when they are whole, as some proxies do; or their heads at once and their bodies when they are whole. */
  holdsAnswersBack: boolean | 'bodies';
  /** Requests that take longer are cut off. */
  cutAfterMs: number;
  /** Every n-th request is cut off after it was passed on: its answer is lost. */
  losesAnswer: number;
}

/** What stands between a client and a server in some networks: a proxy that does not let everything through. */
export class Middlebox implements AsyncDisposable {
  readonly rules: MiddleboxRules;
  /** Paths and how often they were asked for, upgrades included. */
  readonly asked = new Map<string, number>();
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #requests = 0;

  private constructor(target: string, rules: Partial<MiddleboxRules>) {
    this.#target = new URL(target);
    this.rules = {
      upgrades: 'refuse',
      holdsAnswersBack: false,
      cutAfterMs: 60_000,
      losesAnswer: 0,
      ...rules,
    };
    this.#server = createServer((incoming, answer) => this.#pass(incoming, answer));
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#upgrade(incoming, socket, head),
    );
  }

  static async open(target: string, rules: Partial<MiddleboxRules> = {}): Promise<Middlebox> {
    const box = new Middlebox(target, rules);
    await new Promise<void>((resolve) => box.#server.listen(0, '127.0.0.1', resolve));
    return box;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const { hostname, port } = this.#target;
    const { method, headers, url } = incoming;
    this.#note(url);
    const isLost = this.rules.losesAnswer > 0 && ++this.#requests % this.rules.losesAnswer === 0;
    answer.setTimeout(this.rules.cutAfterMs, () => incoming.socket.destroy());
    const passed = request({ hostname, port, method, headers, path: url }, (response) => {
      if (isLost) {
        response.resume().once('end', () => incoming.socket.destroy());
        return;
      }
      if (!this.rules.holdsAnswersBack) {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
        return;
      }
      const giveHead = (): unknown => answer.writeHead(response.statusCode ?? 502, response.headers);
      const isHeadHeld = this.rules.holdsAnswersBack !== 'bodies';
      if (!isHeadHeld) {
        giveHead();
        answer.flushHeaders();
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        if (isHeadHeld) giveHead();
        answer.end(Buffer.concat(chunks));
      });
    });
    passed.on('error', () => incoming.socket.destroy());
    answer.once('close', () => passed.destroy());
    incoming.pipe(passed);
  }

  #upgrade({ url, rawHeaders }: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#note(url);
    if (this.rules.upgrades === 'swallow') return;
    if (this.rules.upgrades === 'refuse') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const target = connect(Number(this.#target.port), this.#target.hostname);
    this.#keep(target);
    const lines = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : [],
    );
    target.write(`GET ${url ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    target.write(head);
    target.pipe(socket).pipe(target);
  }

  #note(url = ''): void {
    const path = url.replace(/\?.*$/, '');
    this.asked.set(path, (this.asked.get(path) ?? 0) + 1);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
