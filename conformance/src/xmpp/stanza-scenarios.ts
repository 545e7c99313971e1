import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { NS } from './element.ts';
import { JULIET, NURSE, ROMEO, statementsOf } from './stage.ts';
import { expectStanzaError, newId, type XmppTarget } from './xmpp-peer.ts';

const { must, should } = statementsOf('RFC 6120');
const MANY = 60;
const PING = `<ping xmlns='${NS.ping}'/>`;
const UNHEARD = "<query xmlns='http://example.org/unheard-of'/>";

/** What must be read as the same characters, however it is written. */
const TEXTS: readonly (readonly [string, string, string])[] = [
  ['the five entities', '&lt;&gt;&amp;&quot;&apos;', `<>&"'`],
  ['characters by number', '&#233;&#x1F600;', 'é😀'],
  ['a CDATA section', '<![CDATA[<Capulet> & Montague]]>', '<Capulet> & Montague'],
  ['any language', '鸿雁 שלום नमस्ते', '鸿雁 שלום नमस्ते'],
  ['characters beyond the basic plane', '😀𝒳\u{10fffd}', '😀𝒳\u{10fffd}'],
  ['white space at its edges', '  two\n\tlines  ', '  two\n\tlines  '],
];

/** A request that is none, and so is refused. */
const BAD_REQUESTS: readonly (readonly [string, string])[] = [
  ['a type that is none', `<iq type='ask' id='ID'>${PING}</iq>`],
  ['no type', `<iq id='ID'>${PING}</iq>`],
  ['two payloads', `<iq type='get' id='ID'>${PING}${UNHEARD}</iq>`],
  ['no payload', "<iq type='get' id='ID'/>"],
];

