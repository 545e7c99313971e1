import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { type Element, NS } from './element.ts';
import { JULIET, NURSE, ROMEO, type Stage, statementsOf } from './stage.ts';
import { newId, type XmppPeer, type XmppTarget } from './xmpp-peer.ts';

const archive = statementsOf('XEP-0313');
const carbons = statementsOf('XEP-0280');
const COUNT = 5;

/** XEP-0313 and XEP-0280: what was said before, and what is said on other connections. */
export const ARCHIVE_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  archive.must('§7', 'is said in the discovery of the account', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const info = await romeo.getsResult('get', `<query xmlns='${NS.info}'/>`, romeo.bare);
    expectThat(
      info.all('feature').some(({ attrs }) => attrs['var'] === NS.archive),
      `not in ${info.xml}`,
    );
  }),
  archive.must('§4.1.5', 'says which fields a question may have', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const form = (await romeo.getsResult('get', `<query xmlns='${NS.archive}'/>`)).find('x', NS.forms);
    const names = form?.all('field').map(({ attrs }) => attrs['var']) ?? [];
    for (const name of ['FORM_TYPE', 'with', 'start', 'end'])
      expectThat(names.includes(name), `${name} is not among ${names.join()}`);
  }),
  archive.must('§4.2', 'gives what was said, in its order, each with an id and a time', async (stage) => {
    const { juliet, texts, romeo } = await conversed(stage);
    const { results } = await asks(juliet, { with: romeo.bare, set: `<max>${COUNT}</max><before/>` });
    expectEqual(results.map(bodyOf).join(), texts.join(), 'the messages');
    for (const result of results) {
      expectThat((result.attrs['id'] ?? '') !== '', `no id in ${result.xml}`);
      const stamp = result.find('forwarded', NS.forward)?.child('delay', NS.delay)?.attrs['stamp'] ?? '';
      expectThat(/^\d{4}-\d\d-\d\dT.*Z$/.test(stamp), `no time in ${result.xml}`);
    }
  }),
  archive.must('§4.2', 'says of whom each message was, and to whom', async (stage) => {
    const { juliet, romeo } = await conversed(stage);
    const { results } = await asks(juliet, { with: romeo.bare, set: '<max>1</max><before/>' });
    const message = results[0]?.find('message', NS.client);
    expectThat(message?.attrs['from']?.startsWith(romeo.bare) === true, `from in ${message?.xml ?? ''}`);
    expectThat(message?.attrs['to']?.startsWith(juliet.bare) === true, `to in ${message?.xml ?? ''}`);
  }),
  archive.must('§4.2', 'says the id of the question in each result', async (stage) => {
    const { juliet, romeo } = await conversed(stage);
    const { results } = await asks(juliet, { with: romeo.bare, set: '<max>2</max><before/>' });
    expectThat(results.length === 2, `${results.length} results`);
  }),
  archive.must('§4.3', 'ends with the first and the last id', async (stage) => {
    const { juliet, romeo } = await conversed(stage);
    const { results, fin } = await asks(juliet, { with: romeo.bare, set: '<max>3</max><before/>' });
    expectEqual(fin.find('first', NS.sets)?.text, results[0]?.attrs['id'], 'the first');
    expectEqual(fin.find('last', NS.sets)?.text, results.at(-1)?.attrs['id'], 'the last');
  }),
  archive.must('§4.3', 'pages forwards without a gap, and says when it is complete', async (stage) => {
    const { juliet, romeo, texts, ids } = await conversed(stage);
    const told: string[] = [];
    let after = ids[0] ?? '';
    for (let page = 0; page < COUNT; page++) {
      const { results, fin } = await asks(juliet, {
        with: romeo.bare,
        set: `<max>2</max><after>${after}</after>`,
      });
      told.push(...results.map(bodyOf));
      after = results.at(-1)?.attrs['id'] ?? after;
      if (fin.attrs['complete'] === 'true') break;
      expectThat(page < COUNT - 1, 'never complete');
    }
    expectEqual(told.join(), texts.slice(1).join(), 'the messages');
  }),
  archive.must('§4.3', 'pages backwards without a gap', async (stage) => {
    const { juliet, romeo, texts, ids } = await conversed(stage);
    const before = `<max>2</max><before>${ids.at(-1)}</before>`;
    const { results } = await asks(juliet, { with: romeo.bare, set: before });
    expectEqual(results.map(bodyOf).join(), texts.slice(-3, -1).join(), 'the messages');
  }),
  archive.must('§4.3.2', 'refuses an id that it does not have', async (stage) => {
    const juliet = await stage.arrived(JULIET);
    const set = `<set xmlns='${NS.sets}'><max>2</max><after>no-such-id</after></set>`;
    await juliet.getsError(
      ['item-not-found'],
      'set',
      `<query xmlns='${NS.archive}' queryid='q'>${set}</query>`,
    );
  }),
  archive.must('§4.1.1', 'gives nothing of anybody else than who is asked about', async (stage) => {
    const { juliet } = await conversed(stage);
    const { results } = await asks(juliet, {
      with: `nobody-here@${stage.target.domain}`,
      set: '<max>5</max>',
    });
    expectEqual(results.length, 0, 'results');
  }),
  archive.must('§4.1.2', 'gives nothing from after the end that is asked for', async (stage) => {
    const { juliet, romeo } = await conversed(stage);
    const { results } = await asks(juliet, {
      with: romeo.bare,
      end: '2001-01-01T00:00:00Z',
      set: '<max>5</max>',
    });
    expectEqual(results.length, 0, 'results');
  }),
  archive.must('§4.1.2', 'gives nothing from before the start that is asked for', async (stage) => {
    const { juliet, romeo } = await conversed(stage);
    const { results } = await asks(juliet, {
      with: romeo.bare,
      start: '2999-01-01T00:00:00Z',
      set: '<max>5</max>',
    });
    expectEqual(results.length, 0, 'results');
  }),
  archive.must('§4.1.2', 'refuses a time that is none', async (stage) => {
    const juliet = await stage.arrived(JULIET);
    await juliet.getsError([], 'set', queryOf('q', { start: 'a fortnight ago', set: '' }));
  }),
  archive.should('§4.3.2', 'goes on with somebody after what somebody else said', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const nurse = await stage.arrived(NURSE, 'street');
    const [before, after] = [newId(), newId()];
    nurse.say(`<message to='${juliet.jid}' type='chat'><body>${before}</body></message>`);
    await juliet.readsBody(before);
    const last = await pageOf(juliet, '', '<max>1</max><before/>');
    romeo.say(`<message to='${juliet.jid}' type='chat'><body>${after}</body></message>`);
    await juliet.readsBody(after);
    const fields = `<field var='FORM_TYPE' type='hidden'><value>${NS.archive}</value></field><field var='with'><value>${romeo.bare}</value></field>`;
    const form = `<x xmlns='${NS.forms}' type='submit'>${fields}</x>`;
    await pageOf(juliet, form, `<max>5</max><after>${last}</after>`);
    const found = juliet.unread.filter((message) => message.find('result', NS.archive) !== undefined);
    expectEqual(found.map((message) => message.find('body')?.text).join(' '), after, 'what was found');
  }),
  archive.must('§5.1.1', 'has what else was in a message', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    const rose = "<rose xmlns='http://example.org/flowers'/>";
    romeo.say(`<message to='${juliet.jid}' type='chat'><body>${text}</body>${rose}</message>`);
    await juliet.readsBody(text);
    await juliet.getsResult(
      'set',
      `<query xmlns='${NS.archive}'><set xmlns='${NS.sets}'><max>1</max><before/></set></query>`,
    );
    const result = await juliet.readsMessage((message) => message.find('body')?.text === text, 'the message');
    expectThat(result.find('rose', 'http://example.org/flowers') !== undefined, `less: ${result.xml}`);
  }),
  archive.must('§5.1.1', 'knows a message by the id that it came with', async (stage) => {
    const { juliet, romeo, ids } = await conversed(stage);
    const { results } = await asks(juliet, { with: romeo.bare, set: `<max>${COUNT}</max><before/>` });
    expectEqual(results.map(({ attrs }) => attrs['id']).join(), ids.join(), 'the ids');
  }),
  archive.must('§4.1', 'has what one has said oneself as well', async (stage) => {
    const { romeo, juliet, texts } = await conversed(stage);
    const { results } = await asks(romeo, { with: juliet.bare, set: '<max>1</max><before/>' });
    expectEqual(results.map(bodyOf).join(), texts.at(-1), 'the message');
  }),
  archive.must('§6.2', 'keeps the archive of somebody else to them', async (stage) => {
    const { romeo, juliet, texts } = await conversed(stage);
    const nurse = await stage.arrived(NURSE);
    nurse.say(`<iq type='set' id='theirs' to='${juliet.bare}'>${queryOf('q', { set: '<max>9</max>' })}</iq>`);
    await nurse.readsAnswer('theirs');
    nurse.expectNone(
      (element) => texts.some((text) => element.all('body').some((body) => body.text === text)),
      `${romeo.bare} was overheard`,
    );
  }),

  carbons.must('§3', 'are said in the discovery of the server', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const info = await romeo.getsResult('get', `<query xmlns='${NS.info}'/>`, stage.target.domain);
    expectThat(
      info.all('feature').some(({ attrs }) => attrs['var'] === NS.carbons),
      `not in ${info.xml}`,
    );
  }),
  carbons.must('§4', 'are enabled and disabled', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsResult('set', `<enable xmlns='${NS.carbons}'/>`);
    await romeo.getsResult('set', `<disable xmlns='${NS.carbons}'/>`);
  }),
  carbons.must('§7', 'tell other connections what one of them says', async (stage) => {
    const { garden, orchard, juliet } = await twoRomeos(stage);
    const text = newId();
    orchard.say(chat(juliet.bare, text));
    const carbon = await readsCarbon(garden, 'sent', text);
    expectEqual(carbon.attrs['from'], garden.bare, 'from');
    expectEqual(carbon.find('message', NS.client)?.attrs['from'], orchard.jid, 'who said it');
    expectEqual(carbon.find('message', NS.client)?.attrs['to'], juliet.bare, 'to whom');
  }),
  carbons.must('§7', 'tell nothing to who said it', async (stage) => {
    const { garden, orchard, juliet } = await twoRomeos(stage);
    await orchard.getsResult('set', `<enable xmlns='${NS.carbons}'/>`);
    const text = newId();
    orchard.say(chat(juliet.bare, text));
    await readsCarbon(garden, 'sent', text);
    await orchard.sync();
    orchard.expectNone((message) => message.child('sent', NS.carbons) !== undefined, 'a carbon');
  }),
  carbons.must('§6', 'tell other connections what one of them is told', async (stage) => {
    const { garden, orchard, juliet } = await twoRomeos(stage);
    const text = newId();
    juliet.say(chat(orchard.jid, text));
    await orchard.readsBody(text);
    // What is for everybody comes to everybody as it is; either way it is seen once.
    const told = await garden.readsMessage((message) =>
      message.all('body').some((body) => body.text === text),
    );
    const carbon = told.child('received', NS.carbons);
    if (carbon !== undefined) expectEqual(told.attrs['from'], garden.bare, 'from');
    await garden.sync();
    garden.expectNone((message) => message.all('body').some((body) => body.text === text), 'told twice');
  }),
  carbons.must('§4', 'tell nothing to who did not ask', async (stage) => {
    const { garden, orchard, juliet } = await twoRomeos(stage);
    await garden.getsResult('set', `<disable xmlns='${NS.carbons}'/>`);
    const text = newId();
    orchard.say(chat(juliet.bare, text));
    await juliet.readsBody(text);
    await garden.sync();
    garden.expectNone((message) => message.all('sent', NS.carbons).length > 0, 'a carbon');
  }),
  carbons.must('§9', 'tell nothing of what is private', async (stage) => {
    const { garden, orchard, juliet } = await twoRomeos(stage);
    const [secret, text] = [newId(), newId()];
    const beside = `<private xmlns='${NS.carbons}'/><no-copy xmlns='urn:xmpp:hints'/>`;
    orchard.say(chat(juliet.bare, secret, beside) + chat(juliet.bare, text));
    await readsCarbon(garden, 'sent', text);
    garden.expectNone((message) => message.all('body').some((body) => body.text === secret), 'a carbon');
  }),
];

