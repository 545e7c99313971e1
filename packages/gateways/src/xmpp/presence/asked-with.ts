import { NS } from '../namespaces.ts';
import { type Element, elementsOf } from '../xml/element.ts';
import { joinXml, NO_XML, writeElement, type Xml } from '../xml/write-xml.ts';

const ASKED_MAX = 2_000;
const CHARACTERS_MAX = 2_000;

/** [XM64] What came with questions that were not answered yet, in this process alone; the oldest makes room. */
export class AskedWith {
  readonly #asked = new Map<string, Xml>();

  /** RFC 6121 §3.1.3: the whole of a question is kept for who is not there. */
  note(asker: number, asked: number, stanza: Element): Xml {
    const inside = joinXml(elementsOf(stanza).map((child) => writeElement(child, NS.client)));
    const key = `${asker} ${asked}`;
    this.#asked.delete(key);
    if (inside === '' || inside.length > CHARACTERS_MAX) return inside;
    this.#asked.set(key, inside);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > ASKED_MAX && oldest !== undefined) this.#asked.delete(oldest);
    return inside;
  }

  of(asker: number, asked: number): Xml {
    return this.#asked.get(`${asker} ${asked}`) ?? NO_XML;
  }
}
