import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { NS } from './element.ts';
import { mechanismsIn } from './sign-in.ts';
import { ROMEO, statementsOf } from './stage.ts';
import { type HeaderInit, headerOf, type XmppPeer, type XmppTarget } from './xmpp-peer.ts';

type Listed = Scenario<XmppTarget>;

const { must, should } = statementsOf('RFC 6120');

/** §11.1: what XMPP leaves out of XML. */
const RESTRICTED: readonly (readonly [string, string])[] = [
  ['a comment', '<!-- so long -->'],
  ['a processing instruction', '<?php echo 1 ?>'],
  ['a document type', '<!DOCTYPE message [<!ENTITY x "y">]>'],
  ['an entity beyond the five', "<message to='x'><body>&nbsp;</body></message>"],
];

/** §11.3: what is no XML. */
const ILL_FORMED: readonly (readonly [string, string | Uint8Array])[] = [
  ['tags that cross', '<message><body></message></body>'],
  ['a closing tag of nothing', '</message>'],
  ['an attribute without quotes', '<message to=juliet/>'],
  ['an attribute without a value', '<message to/>'],
  ['an attribute twice', "<message to='a' to='b'/>"],
  ['a name that begins with a digit', '<1message/>'],
  ['a naked ampersand', '<message><body>Capulet & Montague</body></message>'],
  ['a less-than sign in an attribute', "<message to='<'/>"],
  ['a prefix that is not declared', '<x:message/>'],
  ['the character U+0000', '<message><body>&#0;</body></message>'],
  ['a control character', '<message><body>\u0001</body></message>'],
  ['a character reference beyond Unicode', '<message><body>&#x110000;</body></message>'],
  ['half of a surrogate pair', '<message><body>&#xD800;</body></message>'],
  ['the end of a CDATA section in text', '<message><body>a ]]> b</body></message>'],
];

const NOT_UTF8: readonly (readonly [string, readonly number[]])[] = [
  ['a continuation byte alone', [0x80]],
  ['an overlong form', [0xc0, 0xaf]],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
  ['a byte that stands in no character', [0xff]],
];

