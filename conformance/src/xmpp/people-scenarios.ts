import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { block, change, friends, ROSTER, strangers, subscribe } from './acquaintance.ts';
import { type Element, NS } from './element.ts';
import { JULIET, NURSE, ROMEO, statementsOf } from './stage.ts';
import { newId, type XmppTarget } from './xmpp-peer.ts';

const { must } = statementsOf('RFC 6121');
const blocking = statementsOf('XEP-0191');

/** A change of the roster that is none. */
const BAD_CHANGES: readonly (readonly [string, string, readonly string[]])[] = [
  ['of two people', "<item jid='NURSE'/><item jid='JULIET'/>", ['bad-request']],
  ['of nobody', '', ['bad-request']],
  ['without an address', "<item name='Nobody'/>", ['bad-request']],
  ['with one group twice', "<item jid='NURSE'><group>x</group><group>x</group></item>", ['bad-request']],
  ['with a group of no name', "<item jid='NURSE'><group/></item>", ['not-acceptable']],
];

/** RFC 6121 §2–§4 and XEP-0191: who knows whom, who hears that somebody is there, and who hears nothing. */
export const PEOPLE_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  must('§2.1.4', 'gives the roster to whoever asks', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const answer = await romeo.getsResult('get', ROSTER);
    expectThat(answer.child('query', NS.roster) !== undefined, `no roster in ${answer.xml}`);
  }),
  must('§2.3', 'keeps somebody with a name and groups', async (stage) => {
    const [romeo] = await strangers(stage);
    const nurse = stage.bare(NURSE);
    await romeo.getsResult(
      'set',
      change(nurse, "name='Nurse'", '<group>Friends</group><group>Capulets</group>'),
    );
    const item = itemIn(await romeo.getsResult('get', ROSTER), nurse);
    expectEqual(item?.attrs['name'], 'Nurse', 'the name');
    expectEqual(item?.attrs['subscription'], 'none', 'the subscription');
    expectEqual(
      item
        ?.all('group')
        .map(({ text }) => text)
        .toSorted()
        .join(),
      'Capulets,Friends',
      'the groups',
    );
  }),
  must('§2.3.1', 'lets nobody write a subscription down', async (stage) => {
    const [romeo] = await strangers(stage);
    await romeo.asks('set', change(stage.bare(NURSE), "subscription='both'"));
    const item = itemIn(await romeo.getsResult('get', ROSTER), stage.bare(NURSE));
    expectEqual(item?.attrs['subscription'] ?? 'none', 'none', 'the subscription');
  }),
  must('§2.1.6', 'tells a change to every connection that asked for the roster', async (stage) => {
    const [romeo] = await strangers(stage);
    const garden = await stage.arrived(ROMEO, 'garden');
    await garden.getsResult('get', ROSTER);
    await romeo.getsResult('set', change(stage.bare(NURSE), "name='Angelica'"));
    const push = await garden.reads(
      (element) => itemIn(element, stage.bare(NURSE))?.attrs['name'] === 'Angelica',
      'the change',
    );
    expectEqual(push.attrs['type'], 'set', 'type');
    expectThat([undefined, romeo.bare].includes(push.attrs['from']), `from ${push.attrs['from']}`);
  }),
  must('§2.2', 'tells nothing to a connection that did not ask', async (stage) => {
    const [romeo] = await strangers(stage);
    const garden = await stage.arrived(ROMEO, 'garden');
    await romeo.getsResult('set', change(stage.bare(NURSE), "name='Unasked'"));
    await garden.sync();
    garden.expectNone((element) => element.child('query', NS.roster) !== undefined, 'a change');
  }),
  ...BAD_CHANGES.map(([what, items, conditions]) =>
    must('§2.3.3', `refuses a change ${what}`, async (stage) => {
      const romeo = await stage.arrived(ROMEO);
      const query = `<query xmlns='${NS.roster}'>${items.replaceAll('NURSE', stage.bare(NURSE)).replaceAll('JULIET', stage.bare(JULIET))}</query>`;
      await romeo.getsError(conditions, 'set', query);
    }),
  ),
  must('§2.3.3', 'lets nobody change the roster of somebody else', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsError(
      ['forbidden', 'service-unavailable', 'not-allowed'],
      'set',
      change(stage.bare(NURSE)),
      stage.bare(JULIET),
    );
  }),
  must('§2.5', 'removes somebody, and tells so', async (stage) => {
    const [romeo] = await strangers(stage);
    await romeo.getsResult('get', ROSTER);
    await romeo.getsResult('set', change(stage.bare(NURSE)));
    await romeo.getsResult('set', change(stage.bare(NURSE), "subscription='remove'"));
    await romeo.reads(
      (element) => itemIn(element, stage.bare(NURSE))?.attrs['subscription'] === 'remove',
      'the removal',
    );
    expectThat(itemIn(await romeo.getsResult('get', ROSTER), stage.bare(NURSE)) === undefined, 'still there');
  }),
  must('§2.5.3', 'refuses to remove who is not there', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsError(
      ['item-not-found'],
      'set',
      change(`nobody-here@${stage.target.domain}`, "subscription='remove'"),
    );
  }),

  must('§3.1.2', 'writes down that somebody was asked', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    await romeo.getsResult('get', ROSTER);
    romeo.say(`<presence type='subscribe' to='${juliet.bare}'/>`);
    await romeo.reads(
      (push) => itemIn(push, juliet.bare)?.attrs['ask'] === 'subscribe',
      'the question in the roster',
    );
  }),
  must('§3.1.3', 'asks in the name of the account', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    romeo.say(`<presence type='subscribe' to='${juliet.bare}'/>`);
    await juliet.readsPresence(romeo.bare, 'subscribe');
  }),
  must('§3.1.3', 'asks who comes later', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    await juliet.leave();
    romeo.say(`<presence type='subscribe' to='${juliet.bare}'/>`);
    await romeo.sync();
    const again = await stage.bound(JULIET, 'balcony');
    again.say('<presence/>');
    await again.readsPresence(romeo.bare, 'subscribe');
  }),
  ...[true, false].map((isThere) =>
    must(
      '§3.1.3',
      `asks ${isThere ? 'with' : 'who comes later with'} all that is in the question`,
      async (stage) => {
        const [romeo, juliet] = await strangers(stage);
        if (!isThere) await juliet.leave();
        const rose = "<rose xmlns='http://example.org/flowers'/>";
        romeo.say(`<presence type='subscribe' to='${juliet.bare}'>${rose}</presence>`);
        await romeo.sync();
        const asked = isThere ? juliet : await stage.bound(JULIET, 'balcony');
        if (!isThere) asked.say('<presence/>');
        const question = await asked.readsPresence(romeo.bare, 'subscribe');
        expectThat(
          question.child('rose', 'http://example.org/flowers') !== undefined,
          `less: ${question.xml}`,
        );
      },
    ),
  ),
  must('§3.1.6', 'tells who asked that they may, and that somebody is there', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    await subscribe(romeo, juliet);
    await romeo.readsPresence(juliet.jid);
    expectEqual(
      itemIn(await romeo.getsResult('get', ROSTER), juliet.bare)?.attrs['subscription'],
      'to',
      'romeo',
    );
    expectEqual(
      itemIn(await juliet.getsResult('get', ROSTER), romeo.bare)?.attrs['subscription'],
      'from',
      'juliet',
    );
  }),
  must('§3.1.4', 'writes down that both may when both do', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    for (const [one, other] of [[romeo, juliet] as const, [juliet, romeo] as const]) {
      const item = itemIn(await one.getsResult('get', ROSTER), other.bare);
      expectEqual(item?.attrs['subscription'], 'both', one.jid);
    }
  }),
  must('§3.2.2', 'tells who may no longer', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    juliet.say(`<presence type='unsubscribed' to='${romeo.bare}'/>`);
    await romeo.readsPresence(juliet.bare, 'unsubscribed');
    await romeo.readsPresence(juliet.jid, 'unavailable');
    expectEqual(
      itemIn(await romeo.getsResult('get', ROSTER), juliet.bare)?.attrs['subscription'],
      'from',
      'romeo',
    );
  }),
  must('§3.3.2', 'tells that somebody no longer wants to know', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    romeo.say(`<presence type='unsubscribe' to='${juliet.bare}'/>`);
    await juliet.readsPresence(romeo.bare, 'unsubscribe');
    expectEqual(
      itemIn(await juliet.getsResult('get', ROSTER), romeo.bare)?.attrs['subscription'],
      'to',
      'juliet',
    );
  }),

  must('§4.2.2', 'tells friends that somebody has come', async (stage) => {
    const [romeo] = await friends(stage);
    const garden = await stage.bound(JULIET, 'garden');
    garden.say('<presence><show>away</show><status>in the garden</status><priority>3</priority></presence>');
    const presence = await romeo.readsPresence(garden.jid);
    expectEqual(presence.child('show')?.text, 'away', 'show');
    expectEqual(presence.child('status')?.text, 'in the garden', 'status');
  }),
  must('§4.2.2', "tells one's own other connections", async (stage) => {
    const orchard = await stage.arrived(ROMEO, 'orchard');
    const garden = await stage.bound(ROMEO, 'garden');
    garden.say('<presence/>');
    await orchard.readsPresence(garden.jid);
  }),
  must('§4.3.2', 'tells who comes who is there', async (stage) => {
    const [romeo] = await friends(stage);
    const garden = await stage.bound(JULIET, 'garden');
    garden.say('<presence/>');
    await garden.readsPresence(romeo.jid);
  }),
  must('§4.4.2', 'tells friends what changes', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    juliet.say('<presence><show>dnd</show></presence>');
    await romeo.reads(
      ({ attrs, elements }) => attrs['from'] === juliet.jid && elements.some(({ text }) => text === 'dnd'),
      'the change',
    );
  }),
  must('§4.5.2', 'tells friends that somebody has gone', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    juliet.say("<presence type='unavailable'><status>gone</status></presence>");
    expectEqual(
      (await romeo.readsPresence(juliet.jid, 'unavailable')).child('status')?.text,
      'gone',
      'status',
    );
  }),
  must('§4.5.2', 'tells friends that a stream was closed', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await juliet.leave();
    await romeo.readsPresence(juliet.jid, 'unavailable');
  }),
  must('§4.5.2', 'tells friends that a connection was lost', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    juliet.drop();
    await romeo.readsPresence(juliet.jid, 'unavailable');
  }),
  must('§4.2.2', 'tells strangers nothing', async (stage) => {
    const [romeo] = await strangers(stage);
    const garden = await stage.arrived(JULIET, 'garden');
    await romeo.sync();
    romeo.expectNone(({ attrs }) => attrs['from'] === garden.jid, 'presence');
  }),
  must('§4.6.3', 'brings presence to who it is for, and that it ends', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    juliet.say(`<presence to='${romeo.jid}'/>`);
    await romeo.readsPresence(juliet.jid);
    await juliet.leave();
    await romeo.readsPresence(juliet.jid, 'unavailable');
  }),

  blocking.must('§3.1', 'is said in the discovery of the server', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const info = await romeo.getsResult('get', `<query xmlns='${NS.info}'/>`, stage.target.domain);
    expectThat(
      info.all('feature').some(({ attrs }) => attrs['var'] === NS.blocking),
      `not in ${info.xml}`,
    );
  }),
  blocking.must('§3.2', 'begins with nobody', async (stage) => {
    const [romeo] = await strangers(stage);
    const list = await romeo.getsResult('get', `<blocklist xmlns='${NS.blocking}'/>`);
    expectEqual(list.child('blocklist', NS.blocking)?.elements.length, 0, 'people');
  }),
  blocking.must('§3.3', 'writes down who is blocked, and tells those who asked', async (stage) => {
    const [romeo] = await strangers(stage);
    const garden = await stage.arrived(ROMEO, 'garden');
    await garden.getsResult('get', `<blocklist xmlns='${NS.blocking}'/>`);
    await romeo.getsResult('set', block('block', stage.bare(NURSE)));
    await garden.reads((push) => push.child('block', NS.blocking) !== undefined, 'the block');
    const list = await romeo.getsResult('get', `<blocklist xmlns='${NS.blocking}'/>`);
    expectEqual(list.all('item')[0]?.attrs['jid'], stage.bare(NURSE), 'who');
  }),
  blocking.must('§3.3', 'refuses to block nobody', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsError(['bad-request'], 'set', `<block xmlns='${NS.blocking}'/>`);
  }),
  blocking.must('§3.3', 'refuses what somebody says who is blocked', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    await romeo.getsResult('set', block('block', juliet.bare));
    const id = newId();
    juliet.say(`<message to='${romeo.bare}' type='chat' id='${id}'><body>${id}</body></message>`);
    const answer = await juliet.readsMessage(({ attrs }) => attrs['id'] === id, 'the refusal');
    expectThat(answer.find('service-unavailable', NS.stanzas) !== undefined, `${answer.xml}`);
    await romeo.sync();
    romeo.expectNone((message) => message.child('body')?.text === id, 'heard');
  }),
  blocking.must('§3.3', 'refuses requests of somebody who is blocked', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    await romeo.getsResult('set', block('block', juliet.bare));
    await juliet.getsError(['service-unavailable'], 'get', `<ping xmlns='${NS.ping}'/>`, romeo.jid);
  }),
  blocking.must('§3.3', 'refuses what one says to somebody whom one blocked', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    await romeo.getsResult('set', block('block', juliet.bare));
    const id = newId();
    romeo.say(`<message to='${juliet.bare}' type='chat' id='${id}'><body>${id}</body></message>`);
    const answer = await romeo.readsMessage(({ attrs }) => attrs['id'] === id, 'the refusal');
    expectThat(answer.find('not-acceptable', NS.stanzas) !== undefined, `${answer.xml}`);
    expectThat(answer.find('blocked', NS.blockingErrors) !== undefined, `no reason in ${answer.xml}`);
  }),
  blocking.must('§3.3', 'is gone for somebody who is blocked', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await romeo.getsResult('set', block('block', juliet.bare));
    await juliet.readsPresence(romeo.jid, 'unavailable');
  }),
  ...['one', 'all'].map((who) =>
    blocking.must('§3.4', `lets through who is no longer blocked (${who})`, async (stage) => {
      const [romeo, juliet] = await strangers(stage);
      await romeo.getsResult('set', block('block', juliet.bare));
      await romeo.getsResult('set', who === 'one' ? block('unblock', juliet.bare) : block('unblock'));
      const text = newId();
      juliet.say(`<message to='${romeo.jid}' type='chat'><body>${text}</body></message>`);
      await romeo.readsBody(text);
    }),
  ),
];

function itemIn(iq: Element, jid: string): Element | undefined {
  return iq.child('query', NS.roster)?.elements.find(({ attrs }) => attrs['jid'] === jid);
}
