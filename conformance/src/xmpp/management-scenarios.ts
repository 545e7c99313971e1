import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { type Element, NS } from './element.ts';
import { JULIET, ROMEO, type Role, type Stage, statementsOf } from './stage.ts';
import { newId, type XmppPeer, type XmppTarget } from './xmpp-peer.ts';

const { must, should } = statementsOf('XEP-0198');
const ENABLE = `<enable xmlns='${NS.management}' resume='true'/>`;
const ASK = `<r xmlns='${NS.management}'/>`;

/** XEP-0198: what has arrived, and going on where a connection was lost. */
export const MANAGEMENT_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  must('§3', 'is offered to whoever has signed in, and to nobody else', async (stage) => {
    const stranger = await (await stage.connect()).open();
    expectThat(stranger.child('sm', NS.management) === undefined, 'offered to a stranger');
    const [, features] = await stage.signedInWithFeatures(ROMEO);
    expectThat(features.child('sm', NS.management) !== undefined, `not offered in ${features.xml}`);
  }),
  must('§3', 'is enabled once a resource is bound', async (stage) => {
    const romeo = await stage.bound(ROMEO);
    romeo.say(`<enable xmlns='${NS.management}'/>`);
    expectThat((await reads(romeo)).name === 'enabled', 'not enabled');
  }),
  must('§3', 'is not enabled before', async (stage) => {
    const romeo = await stage.signedIn(ROMEO);
    romeo.say(ENABLE);
    const answer = await romeo.reads(({ name }) => ['failed', 'error'].includes(name), 'a refusal');
    expectThat(
      answer.find('unexpected-request', NS.stanzas) !== undefined,
      `${answer.xml} instead of unexpected-request`,
    );
  }),
  must('§3', 'is not enabled twice', async (stage) => {
    const romeo = await enabled(stage, ROMEO);
    romeo.say(ENABLE);
    const answer = await reads(romeo);
    expectThat(
      answer.find('unexpected-request') !== undefined,
      `${answer.xml} instead of unexpected-request`,
    );
  }),
  must('§4', 'has handled nothing in the beginning', async (stage) => {
    const romeo = await enabled(stage, ROMEO);
    expectEqual(await handledBy(romeo), 0, 'h');
  }),
  must('§4', 'counts what it has handled since, stanzas and nothing else', async (stage) => {
    const romeo = await enabled(stage, ROMEO);
    romeo.say('<presence/>');
    await romeo.sync();
    romeo.say(` ${ASK} `);
    await reads(romeo);
    romeo.say(`<message to='${romeo.bare}'><x xmlns='example'/></message>`);
    await romeo.sync();
    expectEqual(await handledBy(romeo), 4, 'h');
  }),
  must('§4', 'counts requests that it refuses', async (stage) => {
    const romeo = await enabled(stage, ROMEO);
    await romeo.asks('get', "<query xmlns='http://example.org/unheard-of'/>");
    expectEqual(await handledBy(romeo), 1, 'h');
  }),
  should('§4', 'asks what a client has', async (stage) => {
    const romeo = await enabled(stage, ROMEO);
    romeo.say('<presence/>');
    for (let count = 0; count < 10; count++) await romeo.sync();
    await romeo.reads((element) => element.is('r', NS.management), 'a question');
  }),
  should('§4', 'ends a stream whose client has handled more than was sent', async (stage) => {
    const romeo = await enabled(stage, ROMEO);
    romeo.say(`<a xmlns='${NS.management}' h='1000'/>`);
    await romeo.expectStreamError('undefined-condition');
  }),
  must('§5', 'gives an id to resume with', async (stage) => {
    const romeo = await stage.bound(ROMEO);
    await idOf(romeo);
  }),
  must('§5', 'goes on with what had been handled', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const previd = await idOf(romeo);
    await romeo.sync();
    romeo.drop();
    const again = await stage.signedIn(ROMEO);
    const answer = await resume(again, previd, 1);
    expectEqual(answer.name, 'resumed', 'the answer');
    expectEqual(answer.attrs['previd'], previd, 'previd');
    expectEqual(answer.attrs['h'], '1', 'h');
  }),
  must('§5', 'says again what the client has not acknowledged', async (stage) => {
    const [romeo, juliet, previd] = await coupleWithId(stage);
    const text = await tell(romeo, juliet);
    await juliet.readsBody(text);
    juliet.drop();
    const again = await stage.signedIn(JULIET);
    expectEqual((await resume(again, previd, 0)).name, 'resumed', 'the answer');
    await again.readsBody(text);
  }),
  must('§5', 'does not say again what the client has acknowledged', async (stage) => {
    const [romeo, juliet, previd] = await coupleWithId(stage);
    const first = await tell(romeo, juliet);
    await juliet.readsBody(first);
    const heard = stanzasIn(juliet) + 1;
    juliet.drop();
    const again = await stage.signedIn(JULIET);
    await resume(again, previd, heard);
    const second = await tell(romeo, juliet);
    await again.readsBody(second);
    again.expectNone((message) => message.child('body')?.text === first, 'said again');
  }),
  must('§5', 'keeps what comes while the connection is lost', async (stage) => {
    const [romeo, juliet, previd] = await coupleWithId(stage);
    juliet.drop();
    const texts = [await tell(romeo, juliet), await tell(romeo, juliet), await tell(romeo, juliet)];
    await romeo.sync();
    const again = await stage.signedIn(JULIET);
    await resume(again, previd, 0);
    await again.readsBody(texts[2] ?? '');
    const told = again.unread.flatMap((message) => message.child('body')?.text ?? []);
    expectEqual(told.join(), texts.slice(0, 2).join(), 'what came before the last');
  }),
  must('§5', 'keeps the resource', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const previd = await idOf(romeo);
    romeo.drop();
    const again = await stage.signedIn(ROMEO);
    await resume(again, previd, 0);
    const juliet = await stage.arrived(JULIET, 'balcony');
    await again.readsBody(await tell(juliet, romeo));
  }),
  must('§5', 'goes on without a new binding, acknowledgements included', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const previd = await idOf(romeo);
    romeo.drop();
    const again = await stage.signedIn(ROMEO);
    await resume(again, previd, 0);
    await again.sync();
    expectEqual(await handledBy(again), 1, 'h');
  }),
  must('§5', 'takes the place of a connection that is still open', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const previd = await idOf(romeo);
    const again = await stage.signedIn(ROMEO);
    expectEqual((await resume(again, previd, 0)).name, 'resumed', 'the answer');
    await romeo.socket.over();
    await again.sync();
  }),
  must('§5', 'refuses an id that it does not know, and binds instead', async (stage) => {
    const romeo = await stage.signedIn(ROMEO);
    const answer = await resume(romeo, 'no-such-id', 0);
    expectThat(answer.find('item-not-found', NS.stanzas) !== undefined, `${answer.xml}`);
    await romeo.getsResult('set', `<bind xmlns='${NS.bind}'/>`);
  }),
  must('§5', 'refuses the id of somebody else', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const previd = await idOf(romeo);
    const juliet = await stage.signedIn(JULIET);
    expectEqual((await resume(juliet, previd, 0)).name, 'failed', 'the answer');
  }),
  must('§5', 'refuses the id of a stream that was closed', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const previd = await idOf(romeo);
    await romeo.leave();
    const again = await stage.signedIn(ROMEO);
    expectEqual((await resume(again, previd, 0)).name, 'failed', 'the answer');
  }),
  must('§5', 'does not resume a stream that is bound already', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const previd = await idOf(romeo);
    const other = await stage.bound(ROMEO, 'garden');
    expectEqual((await resume(other, previd, 0)).name, 'failed', 'the answer');
  }),
];

