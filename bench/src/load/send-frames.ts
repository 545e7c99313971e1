import { encodeUp } from '@skein/protocol';

const PATTERN =
  'As I remember, Adam, it was upon this fashion bequeathed me by will but poor a thousand crowns. ';

/** A text of exactly this many bytes. */
export function textOfBytes(bytes: number): string {
  return PATTERN.repeat(Math.ceil(bytes / PATTERN.length)).slice(0, bytes);
}

/**
 * The Send frames of one device in one conversation. Encoded once; then only the counter's bytes change, so that the
 * load process spends its time on sockets and not on encoding.
 */
export class SendFrames {
  readonly #conversation: number;
  readonly #text: string;
  #counter = 0;
  #template: Uint8Array = new Uint8Array(0);
  #counterAt = 0;
  #counterWidth = 0;

  constructor(conversation: number, text: string) {
    this.#conversation = conversation;
    this.#text = text;
  }

  get lastCounter(): number {
    return this.#counter;
  }

  /** The next `count` frames, one after the other. */
  next(count: number): Uint8Array {
    if (count === 1) return this.#one().slice();
    const frames = Array.from({ length: count }, () => this.#one().slice());
    return Buffer.concat(frames);
  }

  /** Valid until the next call. */
  #one(): Uint8Array {
    const counter = ++this.#counter;
    if (varintWidth(counter) !== this.#counterWidth) this.#encodeTemplate(counter);
    writeVarint(this.#template, this.#counterAt, counter);
    return this.#template;
  }

  /** A longer counter moves everything after it: once every 128, 16,384 … messages the frame is encoded anew. */
  #encodeTemplate(counter: number): void {
    const send = { conversation: this.#conversation, counter, text: this.#text };
    this.#template = encodeUp({ case: 'send', value: send });
    this.#counterWidth = varintWidth(counter);
    // Length, frame number, tag and conversation, tag of the counter.
    const lengthWidth = this.#template.findIndex((byte) => byte < 0x80) + 1;
    this.#counterAt = lengthWidth + 1 + 1 + varintWidth(this.#conversation) + 1;
  }
}

function varintWidth(value: number): number {
  let width = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) width++;
  return width;
}

function writeVarint(into: Uint8Array, at: number, value: number): void {
  let rest = value;
  let next = at;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) into[next++] = (rest % 128) | 0x80;
  into[next] = rest;
}
