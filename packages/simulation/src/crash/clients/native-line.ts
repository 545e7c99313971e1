import {
  CLOSE_CODE,
  type DownFrame,
  decodeDown,
  encodeUp,
  FrameSplitter,
  HEARTBEAT,
  type HelloInit,
  type RequestInit,
  type Response,
  type UpFrameInit,
} from '@skein/protocol';
import { openWire, type Wire, type WireKind } from './wire.ts';

const FRAME_BYTES_MAX = 1 << 20;

export interface LineEvents {
  frame(frame: DownFrame): void;
  /** Once; the code is that of the server's Close, or what the transport said. */
  ended(code: number): void;
}

export interface LineOptions {
  readonly wire: WireKind;
  readonly port: number;
  readonly hello: HelloInit;
}

/** One connection of the native protocol: bytes in, frames out, answers to their questions. */
export class NativeLine {
  readonly #events: LineEvents;
  readonly #splitter: FrameSplitter;
  readonly #wire: Wire;
  readonly #answers = new Map<number, (answer: Response['answer']) => void>();
  #lastRequest = 0;
  #closeCode = 0;
  #isOver = false;

  constructor({ wire, port, hello }: LineOptions, events: LineEvents) {
    this.#events = events;
    this.#splitter = new FrameSplitter(
      FRAME_BYTES_MAX,
      (...view) => this.#take(...view),
      () => undefined,
    );
    this.#wire = openWire(wire, port, {
      opened: () => this.send({ case: 'hello', value: hello }),
      data: (bytes) => {
        if (!this.#isOver) this.#splitter.push(bytes);
      },
      closed: (code) => this.#end(code),
    });
  }

  send(frame: UpFrameInit): void {
    if (!this.#isOver) this.#wire.write(encodeUp(frame));
  }

  beat(): void {
    if (!this.#isOver) this.#wire.write(HEARTBEAT);
  }

  /** Asks; where the line ends before the answer, nothing is called. */
  request(ask: NonNullable<RequestInit['ask']>, answered: (answer: Response['answer']) => void): void {
    const id = ++this.#lastRequest;
    this.#answers.set(id, answered);
    this.send({ case: 'request', value: { id, ask } });
  }

  /** Cuts the line; nothing more is told of it. */
  destroy(): void {
    this.#isOver = true;
    this.#wire.destroy();
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    const frame = decodeDown(bytes, from, to);
    if (frame === undefined || this.#isOver) return;
    if (frame.case === 'close') this.#closeCode = frame.value.code;
    if (frame.case !== 'response') return this.#events.frame(frame);
    const answered = this.#answers.get(frame.value.id);
    this.#answers.delete(frame.value.id);
    answered?.(frame.value.answer);
  }

  #end(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.ended(this.#closeCode !== 0 ? this.#closeCode : code >= CLOSE_CODE.serverRestart ? code : 0);
  }
}
