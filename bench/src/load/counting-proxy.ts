import { connect, createServer, type Server, type Socket } from 'node:net';

/** Passes on what comes, both ways, and counts it. */
export class CountingProxy {
  /** From clients to the server, and back. */
  up = 0;
  down = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number) {
    this.#server = createServer({ noDelay: true }, (client) => {
      const server = connect({ port: target, host: '127.0.0.1', noDelay: true });
      this.#join(client, server, (bytes) => (this.up += bytes));
      this.#join(server, client, (bytes) => (this.down += bytes));
    });
  }

  static async open(target: number): Promise<CountingProxy> {
    const proxy = new CountingProxy(target);
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  read(): { up: number; down: number } {
    return { up: this.up, down: this.down };
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(from: Socket, to: Socket, count: (bytes: number) => void): void {
    this.#sockets.add(from);
    from.on('data', (bytes) => {
      count(bytes.length);
      to.write(bytes);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