/** RFC 6120 §8, §10 and §13.12: stanzas, where they go, and how they are refused. */
export const STANZA_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  must('§8.1.2.1', 'stamps what it passes on with who said it', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(`<message to='${juliet.jid}' type='chat'><body>${text}</body></message>`);
    expectEqual((await juliet.readsBody(text)).attrs['from'], romeo.jid, 'from');
  }),
  ...['chat', 'normal', 'headline'].map((type) =>
    must('§8.4', `delivers what it does not understand in a message of type ${type}`, async (stage) => {
      const [romeo, juliet] = await stage.couple();
      const text = newId();
      const rose = "<rose xmlns='http://example.org/flowers' colour='red'><thorn>a &amp; b</thorn></rose>";
      romeo.say(`<message to='${juliet.jid}' type='${type}'><body>${text}</body>${rose}</message>`);
      const message = await juliet.readsBody(text);
      const found = message.child('rose', 'http://example.org/flowers');
      expectEqual(found?.attrs['colour'], 'red', `the attribute in ${message.xml}`);
      expectEqual(found?.child('thorn')?.text, 'a & b', 'the text inside');
    }),
  ),
  must('§8.4', 'delivers a message of nothing but what it does not understand', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    romeo.say(`<message to='${juliet.jid}'><rose xmlns='http://example.org/flowers'/></message>`);
    await juliet.readsMessage((message) => message.child('rose') !== undefined, 'the rose');
  }),
  ...[undefined, 'de'].map((own) =>
    must(
      '§8.1.5',
      `brings ${own === undefined ? "the stream's" : 'its own'} language with a stanza`,
      async (stage) => {
        const romeo = await stage.bound(ROMEO, 'orchard', { 'xml:lang': 'it' });
        const juliet = await stage.arrived(JULIET, 'balcony');
        const text = newId();
        const language = own === undefined ? '' : ` xml:lang='${own}'`;
        romeo.say(`<message to='${juliet.jid}' type='chat'${language}><body>${text}</body></message>`);
        const message = await juliet.readsBody(text);
        expectEqual(
          message.child('body')?.attrs['xml:lang'] ?? message.attrs['xml:lang'],
          own ?? 'it',
          'the language of the body',
        );
      },
    ),
  ),
  ...(['jid', 'bare'] as const).map((form) =>
    must(
      '§8.1.2.1',
      `takes a stanza from one's own ${form === 'jid' ? 'full' : 'bare'} address`,
      async (stage) => {
        const [romeo, juliet] = await stage.couple();
        const text = newId();
        romeo.say(
          `<message from='${romeo[form]}' to='${juliet.jid}' type='chat'><body>${text}</body></message>`,
        );
        const { from = '' } = (await juliet.readsBody(text)).attrs;
        expectThat([romeo.jid, romeo.bare].includes(from), `from ${from}`);
      },
    ),
  ),
  must('§8.1.2.1', 'lets nobody speak for somebody else', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    const nurse = stage.bare(NURSE);
    romeo.say(`<message from='${nurse}' to='${juliet.jid}' type='chat'><body>${text}</body></message>`);
    await romeo.reads(({ name }) => name === 'error', 'an error').catch(() => undefined);
    await juliet.sync();
    juliet.expectNone(
      ({ attrs }) => attrs['from']?.startsWith(nurse) === true,
      'told in the name of another',
    );
  }),
  should('§4.9.3.9', 'ends the stream of somebody who speaks for somebody else', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    romeo.say(`<message from='${stage.bare(NURSE)}' to='${stage.bare(JULIET)}'><body>x</body></message>`);
    await romeo.expectStreamError('invalid-from');
  }),
  must('§8.1.3', 'answers with the id of the request', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    romeo.say(`<iq type='get' id='&lt;&apos;id&apos;&gt;' to='${stage.target.domain}'>${PING}</iq>`);
    await romeo.readsAnswer(`<'id'>`);
  }),
  must('§8.1.1.1', 'handles a request without an address for the account', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const answer = await romeo.getsResult('get', `<query xmlns='${NS.roster}'/>`);
    const { from = romeo.bare } = answer.attrs;
    expectThat([romeo.bare, romeo.jid].includes(from), `answered from ${from}`);
  }),
  must('§8.1.2.1', 'answers from the address that was asked', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const answer = await romeo.asks('get', PING, stage.target.domain);
    expectEqual(answer.attrs['from'], stage.target.domain, 'from');
  }),
  must('§8.1.5', 'keeps the language of a message', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(`<message to='${juliet.jid}' type='chat' xml:lang='it'><body>${text}</body></message>`);
    const message = await juliet.readsBody(text);
    const langs = [message.attrs['xml:lang'], message.child('body')?.attrs['xml:lang']];
    expectThat(langs.includes('it'), `the language is lost: ${message.xml}`);
  }),
  must('§8.2.3', 'answers each request once, in the order of one who asks one server', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const ids = Array.from({ length: MANY }, (_, at) => `ask-${at}`);
    romeo.say(ids.map((id) => `<iq type='get' id='${id}' to='${stage.target.domain}'>${PING}</iq>`).join(''));
    await romeo.readsAnswer(ids.at(-1) ?? '');
    await romeo.sync();
    const answered = romeo.unread.map(({ attrs }) => attrs['id']);
    expectEqual(answered.join(), ids.slice(0, -1).join(), 'the answers');
  }),
  ...BAD_REQUESTS.map(([what, xml]) =>
    must('§8.2.3', `refuses a request with ${what}`, async (stage) => {
      const romeo = await stage.arrived(ROMEO);
      const id = newId();
      romeo.say(xml.replace('ID', id));
      expectStanzaError(await romeo.readsAnswer(id), ['bad-request']);
    }),
  ),
  ...['result', 'error'].map((type) =>
    must('§8.2.3', `does not answer an answer of type ${type}`, async (stage) => {
      const romeo = await stage.arrived(ROMEO);
      romeo.say(`<iq type='${type}' id='nobody-asked' to='${stage.target.domain}'/>`);
      await romeo.sync();
      romeo.expectNone(({ name }) => name === 'iq', 'an answer to an answer');
    }),
  ),
  must('§8.3.1', 'does not answer an error with an error', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const error = `<error type='cancel'><gone xmlns='${NS.stanzas}'/></error>`;
    romeo.say(`<message type='error' id='e1' to='nobody-here@${stage.target.domain}'>${error}</message>`);
    romeo.say(`<message type='error' id='e2' to='${stage.bare(JULIET)}/nowhere'>${error}</message>`);
    await romeo.sync();
    romeo.expectNone(({ name }) => name === 'message', 'an error about an error');
  }),
  must('§8.3.1', 'refuses with the same kind, id and the addresses turned around', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const answer = await romeo.getsError([], 'get', UNHEARD, stage.target.domain);
    expectEqual(answer.attrs['from'], stage.target.domain, 'from');
    expectEqual(answer.attrs['to'] ?? romeo.jid, romeo.jid, 'to');
  }),
  ...(['get', 'set'] as const).flatMap((type) => [
    must('§8.4', `refuses a ${type} of something that the server does not know`, async (stage) => {
      const romeo = await stage.arrived(ROMEO);
      await romeo.getsError(
        ['service-unavailable', 'feature-not-implemented'],
        type,
        UNHEARD,
        stage.target.domain,
      );
    }),
    must('§8.4', `refuses a ${type} of something that the account does not know`, async (stage) => {
      const romeo = await stage.arrived(ROMEO);
      await romeo.getsError(['service-unavailable', 'feature-not-implemented'], type, UNHEARD);
    }),
  ]),
  must('§8.4', 'delivers a message with something that it does not know', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(`<message to='${juliet.jid}' type='chat'><body>${text}</body>${UNHEARD}</message>`);
    await juliet.readsBody(text);
  }),
  must('§8.3.3.8', 'refuses an address that is none', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsError(['jid-malformed'], 'get', PING, `@${stage.target.domain}`);
  }),
  must('§8.3.3.16', 'refuses a stanza for a server that it cannot reach', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsError(
      ['remote-server-not-found', 'remote-server-timeout', 'service-unavailable', 'not-allowed'],
      'get',
      PING,
      'nobody.invalid',
    );
  }),
  must('§10.5.3.1', 'refuses a request to an account that does not exist', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsError(['service-unavailable'], 'get', PING, `nobody-here@${stage.target.domain}`);
  }),
  must('§10.1', 'delivers what one says to another in its order', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const tag = newId();
    const texts = Array.from({ length: MANY }, (_, at) => `${tag}-${at}`);
    romeo.say(
      texts.map((text) => `<message to='${juliet.jid}' type='chat'><body>${text}</body></message>`).join(''),
    );
    await juliet.readsBody(texts.at(-1) ?? '');
    const told = juliet.unread.flatMap((message) => message.child('body')?.text ?? []);
    expectEqual(
      told.filter((text) => text.startsWith(tag)).join(),
      texts.slice(0, -1).join(),
      'the messages',
    );
  }),
  must('§10.5.4', 'passes a request on to the connection it is for, and the answer back', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const id = newId();
    romeo.say(`<iq type='get' id='${id}' to='${juliet.jid}'>${UNHEARD}</iq>`);
    const asked = await juliet.reads(({ name, attrs }) => name === 'iq' && attrs['id'] === id, 'the request');
    expectEqual(asked.attrs['from'], romeo.jid, 'from');
    juliet.say(`<iq type='result' id='${id}' to='${romeo.jid}'/>`);
    expectEqual((await romeo.readsAnswer(id)).attrs['from'], juliet.jid, 'from');
  }),
  ...TEXTS.map(([what, xml, text]) =>
    must('§11.1', `reads and writes ${what}`, async (stage) => {
      const [romeo, juliet] = await stage.couple();
      const mark = newId();
      romeo.say(`<message to='${juliet.jid}' type='chat'><body>${mark}${xml}${mark}</body></message>`);
      await juliet.readsBody(mark + text + mark);
    }),
  ),
  must('§13.12', 'takes a stanza of 10,000 bytes', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId().padEnd(9_800, 'x');
    romeo.say(`<message to='${juliet.jid}' type='chat'><body>${text}</body></message>`);
    await juliet.readsBody(text);
  }),
];
