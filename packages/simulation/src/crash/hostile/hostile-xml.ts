import type { SeededRandom } from '@skein/testkit';
import { hostileRequest } from './hostile-avatars.ts';

const TEXTS = [
  '',
  'hello',
  '你好',
  '😀',
  '&lt;&amp;',
  '&lol;',
  '&#0;',
  '&#xD800;',
  ']]>',
  '\u0000',
  '\u202e',
  'x'.repeat(2_000),
];
const ADDRESSES = [
  'localhost',
  'fuzzer1@localhost',
  'fuzzer2@localhost/a',
  'nobody@localhost',
  'g1@groups.localhost',
  'g1@groups.localhost/fuzzer1',
  'groups.localhost',
  'new@groups.localhost/x',
  'elsewhere.example',
  '@',
  'a@b@c',
  `${'a'.repeat(1_100)}@localhost`,
];
const NAMESPACES = [
  'jabber:client',
  'jabber:iq:roster',
  'urn:xmpp:mam:2',
  'urn:xmpp:sm:3',
  'urn:xmpp:blocking',
  'urn:xmpp:carbons:2',
  'urn:xmpp:reactions:0',
  'urn:xmpp:message-correct:0',
  'urn:xmpp:message-retract:1',
  'http://jabber.org/protocol/muc',
  'http://jabber.org/protocol/muc#admin',
  'http://jabber.org/protocol/muc#owner',
  'http://jabber.org/protocol/disco#info',
  'http://jabber.org/protocol/disco#items',
  'urn:ietf:params:xml:ns:xmpp-sasl',
  'urn:ietf:params:xml:ns:xmpp-bind',
  'urn:ietf:params:xml:ns:xmpp-tls',
  'http://jabber.org/protocol/pubsub',
  'http://jabber.org/protocol/pubsub#owner',
  'urn:xmpp:avatar:data',
  'urn:xmpp:avatar:metadata',
  'vcard-temp',
];
const NAMES = [
  'message',
  'presence',
  'iq',
  'query',
  'item',
  'body',
  'x',
  'set',
  'after',
  'resume',
  'enable',
  'a',
  'r',
  'replace',
  'retract',
  'reactions',
  'reaction',
  'field',
  'value',
  'block',
  'auth',
  'starttls',
  'bind',
  'pubsub',
  'publish',
  'items',
  'metadata',
  'vCard',
  'destroy',
];
const TYPES = [
  'get',
  'set',
  'result',
  'error',
  'chat',
  'groupchat',
  'subscribe',
  'subscribed',
  'unavailable',
  'submit',
  'x',
];
const BOMBS = [
  "<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;&lol;&lol;'>]><a>&lol2;</a>",
  "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>",
  '<?xml-stylesheet href="x"?>',
  '<!-- a comment -->',
  '<a>'.repeat(2_000),
  `<a ${Array.from({ length: 3_000 }, (_, at) => `b${at}='1'`).join(' ')}/>`,
  `<a ${Array.from({ length: 500 }, (_, at) => `xmlns:b${at}='urn:${at}'`).join(' ')}/>`,
  `<message><body>${'<b/>'.repeat(5_000)}</body></message>`,
  `<${'a'.repeat(30_000)}`,
  ' '.repeat(5_000),
  '</stream:stream>',
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
];

/** A stanza that somebody could send, something that nobody should, or what is left of either. */
export function hostileXml(random: SeededRandom): string {
  if (random.chance(0.05)) return random.pick(BOMBS);
  // What is read only where it has the right form is given that often enough.
  const stanza = random.chance(0.25)
    ? hostileRequest(random)
    : element(random, random.pick(['message', 'presence', 'iq', random.pick(NAMES)]), 0);
  if (random.chance(0.7)) return stanza;
  const at = random.int(stanza.length + 1);
  return random.pick([
    stanza.slice(0, at),
    `${stanza.slice(0, at)}${random.pick(['<', '>', '&', "'", '"', '</', '<![CDATA[', ':', '\u0000', '\ud800'])}${stanza.slice(at)}`,
  ]);
}

function element(random: SeededRandom, name: string, depth: number): string {
  const attributes = [
    random.chance(0.5) ? ` to='${random.pick(ADDRESSES)}'` : '',
    random.chance(0.5) ? ` type='${random.pick(TYPES)}'` : '',
    random.chance(0.7) ? ` id='${random.pick(['1', 'a', '', '2-3', '9'.repeat(30)])}'` : '',
    depth > 0 && random.chance(0.8) ? ` xmlns='${random.pick(NAMESPACES)}'` : '',
    random.chance(0.1) ? ` h='${random.pick(['0', '-1', 'x', '4294967295'])}' previd='x'` : '',
    random.chance(0.1)
      ? ` jid='${random.pick(ADDRESSES)}' affiliation='${random.pick(['none', 'owner', 'x'])}'`
      : '',
    random.chance(0.02) ? ` from='${random.pick(ADDRESSES)}'` : '',
  ];
  const inside = random.chance(0.3)
    ? random.pick(TEXTS)
    : Array.from({ length: depth < 4 ? random.int(3) : 0 }, () =>
        element(random, random.pick(NAMES), depth + 1),
      ).join('');
  return `<${name}${attributes.join('')}>${inside}</${name}>`;
}
