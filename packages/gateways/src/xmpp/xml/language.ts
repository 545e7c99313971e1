import { NS } from '../namespaces.ts';
import type { Element } from './element.ts';

// BCP 47 §4.4.1: what fits is a tag that is worth keeping.
const LANGUAGE = /^[A-Za-z0-9-]{1,35}$/;

/** The language that every stream is written in here, RFC 6120 §4.7.4: what has no other need not say it. */
export const OWN_LANGUAGE = 'en';

/** A tag of a language; empty for what can be none. */
export function languageOf(text: string | undefined): string {
  return text !== undefined && LANGUAGE.test(text) ? text : '';
}

/** [XM10] RFC 6120 §8.1.5: a stanza that says no language has that of the stream it came by, on the streams that it goes by too. */
export function inLanguage(stanza: Element, language: string): Element {
  if (stanza.ns !== NS.client || stanza.attrs['xml:lang'] !== undefined) return stanza;
  return { ...stanza, attrs: { ...stanza.attrs, 'xml:lang': language } };
}
