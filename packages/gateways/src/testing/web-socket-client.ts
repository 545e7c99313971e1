import { encodeUp, SUBPROTOCOL, type UpFrameInit } from '@skein/protocol';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type TestPort, until } from './test-port.ts';

interface Opening {
  readonly subprotocol?: string | null;
  readonly origin?: string;
  readonly path?: string;
  readonly isSecure?: boolean;
}

/** A WebSocket that keeps the messages it was sent; ended at the end of the test. */
export class WebSocketClient {
  readonly webSocket: WebSocket;
  readonly messages: { bytes: Buffer; isBinary: boolean }[] = [];
  closed: { code: number; reason: string } | null = null;
  /** HTTP status of a refused opening. */
  refusedWith: number | null = null;

  constructor(
    port: TestPort,
    { subprotocol = SUBPROTOCOL.protobuf, origin, path = '/ws', isSecure = false }: Opening = {},
  ) {
    const url = `${isSecure ? 'wss' : 'ws'}://127.0.0.1:${port.port}${path}`;
    this.webSocket = new WebSocket(url, subprotocol === null ? [] : [subprotocol], {
      ...(origin === undefined ? {} : { origin }),
      rejectUnauthorized: false,
      perMessageDeflate: true,
    });
    this.webSocket.on('message', (bytes, isBinary) =>
      this.messages.push({ bytes: bytes as Buffer, isBinary }),
    );
    this.webSocket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString('utf8') };
    });
    this.webSocket.on('unexpected-response', (_request, response) => {
      this.refusedWith = response.statusCode ?? 0;
      response.resume();
      this.webSocket.terminate();
    });
    this.webSocket.on('error', () => {});
    onTestFinished(() => this.webSocket.terminate());
  }

  static async open(port: TestPort, opening: Opening = {}): Promise<WebSocketClient> {
    const client = new WebSocketClient(port, opening);
    await until(() => client.webSocket.readyState !== WebSocket.CONNECTING);
    return client;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.messages.map(({ bytes }) => bytes));
  }

  send(frame: UpFrameInit): void {
    this.webSocket.send(encodeUp(frame));
  }
}
