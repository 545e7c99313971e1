import { LIMITS } from '@skein/model';
import { NS } from '../namespaces.ts';
import { StreamError } from '../stream/stream-error.ts';
import { type Element, elementsOf } from '../xml/element.ts';
import { StanzaParser } from '../xml/stanza-parser.ts';
import { joinXml, writeElement, type Xml } from '../xml/write-xml.ts';

/** What the log has words for, and what only a server says. */
const KNOWN: ReadonlySet<string> = new Set([
  NS.client,
  NS.archive,
  NS.carbons,
  NS.correct,
  NS.delay,
  NS.markers,
  NS.mucUser,
  NS.pubsubEvent,
  NS.reactions,
  NS.receipts,
  NS.replies,
  NS.retract,
  NS.stanzaId,
]);
/** Short ones, such as a chat state, are the same in most messages. */
const REMEMBERED_CHARACTERS_MAX = 128;
const REMEMBERED_MAX = 64;
const remembered = new Map<string, Xml>();

/** [XM48] RFC 6120 §8.4: elements that mean nothing here, to be delivered as they are. */
export function readElements(message: Element): string {
  return joinXml(written(elementsOf(message)));
}

/** [XM48] Written anew, since a client of another protocol may have said them; nothing of what is not well-formed. */
export function writeElements(elements: string): Xml {
  const known = remembered.get(elements);
  if (known !== undefined) return known;
  const xml = joinXml(written(parse(elements)));
  if (elements.length <= REMEMBERED_CHARACTERS_MAX) remember(elements, xml);
  return xml;
}

function written(elements: readonly Element[]): Xml[] {
  return elements.filter(({ ns }) => !KNOWN.has(ns)).map((element) => writeElement(element, NS.client));
}

function remember(elements: string, xml: Xml): void {
  remembered.set(elements, xml);
  const [oldest] = remembered.keys();
  if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
}

function parse(elements: string): readonly Element[] {
  const parsed: Element[] = [];
  const events = {
    opened: () => undefined,
    stanza: (element: Element) => parsed.push(element),
    closed: () => undefined,
  };
  const parser = new StanzaParser(events, LIMITS);
  try {
    parser.write(Buffer.from(`<document xmlns='${NS.client}'>${elements}</document>`));
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    return [];
  }
  return parsed;
}
