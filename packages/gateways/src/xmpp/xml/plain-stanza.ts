import type { Limits } from '@skein/model';
import type { Element } from './element.ts';
import type { NamespaceScope } from './namespace-scope.ts';
import { type OpenElement, openElement } from './open-element.ts';

// XML 1.0 §2.3, §3.1, of which these take less: only letters of ASCII in names, no prefix of an element, one kind of space, no
// reference, no line end or tab that would have to be normalised (§2.11, §3.3.3), no character that is none (§2.2).
const TAG = /<([A-Za-z_][\w.-]*)/y;
const ATTRIBUTE =
  // oxlint-disable-next-line no-control-regex
  / ([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)=(?:'([^<&'\0-\x1f\ufffe\uffff]*)'|"([^<&"\0-\x1f\ufffe\uffff]*)")/y;
// oxlint-disable-next-line no-control-regex
const NO_PLAIN_TEXT = /[&\0-\x09\x0b-\x1f\ufffe\uffff]|\]\]>/;

interface Read {
  readonly element: Element;
  /** Behind its last character. */
  readonly end: number;
}

interface Tag extends Read {
  readonly element: OpenElement;
  readonly isEmpty: boolean;
}

/**
 * Reads one whole stanza that begins at `from`, where it is the plainest XML and within the limits; null where it is anything else,
 * is not whole, or is wrong: then the library reads it from its start, and judges (ADR 14). Nearly all that clients say is
 * plain.
 *
 * Errors: throws StreamError bad-namespace-prefix.
 */
export function readPlainStanza(
  text: string,
  from: number,
  outer: NamespaceScope,
  limits: Pick<Limits, 'stanzaDepthMax' | 'stanzaElementsMax' | 'stanzaAttributesMax'>,
): Read | null {
  const open: OpenElement[] = [];
  let inside: OpenElement | undefined;
  let elements = 0;
  for (let at = from; ; ) {
    if (text.charCodeAt(at) !== LESS_THAN) {
      const end = text.indexOf('<', at);
      if (end === -1 || inside === undefined) return null;
      const said = text.slice(at, end);
      if (NO_PLAIN_TEXT.test(said)) return null;
      inside.children.push(said);
      at = end;
    } else if (text.charCodeAt(at + 1) === SLASH) {
      if (inside === undefined || !text.startsWith(`${inside.name}>`, at + 2)) return null;
      at += inside.name.length + 3;
      const whole: OpenElement = inside;
      open.pop();
      inside = open.at(-1);
      if (inside === undefined) return { element: whole, end: at };
      inside.children.push(whole);
    } else {
      // The stream itself is one level.
      if (++elements > limits.stanzaElementsMax || open.length + 2 > limits.stanzaDepthMax) return null;
      const tag = readTag(text, at, inside?.scope ?? outer, limits.stanzaAttributesMax);
      if (tag === null) return null;
      at = tag.end;
      if (tag.isEmpty && inside === undefined) return tag;
      if (tag.isEmpty) inside?.children.push(tag.element);
      else {
        inside = tag.element;
        open.push(inside);
      }
    }
  }
}

function readTag(text: string, from: number, outer: NamespaceScope, attributesMax: number): Tag | null {
  TAG.lastIndex = from;
  const name = TAG.exec(text)?.[1];
  if (name === undefined) return null;
  let end = TAG.lastIndex;
  // As the library makes them: `__proto__` is a name like any other.
  const attributes: Record<string, string> = Object.create(null);
  for (let count = 0; text.charCodeAt(end) === SPACE; count++) {
    ATTRIBUTE.lastIndex = end;
    const [, key, single, double] = ATTRIBUTE.exec(text) ?? [];
    if (key === undefined || key in attributes || count === attributesMax) return null;
    attributes[key] = single ?? double ?? '';
    end = ATTRIBUTE.lastIndex;
  }
  const isEmpty = text.charCodeAt(end) === SLASH;
  if (isEmpty) end++;
  if (text.charCodeAt(end) !== GREATER_THAN) return null;
  return { element: openElement(outer, name, attributes), isEmpty, end: end + 1 };
}

const SPACE = 0x20;
const SLASH = 0x2f;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
