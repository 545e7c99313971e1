import { createHash, randomBytes } from 'node:crypto';
import { type Address, ByteSocket } from '../byte-socket.ts';
import { Deviation, expectEqual, expectThat } from '../scenario.ts';
import { encodeFrame, type Frame, type FrameInit, OPCODE } from './frame.ts';

/** Where messages are echoed. */
export interface WebSocketTarget extends Address {
  readonly path: string;
}

export interface Handshake {
  readonly method?: string;
  readonly version?: string;
  /** `null` leaves a header out. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

export interface Response {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly key: string;
}

// RFC 6455 §1.3.
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A WebSocket client that can do everything a client must not do. */
export class WebSocketPeer implements Disposable {
  readonly socket: ByteSocket;

  private constructor(socket: ByteSocket) {
    this.socket = socket;
  }

  /** Sends a handshake and reads the answer. */
  static async ask(target: WebSocketTarget, handshake: Handshake = {}): Promise<[WebSocketPeer, Response]> {
    const peer = new WebSocketPeer(await ByteSocket.open(target));
    const key = randomBytes(16).toString('base64');
    const headers = {
      Host: `${target.host}:${target.port}`,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': key,
      'Sec-WebSocket-Version': '13',
      ...handshake.headers,
    };
    const { method = 'GET', version = 'HTTP/1.1' } = handshake;
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      value === null ? [] : [`${name}: ${value}`],
    );
    peer.socket.write([`${method} ${target.path} ${version}`, ...lines, '', ''].join('\r\n'));
    return [peer, { ...(await readHead(peer.socket)), key }];
  }

  /** Connects as a client should. */
  static async open(target: WebSocketTarget): Promise<WebSocketPeer> {
    const [peer, response] = await WebSocketPeer.ask(target);
    expectEqual(response.status, 101, 'status of the handshake');
    return peer;
  }

  send(frame: FrameInit): void {
    this.socket.write(encodeFrame(frame));
  }

  async readFrame(): Promise<Frame> {
    const [first = 0, second = 0] = await this.socket.read(2);
    const short = second & 0x7f;
    const length =
      short === 126
        ? (await this.socket.read(2)).readUInt16BE()
        : short === 127
          ? Number((await this.socket.read(8)).readBigUInt64BE())
          : short;
    expectThat((second & 0x80) === 0, 'the server masked a frame');
    return {
      opcode: first & 0x0f,
      isFinal: (first & 0x80) !== 0,
      reserved: (first >> 4) & 7,
      isMasked: false,
      payload: Buffer.from(await this.socket.read(length)),
    };
  }

  /** A whole message; control frames in between are passed over. */
  async readMessage(): Promise<{ readonly opcode: number; readonly payload: Buffer }> {
    let opcode = 0;
    const parts: Buffer[] = [];
    for (;;) {
      const frame = await this.readFrame();
      if (frame.opcode >= 8) {
        if (frame.opcode === OPCODE.close)
          throw new Deviation(`closed with ${codeOf(frame)} instead of a message`);
        continue;
      }
      opcode ||= frame.opcode;
      parts.push(frame.payload);
      if (frame.isFinal) return { opcode, payload: Buffer.concat(parts) };
    }
  }

  /** Expects the same message back. */
  async expectEcho(opcode: number, payload: Uint8Array | string): Promise<void> {
    const message = await this.readMessage();
    expectEqual(message.opcode, opcode, 'opcode of the echo');
    expectThat(message.payload.equals(Buffer.from(payload)), 'the echo has other bytes than the message');
  }

  /** Expects the connection to be failed: a close frame with one of the codes, or none, then the end. */
  async expectFailed(...codes: readonly number[]): Promise<void> {
    const code = await this.#readClose();
    if (code !== null)
      expectThat(codes.includes(code), `closed with ${code} instead of ${codes.join(' or ')}`);
    await this.socket.over();
  }

  /** Expects a close frame; answers its code, or null where the connection ended without one. */
  async #readClose(): Promise<number | null> {
    for (;;) {
      let frame: Frame;
      try {
        frame = await this.readFrame();
      } catch (error) {
        if (error instanceof Deviation && this.socket.isOver) return null;
        throw error;
      }
      if (frame.opcode === OPCODE.close) return codeOf(frame);
    }
  }

  [Symbol.dispose](): void {
    this.socket[Symbol.dispose]();
  }
}

/** What the server must answer to a key (§4.2.2 step 5). */
export function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_SUFFIX)
    .digest('base64');
}

/** The code of a close frame; 1005 stands for none (§7.1.5). */
export function codeOf({ payload }: Pick<Frame, 'payload'>): number {
  return payload.length < 2 ? 1005 : payload.readUInt16BE();
}

async function readHead(socket: ByteSocket): Promise<Omit<Response, 'key'>> {
  const [statusLine = '', ...lines] = (await socket.readThrough('\r\n\r\n')).trimEnd().split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1];
  expectThat(status !== undefined, `not the answer of an HTTP server: ${statusLine}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf(':');
    headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  return { status: Number(status), headers };
}
