import { NS } from '../namespaces.ts';
import { childOf, type Element, textOf } from '../xml/element.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';

/** XEP-0059 §2: which page of a long answer is wanted. */
export interface PageWish {
  readonly max: number;
  /** The last one of the page before; null when this is the first. */
  readonly after: string | null;
  /** The first one of the page behind; '' for the very last page. */
  readonly before: string | null;
}

/** Null for what can't be read. */
export function readPageWish(parent: Element, countMax: number): PageWish | null {
  const set = childOf(parent, 'set', NS.resultSets);
  if (set === undefined) return { max: countMax, after: null, before: null };
  const maxText = textOf(childOf(set, 'max', NS.resultSets));
  if (!/^\d{0,9}$/.test(maxText)) return null;
  const max = maxText === '' ? countMax : Math.min(Number(maxText), countMax);
  const after = childOf(set, 'after', NS.resultSets);
  const before = childOf(set, 'before', NS.resultSets);
  return {
    max,
    after: after === undefined ? null : textOf(after),
    before: before === undefined ? null : textOf(before),
  };
}

/** §2.1: what the page was. */
export function writePage(first: string | null, last: string | null, count?: number): Xml {
  const children: Xml[] = [];
  if (first !== null) children.push(xml('first', {}, xmlText(first)));
  if (last !== null) children.push(xml('last', {}, xmlText(last)));
  if (count !== undefined) children.push(xml('count', {}, xmlText(String(count))));
  return xml('set', { xmlns: NS.resultSets }, ...children);
}
