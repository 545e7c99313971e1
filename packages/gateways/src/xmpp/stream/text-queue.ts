import type { ByteLink } from '../../session/byte-link.ts';
import type { Flushable, FlushList } from '../../session/flush-list.ts';
import type { Xml } from '../xml/write-xml.ts';
import type { Framing } from './framing.ts';

export interface TextQueueEnds {
  readonly link: ByteLink;
  readonly flushes: FlushList;
  readonly framing: Framing;
  /** Called before the turn's text is written: the last chance to add to it. */
  readonly beforeFlush: () => void;
  /** The network took everything at once. */
  readonly afterFlush: () => void;
}

/** What one turn says to a peer, written together at its end: one system call, however many stanzas. */
export class TextQueue implements Flushable {
  readonly #ends: TextQueueEnds;
  #stanzas: Xml[] = [];
  #characters = 0;
  #isListed = false;

  constructor(ends: TextQueueEnds) {
    this.#ends = ends;
  }

  /** Bytes that wait, as far as they are bytes yet: text counts by the character. */
  get queuedBytes(): number {
    return this.#characters + this.#ends.link.queuedBytes;
  }

  add(stanza: Xml): void {
    this.#stanzas.push(stanza);
    this.#characters += stanza.length;
    this.flushLater();
  }

  /** Flushes at the end of the turn, also where nothing was added so far. */
  flushLater(): void {
    if (this.#isListed) return;
    this.#isListed = true;
    this.#ends.flushes.add(this);
  }

  flush(): void {
    this.#isListed = false;
    this.#ends.beforeFlush();
    this.writeOut();
    if (this.#ends.link.queuedBytes === 0) this.#ends.afterFlush();
  }

  /** Writes at once what is queued. */
  writeOut(): void {
    const stanzas = this.#stanzas;
    if (stanzas.length === 0) return;
    this.#stanzas = [];
    this.#characters = 0;
    this.#ends.link.write(this.#ends.framing.encode(stanzas));
  }
}
