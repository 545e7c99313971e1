import type { Delivery, Peer } from '@skein/core';
import {
  type DownFrame,
  type DownFrameInit,
  decodeDown,
  decodeUp,
  encodeDown,
  encodeUp,
  type UpFrame,
  type UpFrameInit,
} from '@skein/protocol';
import { upFromJson } from '@skein/protocol/json';
import type { ByteLink } from '../session/byte-link.ts';
import { Session, type SessionDeps } from '../session/session.ts';
import { Chat } from './chat.ts';
import { LineSplitter } from './line-splitter.ts';
import { LINES_WIRE } from './lines-wire.ts';

/** A first line with this property is a frame, and so is every later one. */
const RAW_HELLO = /^\s*\{\s*"hello"\s*:/;

/**
 * Lines of JSON (rules GW15–GW18). The first line decides: a `hello` frame, and every line is a frame in its JSON form,
 * or anything else, and a chat translates between a person's lines and frames.
 */
export class LinesSession extends Session {
  readonly #splitter: LineSplitter;
  readonly #newKey: () => string;
  #mode: 'unknown' | 'frames' | Chat = 'unknown';
  // Lines that wait until the chat is done with the one before: at most those of one read from the socket.
  #lines: string[] = [];
  #isWorking = false;
  #isInputOver = false;
  #isFinishing = false;
  #pushes = 0;
  #acknowledgedPushes = 0;
  readonly #delivered = new Map<number, number>();

  constructor(deps: SessionDeps, ends: { peer: Peer; link: ByteLink }, newKey: () => string) {
    super(deps, ends.link, LINES_WIRE);
    this.#newKey = newKey;
    this.#splitter = new LineSplitter(deps.core.limits.frameBytesMax, (line) => this.#lines.push(line));
    this.connect(ends.peer);
  }

  override send(frame: DownFrameInit): void {
    if (!(this.#mode instanceof Chat)) {
      super.send(frame);
      return;
    }
    try {
      this.#mode.hear(asHeard(frame));
      this.#work();
    } catch (error) {
      this.failed(error);
    }
  }

  override push(delivery: Delivery): void {
    if (!(this.#mode instanceof Chat)) {
      super.push(delivery);
      return;
    }
    this.#pushes++;
    this.#delivered.set(delivery.entry.conversation, delivery.entry.seq);
    this.#mode.push(delivery);
  }

  override flush(): void {
    super.flush();
    this.#acknowledge();
  }

  override drained(): void {
    super.drained();
    this.#acknowledge();
  }

  /** `nc` closes its half at the end of its input and still reads: what was asked is answered first. */
  override inputEnded(): void {
    this.#isInputOver = true;
    try {
      this.#splitter.finish();
      this.#work();
    } catch (error) {
      this.failed(error);
    }
  }

  override ended(): void {
    this.#leave();
    super.ended();
  }

  /** A person who reads and does not type is there as long as the connection takes what is written. */
  pulse(): void {
    if (this.isOpen && this.#mode instanceof Chat && this.queuedBytes() === 0) this.connection.heartbeat();
  }

  protected override read(bytes: Uint8Array): void {
    this.countBeforeSignIn(bytes.length);
    this.#splitter.push(bytes);
    this.#work();
  }

  /** One line at a time; while one is being answered nothing more is read. */
  #work(): void {
    // An answer that comes at once leads back here; the loop below is then still running.
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      while (this.isOpen && !this.#isBusy() && this.#lines.length > 0) this.#line(this.#lines.shift() ?? '');
    } finally {
      this.#isWorking = false;
    }
    this.holdReading(this.#isBusy());
    if (this.#isInputOver && this.#lines.length === 0 && !this.#isBusy()) this.#finish();
  }

  #isBusy(): boolean {
    return this.#mode instanceof Chat && this.#mode.isBusy;
  }

  #line(line: string): void {
    if (this.#mode === 'unknown' && line.trim() !== '') {
      this.#mode = RAW_HELLO.test(line) ? 'frames' : this.#newChat();
    }
    if (this.#mode instanceof Chat) {
      if (line.trim() !== '') this.#mode.say(line);
      return;
    }
    if (line === '') this.heartbeat();
    else this.handle(upFromJson(line));
  }

  #newChat(): Chat {
    return new Chat({
      tell: (frame) => this.handle(asTold(frame)),
      print: (line) => {
        if (this.isOpen) this.queue(Buffer.from(`${JSON.stringify(line)}\n`));
      },
      end: () => this.#finish(),
      newKey: this.#newKey,
    });
  }

  #finish(): void {
    if (this.#isFinishing) return;
    this.#isFinishing = true;
    this.#leave();
    this.close('goodbye');
  }

  #leave(): void {
    if (!this.isOpen || !(this.#mode instanceof Chat) || !this.connection.isSignedIn) return;
    const signOut = this.#mode.isTemporary;
    this.connection.handle(asTold({ case: 'goodbye', value: { signOut } }));
  }

  /** What was handed to the network counts as received: a person sends no acknowledgements. */
  #acknowledge(): void {
    if (!this.isOpen || this.#pushes === this.#acknowledgedPushes || this.queuedBytes() > 0) return;
    this.#acknowledgedPushes = this.#pushes;
    const delivered = [...this.#delivered].map(([conversation, seq]) => ({ conversation, seq }));
    this.#delivered.clear();
    this.handle(asTold({ case: 'received', value: { pushes: this.#pushes, delivered } }));
  }
}

/** Through the encoding and back: what is left out gets its default, as if it had travelled. */
function asTold(frame: UpFrameInit): UpFrame {
  const bytes = encodeUp(frame);
  return decodeUp(bytes, startOf(bytes), bytes.length) as UpFrame;
}

function asHeard(frame: DownFrameInit): DownFrame {
  const bytes = encodeDown(frame);
  return decodeDown(bytes, startOf(bytes), bytes.length) as DownFrame;
}

/** Where the frame starts behind its length. */
function startOf(bytes: Uint8Array): number {
  return bytes.findIndex((byte) => byte < 0x80) + 1;
}