interface Question {
  readonly with?: string;
  readonly start?: string;
  readonly end?: string;
  readonly set: string;
}

/** Romeo has said some things to Juliet, which she has heard. */
async function conversed(stage: Stage) {
  const [romeo, juliet] = await stage.couple();
  const texts = Array.from({ length: COUNT }, newId);
  const ids: string[] = [];
  for (const text of texts) {
    romeo.say(chat(juliet.jid, text));
    const message = await juliet.readsBody(text);
    const own = message.all('stanza-id', NS.stanzaId).find(({ attrs }) => attrs['by'] === juliet.bare);
    ids.push(own?.attrs['id'] ?? '');
  }
  return { romeo, juliet, texts, ids };
}

async function twoRomeos(stage: Stage) {
  const orchard = await stage.arrived(ROMEO, 'orchard');
  const garden = await stage.arrived(ROMEO, 'garden');
  await garden.getsResult('set', `<enable xmlns='${NS.carbons}'/>`);
  const juliet = await stage.arrived(JULIET, 'balcony');
  return { orchard, garden, juliet };
}

function queryOf(queryid: string, { set, ...fields }: Question): string {
  const written = Object.entries(fields).map(
    ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
  );
  const type = `<field var='FORM_TYPE' type='hidden'><value>${NS.archive}</value></field>`;
  const form = `<x xmlns='${NS.forms}' type='submit'>${type}${written.join('')}</x>`;
  return `<query xmlns='${NS.archive}' queryid='${queryid}'>${form}<set xmlns='${NS.sets}'>${set}</set></query>`;
}