/** RFC 6120 §4 and §11: streams, how they begin and end, and the XML in them. */
export const STREAM_SCENARIOS: readonly Listed[] = [
  must('§4.2', 'answers a header with a header and features', async (stage) => {
    const peer = await stage.opened();
    expectThat(
      peer.header?.is('stream', NS.streams) === true,
      `${peer.header?.xml ?? 'nothing'} is no header`,
    );
  }),
  must('§4.7.1', 'says its own name in the header', async (stage) => {
    const peer = await stage.opened();
    expectEqual(peer.header?.attrs['from'], stage.target.domain, 'from');
  }),
  must('§4.7.2', 'says who the header is for when the client said who it is', async (stage) => {
    const peer = await stage.connect();
    await peer.open({ from: stage.bare(ROMEO) });
    expectEqual(peer.header?.attrs['to'], stage.bare(ROMEO), 'to');
  }),
  must('§4.7.3', 'gives every stream an id of its own', async (stage) => {
    const ids = [await stage.opened(), await stage.opened()].map(({ header }) => header?.attrs['id'] ?? '');
    expectThat(ids[0] !== '' && ids[1] !== '' && ids[0] !== ids[1], `ids ${ids.join(' and ')}`);
  }),
  should('§4.7.4', 'says in which language it speaks', async (stage) => {
    const peer = await stage.opened();
    expectThat(
      (peer.header?.attrs['xml:lang'] ?? '') !== '',
      `no xml:lang in ${peer.header?.xml ?? 'nothing'}`,
    );
  }),
  ...['1.0', '1.1', '2.0'].map((version) =>
    must('§4.7.5', `speaks 1.0 to a client of version ${version}`, async (stage) => {
      const peer = await stage.connect();
      await peer.open({ version });
      expectEqual(peer.header?.attrs['version'], '1.0', 'version');
    }),
  ),
  must('§4.8.2', 'speaks in the namespace of clients', async (stage) => {
    const peer = await stage.opened();
    expectEqual(peer.header?.attrs['xmlns'], NS.client, 'the content namespace');
  }),
  must('§4.3.2', 'offers SASL to a stranger, and no binding', async (stage) => {
    const features = await (await stage.connect()).open();
    expectThat(mechanismsIn(features).length > 0, `no mechanisms in ${features.xml}`);
    expectThat(features.child('bind', NS.bind) === undefined, `binding is offered in ${features.xml}`);
  }),
  must('§4.3.3', 'begins a new stream after SASL, with a new id and other features', async (stage) => {
    const peer = await stage.opened();
    const before = peer.header?.attrs['id'];
    const [known, features] = await stage.signedInWithFeatures(ROMEO);
    expectThat(known.header?.attrs['id'] !== before, 'the id of another stream');
    expectThat(features.child('bind', NS.bind) !== undefined, `no binding in ${features.xml}`);
    expectThat(mechanismsIn(features).length === 0, `mechanisms are offered again in ${features.xml}`);
  }),

  must('§4.4', 'closes a stream that the client closes, and the connection', async (stage) => {
    const peer = await stage.opened();
    peer.say('</stream:stream>');
    await peer.expectEnd();
  }),
  must('§4.4', 'closes the stream of somebody who is there when they close it', async (stage) => {
    const peer = await stage.arrived(ROMEO);
    peer.say('</stream:stream>');
    await peer.expectEnd();
  }),
  must('§4.4', 'handles what was said before the closing tag', async (stage) => {
    const peer = await stage.arrived(ROMEO);
    peer.say(
      `<iq type='get' id='last' to='${stage.target.domain}'><ping xmlns='${NS.ping}'/></iq></stream:stream>`,
    );
    await peer.readsAnswer('last');
    await peer.expectEnd();
  }),
  must('§4.6.1', 'lets white space between stanzas pass', async (stage) => {
    const peer = await stage.arrived(ROMEO);
    peer.say(' \n\t \r\n');
    await peer.sync();
    peer.say(' ');
    await peer.sync();
  }),
  must('§4.2', 'reads a header that comes byte by byte', async (stage) => {
    const peer = await stage.connect();
    await peer.socket.writeSlowly(Buffer.from(headerOf(stage.target.domain)));
    await peer.reads(({ name }) => name === 'features', 'features');
  }),
  must('§4.2', 'reads stanzas that come byte by byte', async (stage) => {
    const peer = await stage.arrived(ROMEO);
    const ping = `<iq type='get' id='slow' to='${stage.target.domain}'><ping xmlns='${NS.ping}'/></iq>`;
    await peer.socket.writeSlowly(Buffer.from(ping));
    await peer.readsAnswer('slow');
  }),
  must('§4.2', 'reads a header without an XML declaration', async (stage) => {
    const peer = await stage.connect();
    peer.say(headerOf(stage.target.domain).replace(/^<\?.*?\?>/, ''));
    await peer.reads(({ name }) => name === 'features', 'features');
  }),
  must('§4.8.5', 'reads stanzas that name their namespace themselves', async (stage) => {
    const peer = await stage.arrived(ROMEO);
    peer.say(`<iq xmlns='${NS.client}' type='get' id='own'><ping xmlns='${NS.ping}'/></iq>`);
    await peer.readsAnswer('own');
  }),
  must('§4.8.5', 'reads stanzas with a prefix', async (stage) => {
    const peer = await stage.arrived(ROMEO);
    peer.say(`<c:iq xmlns:c='${NS.client}' type='get' id='pre'><p:ping xmlns:p='${NS.ping}'/></c:iq>`);
    await peer.readsAnswer('pre');
  }),

  header('§4.9.3.6', 'refuses a domain that it does not serve', { to: 'nowhere.example' }, ['host-unknown']),
  header('§4.9.3.10', 'refuses another namespace of streams', { 'xmlns:stream': 'http://example.org/' }, [
    'invalid-namespace',
  ]),
  header('§4.9.3.10', 'refuses another content namespace', { xmlns: 'jabber:nobody' }, ['invalid-namespace']),
  must('§4.9.1.2', 'sends its header before an error in the first one', async (stage) => {
    const peer = await stage.connect();
    peer.sayHeader({ to: 'nowhere.example' });
    await peer.expectStreamError('host-unknown');
    expectThat(peer.header !== null, 'no header came');
  }),
  must('§4.9.3.22', 'refuses another encoding than UTF-8', async (stage) => {
    const peer = await stage.connect();
    peer.say(headerOf(stage.target.domain).replace("version='1.0'?", "version='1.0' encoding='ISO-8859-1'?"));
    await peer.expectStreamError('unsupported-encoding', 'not-well-formed');
  }),
  ...['message', 'presence', 'iq'].map((name) =>
    must('§4.9.3.12', `refuses ${name} from a stranger`, async (stage) => {
      const peer = await stage.opened();
      peer.say(`<${name} to='${stage.bare(ROMEO)}' type='get' id='1'><x xmlns='example'/></${name}>`);
      await peer.expectStreamError('not-authorized');
    }),
  ),
  must('§4.9.3.24', 'refuses a stanza of no kind that it knows', async (stage) => {
    const peer = await stage.arrived(ROMEO);
    peer.say("<pubsub xmlns='jabber:client'><x/></pubsub>");
    await peer.expectStreamError('unsupported-stanza-type', 'bad-format');
  }),
  ...RESTRICTED.map(([what, xml]) =>
    breaks('§11.1', `ends a stream on ${what}`, xml, ['restricted-xml', 'not-well-formed']),
  ),
  ...ILL_FORMED.map(([what, xml]) =>
    breaks('§11.3', `ends a stream on ${what}`, xml, [
      'not-well-formed',
      'bad-format',
      'bad-namespace-prefix',
      'invalid-xml',
    ]),
  ),
  ...NOT_UTF8.map(([what, bytes]) =>
    breaks(
      '§11.6',
      `ends a stream on ${what} in UTF-8`,
      Buffer.concat([Buffer.from('<message><body>'), Buffer.from(bytes), Buffer.from('</body></message>')]),
      ['unsupported-encoding', 'not-well-formed', 'bad-format'],
    ),
  ),
  must('§4.9.1.1', 'reads nothing after an error', async (stage) => {
    const peer = await stage.arrived(ROMEO);
    const ping = `<iq type='get' id='late' to='${stage.target.domain}'><ping xmlns='${NS.ping}'/></iq>`;
    peer.say(`<message to=juliet/>${ping}`);
    await peer.expectStreamError('not-well-formed');
    peer.expectNone(({ attrs }) => attrs['id'] === 'late', 'a stanza after the error was answered');
  }),
  should('§13.12', 'ends a stream on an element without an end', async (stage) => {
    const peer = await stage.arrived(ROMEO);
    peer.say(`<message><body>${'x'.repeat(12_000_000)}`);
    await peer.expectStreamError('policy-violation');
  }),
  should('§13.12', 'ends a stream on a stranger who says too much', async (stage) => {
    const peer = await stage.opened();
    peer.say(`<auth xmlns='${NS.sasl}' mechanism='PLAIN'>${'A'.repeat(2_000_000)}`);
    await peer.expectStreamError('policy-violation');
  }),
];

function header(clause: string, title: string, attrs: HeaderInit, conditions: readonly string[]): Listed {
  return must(clause, title, async (stage) => {
    const peer = await stage.connect();
    peer.sayHeader(attrs);
    await peer.expectStreamError(...conditions);
  });
}

function breaks(
  clause: string,
  title: string,
  xml: string | Uint8Array,
  conditions: readonly string[],
): Listed {
  return must(clause, title, async (stage) => {
    const peer: XmppPeer = await stage.arrived(ROMEO);
    peer.say(xml);
    await peer.expectStreamError(...conditions);
  });
}
