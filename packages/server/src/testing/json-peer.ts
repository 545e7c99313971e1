import type { DownFrame, HelloInit, UpFrameInit } from '@skein/protocol';
import { SUBPROTOCOL } from '@skein/protocol';
import { downFromJson, upToJson } from '@skein/protocol/json';

type FrameByCase = { readonly [Frame in DownFrame as Frame['case']]: Frame['value'] };
type Case = keyof FrameByCase;

const ANSWER_MS_MAX = 10_000;

/** The smallest client: JSON frames on a WebSocket. */
export class JsonPeer implements Disposable {
  /** The code the connection ended with. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #frames: DownFrame[] = [];
  #look: () => void = () => undefined;
  #closeCode: number | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const frame = downFromJson(String(data));
      if (frame !== undefined) this.#frames.push(frame);
      this.#look();
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code }) => {
        this.#closeCode = code;
        this.#look();
        resolve(code);
      });
    });
  }

  static async open(url: string): Promise<JsonPeer> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, SUBPROTOCOL.json);
    const peer = new JsonPeer(socket);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error(`no WebSocket at ${url}`)));
    });
    return peer;
  }

  /** Opens a connection and signs in; the answer is Welcome, or the code the server closed with. */
  static async signIn(
    url: string,
    auth: HelloInit['auth'],
  ): Promise<JsonPeer & { welcome: FrameByCase['welcome'] | number }> {
    const peer = await JsonPeer.open(url);
    const installation = `test-installation-${Math.random().toString(36).slice(2)}`;
    peer.send({ case: 'hello', value: { version: 1, versionMin: 1, installation, deviceKind: 'bot', auth } });
    return Object.assign(peer, { welcome: await peer.next('welcome') });
  }

  send(frame: UpFrameInit): void {
    this.#socket.send(upToJson(frame));
  }

  /** The next frame of this kind, or the code the connection ended with first; others before it are dropped. */
  next<C extends Case>(kind: C): Promise<FrameByCase[C] | number> {
    return new Promise<FrameByCase[C] | number>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no ${kind} within ${ANSWER_MS_MAX} ms`)),
        ANSWER_MS_MAX,
      );
      this.#look = () => {
        const at = this.#frames.findIndex((frame) => frame.case === kind);
        if (at < 0 && this.#closeCode === null) return;
        clearTimeout(timer);
        const frame = this.#frames.splice(0, at + 1).at(-1);
        resolve(at < 0 ? (this.#closeCode ?? 0) : (frame?.value as FrameByCase[C]));
      };
      this.#look();
    });
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