async function enabled(stage: Stage, role: Role): Promise<XmppPeer> {
  const peer = await stage.bound(role);
  peer.say(ENABLE);
  expectThat((await reads(peer)).name === 'enabled', 'not enabled');
  return peer;
}

async function idOf(peer: XmppPeer): Promise<string> {
  peer.say(ENABLE);
  const { attrs } = await reads(peer);
  expectThat(['true', '1'].includes(attrs['resume'] ?? ''), 'resumption is not offered');
  expectThat((attrs['id'] ?? '') !== '', 'no id');
  return attrs['id'] ?? '';
}

async function coupleWithId(stage: Stage): Promise<[XmppPeer, XmppPeer, string]> {
  const [romeo, juliet] = await stage.couple();
  return [romeo, juliet, await idOf(juliet)];
}

async function tell(from: XmppPeer, to: XmppPeer): Promise<string> {
  const text = newId();
  from.say(`<message to='${to.jid}' type='chat' id='${newId()}'><body>${text}</body></message>`);
  await from.sync();
  return text;
}

async function resume(peer: XmppPeer, previd: string, h: number): Promise<Element> {
  peer.say(`<resume xmlns='${NS.management}' previd='${previd}' h='${h}'/>`);
  return reads(peer);
}

async function handledBy(peer: XmppPeer): Promise<number> {
  peer.say(ASK);
  return Number((await peer.reads((element) => element.is('a', NS.management), 'an answer')).attrs['h']);
}

/** An answer; questions are passed over. */
function reads(peer: XmppPeer): Promise<Element> {
  return peer.reads(({ ns, name }) => ns === NS.management && name !== 'r', 'an answer of stream management');
}

function stanzasIn({ unread }: XmppPeer): number {
  return unread.filter(({ ns }) => ns === NS.client).length;
}
