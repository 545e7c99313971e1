import { messageOf, TEXT } from '../../session/websocket-message.ts';
import { NS } from '../namespaces.ts';
import { OWN_LANGUAGE } from '../xml/language.ts';
import { escapeAttribute, type Xml, xml } from '../xml/write-xml.ts';

export interface StreamHeader {
  readonly id: string;
  readonly from: string;
  /** Who opened the stream, where that was said. */
  readonly to: string | undefined;
}

/** How a stream and its stanzas are put on one kind of connection. Shared by all of them, so it holds no state. */
export interface Framing {
  open(header: StreamHeader): Xml;
  /** A stanza or another element right inside the stream; it is in the namespace jabber:client unless it says another. */
  element(stanza: Xml): Xml;
  readonly close: Xml;
  /** What a turn says, as bytes. */
  encode(said: readonly Xml[]): Uint8Array;
}

/** RFC 6120 §4.7: one document as long as the connection. */
export const STREAM_FRAMING: Framing = {
  open: ({ id, from, to }) => {
    const target = to === undefined ? '' : ` to='${escapeAttribute(to)}'`;
    const names = `xmlns='${NS.client}' xmlns:stream='${NS.streams}'`;
    const about = `id='${id}' from='${escapeAttribute(from)}'${target} version='1.0' xml:lang='${OWN_LANGUAGE}'`;
    return `<?xml version='1.0'?><stream:stream ${names} ${about}>` as Xml;
  },
  element: (stanza) => stanza,
  close: '</stream:stream>' as Xml,
  encode: (said) => Buffer.from(said.length === 1 ? (said[0] as Xml) : said.join('')),
};

const STREAM_PREFIX = /^<stream:[a-z]+/;
const NAME = /^<[a-z]+/;
const OWN_NAMESPACE = /^<[a-z]+ xmlns=/;

/** RFC 7395 §3: every message is a document of its own, so every one names its namespaces. */
export const WEBSOCKET_FRAMING: Framing = {
  open: ({ id, from, to }) =>
    xml('open', { xmlns: NS.framing, id, from, to, version: '1.0', 'xml:lang': OWN_LANGUAGE }),
  element: (stanza) => {
    if (OWN_NAMESPACE.test(stanza)) return stanza;
    const declaration = STREAM_PREFIX.test(stanza)
      ? ` xmlns:stream='${NS.streams}'`
      : ` xmlns='${NS.client}'`;
    const pattern = STREAM_PREFIX.test(stanza) ? STREAM_PREFIX : NAME;
    return stanza.replace(pattern, (name) => name + declaration) as Xml;
  },
  close: xml('close', { xmlns: NS.framing }),
  encode: (said) => Buffer.concat(said.map((message) => messageOf(TEXT, Buffer.from(message)))),
};
