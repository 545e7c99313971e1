import { Deviation } from '../scenario.ts';
import { Element } from './element.ts';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const NAME = String.raw`[^\s<>/=&'"]+`;
const ATTRIBUTE = new RegExp(String.raw`\s+(${NAME})\s*=\s*(?:'([^'<]*)'|"([^"<]*)")`, 'y');
const OPENING = new RegExp(`<(${NAME})`, 'y');

type Scope = Readonly<Record<string, string>>;

/**
 * Reads what a server writes: the header of a stream, the elements in it, its end.
 *
 * Shape:  a header may come again without an end of the one before it, as it does after SASL.
 * Errors: throws {@link Deviation} for what is no XML, or XML that RFC 6120 §11.1 forbids.
 */
export class XmlReader {
  header: Element | null = null;
  isClosed = false;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #text = '';
  #open: { readonly element: Element; readonly tag: string; readonly scope: Scope }[] = [];

  /** Elements that are complete now. */
  read(bytes: Uint8Array): Element[] {
    this.#text += this.#decode(bytes);
    const complete: Element[] = [];
    for (;;) {
      const length = this.#tokenLength();
      if (length === 0) return complete;
      const token = this.#text.slice(0, length);
      this.#text = this.#text.slice(length);
      const element = this.#take(token);
      if (element !== null) complete.push(element);
    }
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: true });
    } catch {
      throw new Deviation('the server wrote something that is no UTF-8');
    }
  }

  /** 0 while a whole one has not come. Text is taken as far as it has come, but for half of an entity. */
  #tokenLength(): number {
    const at = this.#text.indexOf('<');
    if (at > 0) return at;
    if (at === 0) return this.#text.indexOf('>') + 1;
    const half = this.#text.lastIndexOf('&');
    return half === -1 || this.#text.includes(';', half) ? this.#text.length : half;
  }

  #take(token: string): Element | null {
    if (!token.startsWith('<')) {
      this.#open.at(-1)?.element.children.push(unescaped(token));
      return null;
    }
    if (token.startsWith('<?xml ')) return this.#restart();
    if (token.startsWith('<!') || token.startsWith('<?')) throw new Deviation(`restricted XML: ${token}`);
    return token.startsWith('</') ? this.#close(token.slice(2, -1).trim()) : this.#opened(token);
  }

  #restart(): null {
    this.header = null;
    this.#open = [];
    return null;
  }

  #opened(token: string): Element | null {
    OPENING.lastIndex = 0;
    const tag = OPENING.exec(token)?.[1] ?? '';
    if (tag === 'stream:stream') this.#restart();
    const attrs = attributesOf(token, OPENING.lastIndex);
    const scope = { ...this.#open.at(-1)?.scope, ...declaredIn(attrs) };
    const colon = tag.indexOf(':');
    const prefix = tag.slice(0, Math.max(colon, 0));
    const ns = scope[prefix];
    if (ns === undefined && prefix !== '') throw new Deviation(`the prefix of <${tag}> is not declared`);
    const element = new Element(ns ?? '', tag.slice(colon + 1), attrs);
    const isHeader = tag === 'stream:stream';
    if (isHeader) this.header = element;
    else if (this.#open.length > 1) this.#open.at(-1)?.element.children.push(element);
    if (!isHeader && this.#open.length === 0) throw new Deviation(`no stream is open for <${tag}>`);
    if (token.endsWith('/>')) return this.#open.length === 1 ? element : null;
    this.#open.push({ element, tag, scope });
    return null;
  }

  #close(tag: string): Element | null {
    const closed = this.#open.pop();
    if (closed?.tag !== tag) throw new Deviation(`</${tag}> closes <${closed?.tag ?? ''}>`);
    if (this.#open.length === 0) this.isClosed = true;
    return this.#open.length === 1 ? closed.element : null;
  }
}

function attributesOf(token: string, from: number): Record<string, string> {
  const attrs: Record<string, string> = {};
  ATTRIBUTE.lastIndex = from;
  let end = from;
  for (let found = ATTRIBUTE.exec(token); found !== null; found = ATTRIBUTE.exec(token)) {
    const [, name = '', single, double] = found;
    if (name in attrs) throw new Deviation(`${name} twice in ${token}`);
    attrs[name] = unescaped(single ?? double ?? '');
    end = ATTRIBUTE.lastIndex;
  }
  if (!/^\s*\/?>$/.test(token.slice(end))) throw new Deviation(`not well-formed: ${token}`);
  return attrs;
}

function declaredIn(attrs: Scope): Scope {
  return Object.fromEntries(
    Object.entries(attrs).flatMap(([name, value]) => {
      if (name === 'xmlns') return [['', value]];
      return name.startsWith('xmlns:') ? [[name.slice(6), value]] : [];
    }),
  );
}

function unescaped(text: string): string {
  return text.replaceAll(/&([^;]*);/g, (_, name: string) => {
    const code = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name);
    const [, hex, decimal] = code ?? [];
    const character =
      code === null ? ENTITIES[name] : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
    if (character === undefined) throw new Deviation(`an entity that RFC 6120 §11.1 forbids: &${name};`);
    return character;
  });
}
