import type { Element } from './element.ts';

declare const markup: unique symbol;

/** Text that is markup already: everything in it that came from a person was escaped. */
export type Xml = string & { readonly [markup]: true };

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export const NO_XML = '' as Xml;

// XML 1.0 §2.2 has no way to write these, not even as references; lone surrogates are dealt with before.
// oxlint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const REPLACEMENT = '\ufffd';
// A carriage return would be read as a line feed (XML 1.0 §2.11), white space in attributes as spaces (§3.3.3).
// oxlint-disable-next-line no-control-regex
const SUSPICIOUS = /[&<>'"\u0000-\u001f\ud800-\udfff\ufffe\uffff]/;
const IN_TEXT = /[&<>\r]/g;
const IN_ATTRIBUTE = /[&<>'"\t\n\r]/g;
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** An element; attributes that are undefined are left out. */
export function xml(name: string, attributes: Attributes = {}, ...children: readonly Xml[]): Xml {
  let written = `<${name}`;
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined) written += ` ${key}='${escapeAttribute(String(value))}'`;
  }
  if (children.length === 0) return `${written}/>` as Xml;
  const inside = children.length === 1 ? (children[0] as string) : children.join('');
  return `${written}>${inside}</${name}>` as Xml;
}

/** Text as it stands between tags. */
export function xmlText(text: string): Xml {
  return (SUSPICIOUS.test(text) ? writable(text).replaceAll(IN_TEXT, reference) : text) as Xml;
}

export function joinXml(parts: readonly Xml[]): Xml {
  return parts.join('') as Xml;
}

/** An element that was parsed, written for a place where `outerNs` is the default namespace. */
export function writeElement(element: Element, outerNs: string): Xml {
  const { name, ns, attrs, children } = element;
  const written = children.map((child) =>
    typeof child === 'string' ? xmlText(child) : writeElement(child, ns),
  );
  return xml(name, ns === outerNs ? attrs : { xmlns: ns, ...attrs }, ...written);
}

export function escapeAttribute(text: string): string {
  return SUSPICIOUS.test(text) ? writable(text).replaceAll(IN_ATTRIBUTE, reference) : text;
}

function writable(text: string): string {
  return text.toWellFormed().replaceAll(UNWRITABLE, REPLACEMENT);
}

function reference(character: string): string {
  return REFERENCES[character] ?? character;
}
