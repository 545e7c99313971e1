import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { NS } from './element.ts';
import { JULIET, ROMEO, type Stage, statementsOf } from './stage.ts';
import { expectStanzaError, newId, type XmppTarget } from './xmpp-peer.ts';

const { must, should } = statementsOf('RFC 6121');
const delay = statementsOf('XEP-0203');

/** RFC 6121 §5 and §8: which of somebody's connections hear a message. */
export const DELIVERY_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  ...['chat', 'normal'].map((type) =>
    must('§8.5.2.1.1', `brings a message of type ${type} for the account to who is there`, async (stage) => {
      const [romeo, juliet] = await stage.couple();
      const text = newId();
      romeo.say(message(juliet.bare, text, type));
      await juliet.readsBody(text);
    }),
  ),
  must('§8.5.2.1.1', 'brings a headline for the account to who is there', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(message(juliet.bare, text, 'headline'));
    await juliet.readsBody(text);
  }),
  must('§5.2.2', 'takes a type that it does not know for normal', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(message(juliet.jid, text, 'whisper'));
    await juliet.readsBody(text);
  }),
  must('§5.2.2', 'takes no type for normal', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(`<message to='${juliet.jid}'><body>${text}</body></message>`);
    const { type = 'normal' } = (await juliet.readsBody(text)).attrs;
    expectThat(['normal', 'chat'].includes(type), `type ${type}`);
  }),
  must('§5.2.4', 'keeps the subject of a message', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(message(juliet.jid, text, 'normal', '<subject>Night</subject>'));
    expectEqual((await juliet.readsBody(text)).child('subject')?.text, 'Night', 'the subject');
  }),
  must('§5.2.5', 'keeps the thread of a message', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(message(juliet.jid, text, 'chat', '<thread>t1</thread>'));
    expectEqual((await juliet.readsBody(text)).child('thread')?.text, 't1', 'the thread');
  }),
  must('§8.5.2.1.1', 'refuses a message of a room for an account', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const id = newId();
    romeo.say(`<message to='${juliet.bare}' type='groupchat' id='${id}'><body>x</body></message>`);
    expectStanzaError(await romeo.readsMessage(({ attrs }) => attrs['id'] === id), ['service-unavailable']);
  }),
  must('§8.5.2.1.1', 'brings nothing to who is there with a negative priority', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const garden = await stage.arrived(JULIET, 'garden', '<presence><priority>-1</priority></presence>');
    const text = newId();
    romeo.say(message(juliet.bare, text));
    await juliet.readsBody(text);
    await garden.sync();
    garden.expectNone((element) => element.child('body')?.text === text, 'heard');
  }),
  must('§8.5.2.2.1', 'keeps a message for who is not there', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await emptied(stage);
    const text = newId();
    romeo.say(message(stage.bare(JULIET), text));
    await romeo.sync();
    const juliet = await stage.bound(JULIET, 'balcony');
    juliet.say('<presence/>');
    await juliet.readsBody(text);
  }),
  delay.must('§4', 'says when a message was said that has waited', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await emptied(stage);
    const text = newId();
    romeo.say(message(stage.bare(JULIET), text));
    await romeo.sync();
    const juliet = await stage.bound(JULIET, 'balcony');
    juliet.say('<presence/>');
    const waited = (await juliet.readsBody(text)).child('delay', NS.delay);
    const stamp = waited?.attrs['stamp'] ?? '';
    expectThat(Math.abs(Date.parse(stamp) - Date.now()) < 60_000 && stamp.endsWith('Z'), `the time ${stamp}`);
  }),
  must('§8.5.2.2.1', 'keeps no message that is only about now', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await emptied(stage);
    const text = newId();
    romeo.say(message(stage.bare(JULIET), text, 'headline'));
    await romeo.sync();
    const juliet = await stage.bound(JULIET, 'balcony');
    juliet.say('<presence/>');
    await juliet.sync();
    juliet.expectNone((element) => element.child('body')?.text === text, 'kept');
  }),
  must('§4.2.1', 'brings no message to a connection that has not said to be there', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const garden = await stage.bound(JULIET, 'garden');
    const text = newId();
    romeo.say(message(juliet.bare, text));
    await juliet.readsBody(text);
    await garden.sync();
    garden.expectNone((element) => element.child('body')?.text === text, 'heard');
  }),
  must('§8.5.3.1', 'brings a message to the connection it is for', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(message(juliet.jid, text));
    await juliet.readsBody(text);
  }),
  must('§8.5.3.2.1', 'brings a message for a connection that has gone to the others', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    romeo.say(message(`${juliet.bare}/nowhere`, text));
    await juliet.readsBody(text);
  }),
  must('§8.5.3.2.3', 'refuses a request for a connection that has gone', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    await romeo.getsError(['service-unavailable'], 'get', "<x xmlns='example'/>", `${juliet.bare}/nowhere`);
  }),
  must('§8.5.1', 'refuses a message to nobody, or says nothing', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    romeo.say(message(`nobody-here@${stage.target.domain}`, 'x'));
    await romeo.sync();
    for (const answer of romeo.unread) expectStanzaError(answer, ['service-unavailable']);
  }),
  must('§8.5.1', 'says nothing to presence for nobody', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    romeo.say(`<presence to='nobody-here@${stage.target.domain}'/>`);
    await romeo.sync();
    romeo.expectNone(() => true, 'an answer');
  }),
  must('§8.5.2.1.3', 'answers requests to an account itself', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    await romeo.getsError(
      ['service-unavailable', 'feature-not-implemented'],
      'get',
      "<x xmlns='example'/>",
      juliet.bare,
    );
    await juliet.sync();
    juliet.expectNone(({ name }) => name === 'iq', 'asked');
  }),
  should('§5.2.1', "brings a message for oneself to one's other connections", async (stage) => {
    const orchard = await stage.arrived(ROMEO, 'orchard');
    const garden = await stage.arrived(ROMEO, 'garden');
    const text = newId();
    orchard.say(message(garden.jid, text));
    await garden.readsBody(text);
  }),
];

/** Nothing waits for Juliet, and she is not there. */
async function emptied(stage: Stage): Promise<void> {
  await (await stage.arrived(JULIET, 'balcony')).leave();
}

function message(to: string, text: string, type = 'chat', beside = ''): string {
  return `<message to='${to}' type='${type}' id='${newId()}'>${beside}<body>${text}</body></message>`;
}
