export const NS = {
  client: 'jabber:client',
  streams: 'http://etherx.jabber.org/streams',
  streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  roster: 'jabber:iq:roster',
  info: 'http://jabber.org/protocol/disco#info',
  items: 'http://jabber.org/protocol/disco#items',
  caps: 'http://jabber.org/protocol/caps',
  ping: 'urn:xmpp:ping',
  management: 'urn:xmpp:sm:3',
  carbons: 'urn:xmpp:carbons:2',
  forward: 'urn:xmpp:forward:0',
  delay: 'urn:xmpp:delay',
  archive: 'urn:xmpp:mam:2',
  sets: 'http://jabber.org/protocol/rsm',
  forms: 'jabber:x:data',
  receipts: 'urn:xmpp:receipts',
  markers: 'urn:xmpp:chat-markers:0',
  states: 'http://jabber.org/protocol/chatstates',
  correct: 'urn:xmpp:message-correct:0',
  retract: 'urn:xmpp:message-retract:1',
  reactions: 'urn:xmpp:reactions:0',
  stanzaId: 'urn:xmpp:sid:0',
  clientState: 'urn:xmpp:csi:0',
  blocking: 'urn:xmpp:blocking',
  blockingErrors: 'urn:xmpp:blocking:errors',
  muc: 'http://jabber.org/protocol/muc',
  mucUser: 'http://jabber.org/protocol/muc#user',
  mucAdmin: 'http://jabber.org/protocol/muc#admin',
  mucOwner: 'http://jabber.org/protocol/muc#owner',
  pubsub: 'http://jabber.org/protocol/pubsub',
  pubsubEvent: 'http://jabber.org/protocol/pubsub#event',
} as const;

/** An XML element as the server said it. */
export class Element {
  readonly ns: string;
  readonly name: string;
  /** By their names as written, prefix and all. */
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: (Element | string)[] = [];

  constructor(ns: string, name: string, attrs: Readonly<Record<string, string>>) {
    this.ns = ns;
    this.name = name;
    this.attrs = attrs;
  }

  get elements(): readonly Element[] {
    return this.children.filter((child) => typeof child !== 'string');
  }

  get text(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.text)).join('');
  }

  is(name: string, ns?: string): boolean {
    return this.name === name && (ns === undefined || this.ns === ns);
  }

  child(name: string, ns?: string): Element | undefined {
    return this.elements.find((element) => element.is(name, ns));
  }

  /** The first one anywhere inside. */
  find(name: string, ns?: string): Element | undefined {
    return this.all(name, ns)[0];
  }

  all(name: string, ns?: string): readonly Element[] {
    return this.elements.flatMap((element) => [
      ...(element.is(name, ns) ? [element] : []),
      ...element.all(name, ns),
    ]);
  }

  /** For people; its namespaces are not declared. */
  get xml(): string {
    const children = this.children.map((child) => (typeof child === 'string' ? child : child.xml));
    const attrs = Object.entries(this.attrs).map(([name, value]) => ` ${name}='${value}'`);
    return `<${this.name}${attrs.join('')}>${children.join('')}</${this.name}>`;
  }
}
