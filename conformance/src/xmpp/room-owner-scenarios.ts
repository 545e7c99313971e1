import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { NS } from './element.ts';
import {
  bareOf,
  begun,
  configures,
  destroys,
  enters,
  isRefused,
  itemIn,
  made,
  serviceFor,
  statusesIn,
} from './room-stage.ts';
import { statementsOf } from './stage.ts';
import { expectStanzaError, newId, type XmppTarget } from './xmpp-peer.ts';

const { must } = statementsOf('XEP-0045');
const CONFIG = 'muc#roomconfig_';

/** XEP-0045 §10: how a room is made, configured and taken away by who owns it. */
export const ROOM_OWNER_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  must('§7.2.10', 'let nobody else in before it is said how they are to be', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await begun(romeo, 'one');
    expectStanzaError(await isRefused(juliet, room, 'two'), ['item-not-found']);
    await configures(romeo, room, {});
    await enters(juliet, room, 'two');
  }),
  must('§10.1.3', 'say in a form how they can be', async (stage) => {
    const [romeo] = await stage.couple();
    const { room } = await begun(romeo, 'one');
    const form = await romeo.getsResult('get', `<query xmlns='${NS.mucOwner}'/>`, room);
    const fields = form.all('field', NS.forms);
    const names = fields.map(({ attrs }) => attrs['var']);
    for (const name of ['roomname', 'membersonly', 'publicroom', 'whois', 'changesubject']) {
      expectThat(names.includes(`${CONFIG}${name}`), `no ${name} in ${names.join(' ')}`);
    }
    const type = fields.find(({ attrs }) => attrs['var'] === 'FORM_TYPE');
    expectEqual(type?.child('value')?.text, 'http://jabber.org/protocol/muc#roomconfig', 'FORM_TYPE');
  }),
  must('§10.1.3', 'are not made where that is cancelled', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await begun(romeo, 'one');
    const cancel = `<query xmlns='${NS.mucOwner}'><x xmlns='${NS.forms}' type='cancel'/></query>`;
    await romeo.getsResult('set', cancel, room);
    expectThat(statusesIn(await enters(juliet, room, 'two')).includes('201'), 'somebody else makes it');
  }),
  must('§10.2', 'show their form to nobody else', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    await enters(juliet, room, 'two');
    await juliet.getsError(['forbidden'], 'get', `<query xmlns='${NS.mucOwner}'/>`, room);
  }),
  must('§10.2', 'have the name that they are given, as anybody may ask', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    const name = newId();
    expectEqual(
      (await configures(romeo, room, { [`${CONFIG}roomname`]: name })).attrs['type'],
      'result',
      'type',
    );
    const info = await juliet.getsResult('get', `<query xmlns='${NS.info}'/>`, room);
    expectEqual(info.find('identity')?.attrs['name'], name, 'the name');
  }),
  must('§6.3', 'are not listed where they are hidden', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await begun(romeo, 'one');
    await configures(romeo, room, { [`${CONFIG}publicroom`]: '0' });
    const items = await juliet.getsResult('get', `<query xmlns='${NS.items}'/>`, await serviceFor(juliet));
    expectThat(!items.all('item').some(({ attrs }) => attrs['jid'] === room), 'listed');
  }),
  must('§7.2.6', 'let nobody in who is no member, where only members enter', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await begun(romeo, 'one');
    await configures(romeo, room, { [`${CONFIG}membersonly`]: '1' });
    expectStanzaError(await isRefused(juliet, room, 'two'), ['registration-required']);
  }),
  must('§8.1', 'keep the subject from who may not set it', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    await enters(juliet, room, 'two');
    const id = newId();
    juliet.say(`<message to='${room}' type='groupchat' id='${id}'><subject>${id}</subject></message>`);
    const answer = await juliet.readsMessage(
      ({ attrs }) => attrs['id'] === id && attrs['type'] === 'error',
      'the refusal',
    );
    expectStanzaError(answer, ['forbidden']);
  }),
  must('§10.9', 'are destroyed by their owner, as everybody in them is told', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    await enters(juliet, room, 'two');
    const answer = await destroys(romeo, room);
    expectEqual(answer.attrs['type'], 'result', 'type');
    for (const [peer, nick] of [[romeo, 'one'] as const, [juliet, 'two'] as const]) {
      const gone = await peer.readsPresence(`${room}/${nick}`, 'unavailable');
      expectEqual(gone.find('destroy', NS.mucUser)?.child('reason')?.text, 'It is day.', 'the reason');
      expectEqual(itemIn(gone)['role'], 'none', 'the role');
    }
  }),
  must('§10.9', 'can be made again once they are destroyed, without their past', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    const text = newId();
    romeo.say(`<message to='${room}' type='groupchat'><body>${text}</body></message>`);
    await romeo.readsBody(text);
    await destroys(romeo, room);
    const self = await enters(juliet, room, 'two');
    expectThat(statusesIn(self).includes('201'), `not new: ${self.xml}`);
    await juliet.readsMessage(
      (message) => bareOf(message) === room && message.child('subject') !== undefined,
      'the subject',
    );
    juliet.expectNone((message) => message.child('body')?.text === text, 'the past of another room');
  }),
  must('§10.9', 'are destroyed by nobody else', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    await enters(juliet, room, 'two');
    expectStanzaError(await destroys(juliet, room), ['forbidden']);
  }),
];
