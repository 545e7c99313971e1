import type { Limits } from '@skein/model';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { StreamError } from '../stream/stream-error.ts';
import type { Element } from './element.ts';
import { type NamespaceScope, OUTERMOST } from './namespace-scope.ts';
import { type OpenElement, openElement } from './open-element.ts';
import { readPlainStanza } from './plain-stanza.ts';
import { Utf8Chunks } from './utf8-chunks.ts';

/** What a stream says, in order. */
export interface StanzaEvents {
  /** The stream's own opening tag, which stays open; `contentNs` is the namespace of names without a prefix in it. */
  opened(header: Element, contentNs: string): void;
  /** A whole element right inside the stream. */
  stanza(stanza: Element): void;
  /** The stream's closing tag. */
  closed(): void;
}

export type XmlLimits = Pick<
  Limits,
  'frameBytesMax' | 'stanzaDepthMax' | 'stanzaElementsMax' | 'stanzaAttributesMax'
>;

const WHITE_SPACE_ONLY = /^[ \t\r\n]*$/;
const WHITE_SPACE = /[ \t\r\n]*/y;
// XML 1.0 §4.1: how a reference to one of the five entities or to a character may begin.
const BEGINS_REFERENCE = /^(?:[a-z]{0,4}|#\d{0,10}|#x[\da-f]{0,10})$/i;
const BEGINS_ENTITY = /^[a-z_][\w.-]*$/i;
// More than this at once is cut, so that a stanza's size is looked at in between.
const PIECE_BYTES = 16_384;

/**
 * Cuts an XML stream into stanzas. However the bytes are split, the stanzas are the same; what RFC 6120 §11.1 forbids
 * and what is too much ends it with a StreamError, after which it must not be used any more (rules XM1–XM4).
 */
export class StanzaParser {
  readonly #events: StanzaEvents;
  readonly #limits: XmlLimits;
  readonly #text = new Utf8Chunks();
  readonly #saxes = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  readonly #open: OpenElement[] = [];
  #scope: NamespaceScope = OUTERMOST;
  /** Bytes since the last stanza ended. */
  #bytes = 0;
  #elements = 0;
  #attributes = 0;
  /** Where in the parser's text the last stanza of this piece ended; -1 while none did. */
  #endedAt = -1;
  /** Characters given to the parser, and where among them this piece begins. */
  #fed = 0;
  #start = 0;
  #isStopped = false;

  constructor(events: StanzaEvents, limits: XmlLimits) {
    this.#events = events;
    this.#limits = limits;
    this.#listen();
  }

  /** Errors: throws StreamError, and whatever the events throw. */
  write(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length && !this.#isStopped; from += PIECE_BYTES) {
      this.#piece(bytes.subarray(from, from + PIECE_BYTES));
    }
  }

  /** Nothing more is told: what follows in the bytes belongs to somebody else. */
  stop(): void {
    this.#isStopped = true;
  }

  /** For a document that was written as a whole. Errors: throws StreamError when something in it is still open. */
  endDocument(): void {
    if (this.#open.length !== 1 || this.#endedAt !== this.#fed) throw new StreamError('not-well-formed');
  }

  #piece(bytes: Uint8Array): void {
    const text = this.#text.read(bytes);
    // Between stanzas the library is in the same state whether it saw the last ones or not.
    const isBetween = this.#open.length === 1 && this.#bytes === 0;
    const plain = isBetween && bytes.length <= this.#limits.frameBytesMax ? this.#plain(text) : 0;
    if (plain < text.length && !this.#isStopped) this.#judged(plain === 0 ? text : text.slice(plain));
  }

  /** Tells of the plain stanzas that the text begins with; answers where they end. */
  #plain(text: string): number {
    for (let at = 0; ; ) {
      // RFC 6120 §4.6.1: white space between stanzas keeps the connection alive. It is not gathered.
      WHITE_SPACE.lastIndex = at;
      WHITE_SPACE.test(text);
      at = WHITE_SPACE.lastIndex;
      const read = at === text.length ? null : readPlainStanza(text, at, this.#scope, this.#limits);
      if (read === null) return at;
      at = read.end;
      this.#events.stanza(read.element);
      if (this.#isStopped) return at;
    }
  }

  /** By the library. */
  #judged(text: string): void {
    // Between writes the library's own position is not yet that of the next character.
    this.#start = this.#fed;
    this.#fed += text.length;
    this.#endedAt = -1;
    try {
      this.#saxes.write(text);
    } catch (error) {
      throw toStreamError(error);
    }
    if (this.#isStopped) return;
    this.#judgeReference();
    this.#bytes =
      this.#endedAt === -1
        ? this.#bytes + Buffer.byteLength(text)
        : Buffer.byteLength(text.slice(Math.max(0, this.#endedAt - this.#start)));
    this.#judgeSize(this.#bytes);
  }

  /**
   * XML 1.0 §2.4: an ampersand stands for nothing but the start of a reference. The library would wait for a semicolon however far
   * away it is; what it has gathered so far is a field that its types keep to itself.
   */
  #judgeReference(): void {
    const { entity } = this.#saxes as unknown as { readonly entity: string };
    if (BEGINS_REFERENCE.test(entity)) return;
    throw new StreamError(BEGINS_ENTITY.test(entity) ? 'restricted-xml' : 'not-well-formed');
  }

  #judgeSize(bytes: number): void {
    if (bytes <= this.#limits.frameBytesMax) return;
    throw new StreamError('policy-violation', `a stanza has at most ${this.#limits.frameBytesMax} bytes`);
  }

  #listen(): void {
    const saxes = this.#saxes;
    saxes.on('xmldecl', ({ encoding }) => {
      // RFC 6120 §11.6.
      if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') {
        throw new StreamError('unsupported-encoding');
      }
    });
    // RFC 6120 §11.1: none of these three.
    saxes.on('doctype', restricted);
    saxes.on('processinginstruction', restricted);
    saxes.on('comment', restricted);
    saxes.on('attribute', () => {
      if (++this.#attributes > this.#limits.stanzaAttributesMax) {
        throw new StreamError('policy-violation', 'too many attributes');
      }
    });
    saxes.on('opentag', (tag) => this.#opened(tag));
    saxes.on('closetag', () => this.#closed());
    saxes.on('text', (text) => this.#said(text));
    saxes.on('cdata', (text) => this.#said(text));
  }

  #opened({ name: qualified, attributes }: SaxesTagPlain): void {
    if (this.#isStopped) return;
    this.#attributes = 0;
    const element = openElement(this.#scope, qualified, attributes);
    const depth = this.#open.push(element);
    this.#scope = element.scope;
    if (depth === 1) {
      this.#events.opened(element, element.scope.defaultNs);
      this.#endedAt = this.#saxes.position;
      return;
    }
    if (depth > this.#limits.stanzaDepthMax || ++this.#elements > this.#limits.stanzaElementsMax) {
      throw new StreamError('policy-violation', 'a stanza has too many elements, or too deep ones');
    }
  }

  #closed(): void {
    if (this.#isStopped) return;
    const element = this.#open.pop();
    const outer = this.#open.at(-1);
    this.#scope = outer?.scope ?? OUTERMOST;
    if (element === undefined) return;
    if (outer === undefined) {
      this.#events.closed();
    } else if (this.#open.length === 1) {
      const { position } = this.#saxes;
      if (this.#endedAt === -1) this.#judgeSize(this.#bytes + position - this.#start);
      this.#elements = 0;
      this.#endedAt = position;
      this.#events.stanza(element);
    } else {
      outer.children.push(element);
    }
  }

  #said(text: string): void {
    if (this.#isStopped) return;
    const inside = this.#open.at(-1);
    if (inside === undefined) return;
    if (this.#open.length > 1) inside.children.push(text);
    // RFC 6120 §4.9.3.1: nothing but white space stands between stanzas.
    else if (!WHITE_SPACE_ONLY.test(text)) throw new StreamError('bad-format', 'text between stanzas');
  }
}

function restricted(): never {
  throw new StreamError('restricted-xml');
}

/** The library throws plain errors for what is not well-formed; an entity that is not predefined is one of them. */
function toStreamError(error: unknown): unknown {
  if (error instanceof StreamError || !(error instanceof Error)) return error;
  // Errors of our own code have other names or come from elsewhere.
  if (error.constructor !== Error) return error;
  return new StreamError(error.message.includes('undefined entity') ? 'restricted-xml' : 'not-well-formed');
}
