import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { NS } from './element.ts';
import { bareOf, made, serviceFor, statusesIn } from './room-stage.ts';
import { ROMEO, statementsOf } from './stage.ts';
import { newId, type XmppTarget } from './xmpp-peer.ts';

const { must } = statementsOf('XEP-0045');

/** XEP-0045: rooms, made and entered by two people. Which nicknames there are is the room's to say. */
export const ROOM_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  must('§6.1', 'are found by discovery', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const service = await serviceFor(romeo);
    const info = await romeo.getsResult('get', `<query xmlns='${NS.info}'/>`, service);
    expectThat(
      info.all('feature').some(({ attrs }) => attrs['var'] === NS.muc),
      `no rooms in ${info.xml}`,
    );
    expectThat(
      info.all('identity').some(({ attrs }) => attrs['category'] === 'conference'),
      `no conference in ${info.xml}`,
    );
  }),
  must('§10.1.1', 'are made by whoever enters first, who owns them', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const { self } = await made(romeo);
    expectEqual(self.find('item', NS.mucUser)?.attrs['affiliation'], 'owner', 'affiliation');
    expectEqual(self.find('item', NS.mucUser)?.attrs['role'], 'moderator', 'role');
    expectThat(statusesIn(self).includes('201'), `not new: ${self.xml}`);
  }),
  must('§7.2.2', 'tell somebody that they have entered, last of all occupants', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const { self } = await made(romeo);
    expectThat(statusesIn(self).includes('110'), `not oneself: ${self.xml}`);
  }),
  must('§7.2.15', 'tell the subject after that, an empty one too', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const { room } = await made(romeo);
    await romeo.readsMessage(
      (message) =>
        bareOf(message) === room &&
        message.child('subject') !== undefined &&
        message.child('body') === undefined,
      'the subject',
    );
  }),
  must('§7.4', 'bring what is said back to who said it, from the occupant and with its id', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const { room, self } = await made(romeo);
    const [id, text] = [newId(), newId()];
    romeo.say(`<message to='${room}' type='groupchat' id='${id}'><body>${text}</body></message>`);
    const message = await romeo.readsBody(text);
    expectEqual(message.attrs['from'], self.attrs['from'], 'from');
    expectEqual(message.attrs['type'], 'groupchat', 'type');
    expectEqual(message.attrs['id'], id, 'the id');
  }),
  must('§7.4', 'refuse what is said by somebody outside', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo);
    const id = newId();
    juliet.say(`<message to='${room}' type='groupchat' id='${id}'><body>${id}</body></message>`);
    const answer = await juliet.readsMessage(({ attrs }) => attrs['id'] === id, 'the refusal');
    expectEqual(answer.attrs['type'], 'error', 'type');
    await romeo.sync();
    romeo.expectNone((message) => message.child('body')?.text === id, 'heard');
  }),
  must('§7.2.1', 'ask for a nickname', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo);
    juliet.say(`<presence to='${room}' id='nameless'><x xmlns='${NS.muc}'/></presence>`);
    const answer = await juliet.reads(({ attrs }) => attrs['id'] === 'nameless', 'the refusal');
    expectThat(answer.find('jid-malformed', NS.stanzas) !== undefined, answer.xml);
  }),
  must('§7.14', 'tell somebody that they have left', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const { self } = await made(romeo);
    romeo.say(`<presence to='${self.attrs['from']}' type='unavailable'/>`);
    const gone = await romeo.readsPresence(self.attrs['from'] ?? '', 'unavailable');
    expectThat(statusesIn(gone).includes('110'), `not oneself: ${gone.xml}`);
  }),
  must('§8.1', 'take a new subject from who may set it', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const { room } = await made(romeo);
    const subject = newId();
    romeo.say(`<message to='${room}' type='groupchat'><subject>${subject}</subject></message>`);
    await romeo.readsMessage((message) => message.child('subject')?.text === subject, 'the subject');
  }),
  must('§6.4', 'say what they are', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const { room } = await made(romeo);
    const info = await romeo.getsResult('get', `<query xmlns='${NS.info}'/>`, room);
    expectThat(
      info.all('feature').some(({ attrs }) => attrs['var'] === NS.muc),
      `no room in ${info.xml}`,
    );
  }),
];