async function asks(
  peer: XmppPeer,
  question: Question,
): Promise<{ readonly results: readonly Element[]; readonly fin: Element }> {
  const queryid = newId();
  const answer = await peer.getsResult('set', queryOf(queryid, question));
  const fin = answer.child('fin', NS.archive);
  expectThat(fin !== undefined, `no fin in ${answer.xml}`);
  // §4.2: everything has come before the answer.
  const results = peer.unread.flatMap((message) => message.child('result', NS.archive) ?? []);
  return { results: results.filter(({ attrs }) => attrs['queryid'] === queryid), fin };
}

function bodyOf(result: Element): string {
  return result.find('body')?.text ?? '';
}

function chat(to: string, text: string, beside = ''): string {
  return `<message to='${to}' type='chat' id='${newId()}'><body>${text}</body>${beside}</message>`;
}

function readsCarbon(peer: XmppPeer, direction: string, text: string): Promise<Element> {
  return peer.readsMessage(
    (message) => message.child(direction, NS.carbons)?.find('body')?.text === text,
    `the carbon of ${text}`,
  );
}

/** §4.3: asks for a page; answers the id of its last message. */
async function pageOf(peer: XmppPeer, form: string, set: string): Promise<string> {
  peer.unread = [];
  const query = `<query xmlns='${NS.archive}'>${form}<set xmlns='${NS.sets}'>${set}</set></query>`;
  const answer = await peer.getsResult('set', query);
  return answer.find('last', NS.sets)?.text ?? '';
}
