import { StringDecoder } from 'node:string_decoder';

/** What a person did at the keyboard. */
export type Key =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: KeyName };

export type KeyName =
  | (typeof SEQUENCES)[keyof typeof SEQUENCES]
  | (typeof CONTROLS)[keyof typeof CONTROLS]
  | 'escape';

const ESC = '\u001B';
const PASTE_START = `${ESC}[200~`;
const PASTE_END = `${ESC}[201~`;
/** A paste that never ends, or a clipboard by mistake: what is longer is cut off. A message may have 16 KiB. */
const PASTE_CHARACTERS_MAX = 65_536;

/** What terminals send for keys without a character, as xterm, its relatives and the Linux console do. */
const SEQUENCES = {
  '[A': 'up',
  OA: 'up',
  '[B': 'down',
  OB: 'down',
  '[C': 'right',
  OC: 'right',
  '[D': 'left',
  OD: 'left',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[7~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
  '[8~': 'end',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[3~': 'delete',
  '[1;3A': 'previous',
  '[1;3B': 'next',
  '[1;5A': 'previous',
  '[1;5B': 'next',
  '\r': 'newline',
} as const;

const CONTROLS = {
  '\r': 'enter',
  '\n': 'newline',
  '\u007F': 'backspace',
  '\b': 'backspace',
  '\u0001': 'start-of-text',
  '\u0003': 'interrupt',
  '\u0004': 'end-of-input',
  '\u0005': 'end-of-text',
  '\u000B': 'erase-to-end',
  '\u000C': 'redraw',
  '\u000E': 'next',
  '\u0010': 'previous',
  '\u0015': 'erase-to-start',
  '\u0017': 'erase-word',
} as const;

const CSI = /^(?:\[[0-?]*[ -/]*[@-~]|O[ -~])/;
const UNFINISHED_CSI = /^(?:\[[0-?]*[ -/]*|O)?$/;

/**
 * Turns the bytes of a terminal into keys, however they are cut. What nobody knows is skipped, never typed; what is
 * pasted comes as one piece and cannot press Enter.
 */
export class KeyReader {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** Keys that are complete with these bytes. */
  read(bytes: Uint8Array): Key[] {
    this.#rest += this.#decoder.write(Buffer.from(bytes));
    const keys: Key[] = [];
    for (let key = this.#next(); key !== null; key = this.#next()) {
      if (key !== 'skip') keys.push(key);
    }
    return keys;
  }

  /** A sequence has begun and not ended; when nothing follows soon, `flush` tells what was meant. */
  get isWaiting(): boolean {
    return this.#rest !== '' && !this.#rest.startsWith(PASTE_START);
  }

  /** Nothing followed: it was the Escape key itself. */
  flush(): Key[] {
    if (!this.isWaiting) return [];
    this.#rest = '';
    return [{ type: 'escape' }];
  }

  #next(): Key | 'skip' | null {
    const first = this.#rest[0];
    if (first === undefined) return null;
    if (first === ESC) return this.#sequence();
    if (first in CONTROLS) {
      this.#rest = this.#rest.slice(1);
      return { type: CONTROLS[first as keyof typeof CONTROLS] };
    }
    return this.#text();
  }

  #text(): Key | 'skip' {
    // oxlint-disable-next-line no-control-regex -- control characters are the subject here
    const [text = ''] = /^[^\u0000-\u001F\u007F-\u009F]*/.exec(this.#rest) ?? [];
    this.#rest = this.#rest.slice(Math.max(1, text.length));
    return text === '' ? 'skip' : { type: 'text', text };
  }

  #sequence(): Key | 'skip' | null {
    if (this.#rest.startsWith(PASTE_START)) return this.#paste();
    const after = this.#rest.slice(1);
    if (UNFINISHED_CSI.test(after)) return null;
    const sequence = CSI.exec(after)?.[0] ?? after.slice(0, 1);
    // Escape, and then a key that only happened to come with the same bytes.
    if (sequence in CONTROLS ? !Object.hasOwn(SEQUENCES, sequence) : sequence === ESC) {
      this.#rest = after;
      return { type: 'escape' };
    }
    this.#rest = after.slice(sequence.length);
    const name = Object.hasOwn(SEQUENCES, sequence) ? SEQUENCES[sequence as keyof typeof SEQUENCES] : null;
    return name === null ? 'skip' : { type: name };
  }

  #paste(): Key | null {
    const end = this.#rest.indexOf(PASTE_END);
    const from = PASTE_START.length;
    if (end < 0) {
      this.#rest = this.#rest.slice(0, from + PASTE_CHARACTERS_MAX) + partOf(PASTE_END, this.#rest);
      return null;
    }
    const text = this.#rest.slice(from, end).slice(0, PASTE_CHARACTERS_MAX);
    this.#rest = this.#rest.slice(end + PASTE_END.length);
    return { type: 'paste', text };
  }
}

/** The beginning of `mark` that a text too long to keep ends with, so that its end is still recognised. */
function partOf(mark: string, text: string): string {
  if (text.length <= PASTE_START.length + PASTE_CHARACTERS_MAX) return '';
  for (let length = mark.length - 1; length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return mark.slice(0, length);
  }
  return '';
}
