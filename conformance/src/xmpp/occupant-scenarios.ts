import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { NS } from './element.ts';
import { bareOf, changes, enters, isRefused, itemIn, made, serviceFor, statusesIn } from './room-stage.ts';
import { NURSE, ROMEO, type Stage, statementsOf } from './stage.ts';
import { expectStanzaError, newId, type XmppPeer, type XmppTarget } from './xmpp-peer.ts';

const { must, should } = statementsOf('XEP-0045');

/** XEP-0045 §7–§10 among people who have a room open together, under names that they choose. */
export const OCCUPANT_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  must(
    '§7.1',
    'tell who enters of the others, of oneself, the past and the subject, in this order',
    async (stage) => {
      const [romeo, juliet] = await stage.couple();
      const { room } = await made(romeo, 'one');
      const [subject, text] = [newId(), newId()];
      romeo.say(`<message to='${room}' type='groupchat'><subject>${subject}</subject></message>`);
      await romeo.readsMessage((message) => message.child('subject')?.text === subject, 'the subject');
      romeo.say(`<message to='${room}' type='groupchat'><body>${text}</body></message>`);
      await romeo.readsBody(text);
      juliet.say(`<presence to='${room}/two'><x xmlns='${NS.muc}'/></presence>`);
      const told: string[] = [];
      while (told.at(-1) !== subject) {
        const stanza = await juliet.reads((element) => bareOf(element) === room, 'what the room tells');
        const said = stanza.child('body')?.text ?? stanza.child('subject')?.text;
        told.push(said ?? stanza.attrs['from'] ?? '');
      }
      expectEqual(told.join(' '), [`${room}/one`, `${room}/two`, text, subject].join(' '), 'the order');
    },
  ),
  must('§7.2.2', 'tell those who are there of who enters', async (stage) => {
    const { room, romeo, juliet, nurse } = await three(stage);
    await nurse.sync();
    for (const peer of [romeo, juliet]) await peer.readsPresence(`${room}/three`);
  }),
  must('§7.2.3', 'show the full address of who enters, where they are not anonymous', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    const refusal = await romeo.getsResult('get', `<query xmlns='${NS.info}'/>`, room);
    const isOpenlyKnown = refusal.all('feature').some(({ attrs }) => attrs['var'] === 'muc_nonanonymous');
    const self = await enters(juliet, room, 'two');
    const told = await romeo.readsPresence(`${room}/two`);
    // Moderators see it in a semi-anonymous room as well, §7.2.4.
    expectEqual(itemIn(told)['jid'], juliet.jid, 'the address');
    expectEqual(statusesIn(self).includes('100'), isOpenlyKnown, 'the warning');
  }),
  must('§7.2.8', 'let nobody enter under the name of somebody else', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    expectStanzaError(await isRefused(juliet, room, 'one'), ['conflict']);
  }),
  must('§7.4', 'let nobody be heard who is not in them', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    const id = newId();
    juliet.say(`<message to='${room}' type='groupchat' id='${id}'><body>${id}</body></message>`);
    const answer = await juliet.readsMessage(({ attrs }) => attrs['id'] === id, 'the refusal');
    expectStanzaError(answer, ['not-acceptable']);
  }),
  must('§7.4', 'bring what is said to everybody, from the name of who said it', async (stage) => {
    const { room, romeo, juliet, nurse } = await three(stage);
    const text = newId();
    juliet.say(`<message to='${room}' type='groupchat'><body>${text}</body></message>`);
    for (const peer of [romeo, juliet, nurse]) {
      expectEqual((await peer.readsBody(text)).attrs['from'], `${room}/two`, 'from');
    }
  }),
  must('§7.6', 'tell everybody of a new name, and what the old one has become', async (stage) => {
    const { room, romeo, juliet } = await three(stage);
    juliet.say(`<presence to='${room}/capulet'/>`);
    for (const peer of [romeo, juliet]) {
      const gone = await peer.readsPresence(`${room}/two`, 'unavailable');
      expectThat(statusesIn(gone).includes('303'), `no new name: ${gone.xml}`);
      expectEqual(itemIn(gone)['nick'], 'capulet', 'the new name');
      await peer.readsPresence(`${room}/capulet`);
    }
  }),
  must('§7.6', 'let nobody take the name of somebody else', async (stage) => {
    const { room, juliet } = await three(stage);
    juliet.say(`<presence to='${room}/one' id='renamed'/>`);
    const answer = await juliet.reads(
      (stanza) => stanza.name === 'presence' && stanza.attrs['type'] === 'error',
      'the refusal',
    );
    expectStanzaError(answer, ['conflict']);
  }),
  must('§7.14', 'tell those who stay of who has left', async (stage) => {
    const { room, romeo, juliet } = await three(stage);
    juliet.say(`<presence to='${room}/two' type='unavailable'/>`);
    const own = await juliet.readsPresence(`${room}/two`, 'unavailable');
    expectThat(statusesIn(own).includes('110'), `not oneself: ${own.xml}`);
    const gone = await romeo.readsPresence(`${room}/two`, 'unavailable');
    expectEqual(itemIn(gone)['role'], 'none', 'the role');
  }),
  must('§7.14', 'tell those who stay of who is lost', async (stage) => {
    const { room, romeo, juliet } = await three(stage);
    await juliet.leave();
    await romeo.readsPresence(`${room}/two`, 'unavailable');
  }),
  must('§7.14', 'do not show who has left to those who come', async (stage) => {
    const { room, romeo, juliet } = await three(stage);
    juliet.say(`<presence to='${room}/two' type='unavailable'/>`);
    await romeo.readsPresence(`${room}/two`, 'unavailable');
    const late = await stage.arrived(ROMEO, 'late');
    await enters(late, room, 'one');
    late.expectNone(
      (stanza) => stanza.name === 'presence' && stanza.attrs['from'] === `${room}/two`,
      'shown',
    );
  }),
  must('§8.2', 'tell who is kicked that they are out, and everybody else', async (stage) => {
    const { room, romeo, juliet, nurse } = await three(stage);
    await changes(romeo, room, "<item nick='two' role='none'><reason>Enough.</reason></item>");
    const own = await juliet.readsPresence(`${room}/two`, 'unavailable');
    expectThat(
      ['110', '307'].every((code) => statusesIn(own).includes(code)),
      own.xml,
    );
    expectEqual(itemIn(own)['role'], 'none', 'the role');
    const gone = await nurse.readsPresence(`${room}/two`, 'unavailable');
    expectThat(statusesIn(gone).includes('307') && !statusesIn(gone).includes('110'), gone.xml);
    expectEqual(itemIn(gone)['role'], 'none', 'the role');
  }),
  must('§9.3', 'let somebody in who was made a member', async (stage) => {
    const { room, romeo, juliet } = await closed(stage);
    await changes(romeo, room, `<item jid='${juliet.bare}' affiliation='member'/>`);
    expectEqual(itemIn(await enters(juliet, room, 'two'))['role'], 'participant', 'the role');
  }),
  must('§9.4', 'put somebody out of a closed room who is no member any more', async (stage) => {
    const { room, romeo, juliet } = await closed(stage);
    await changes(romeo, room, `<item jid='${juliet.bare}' affiliation='member'/>`);
    await enters(juliet, room, 'two');
    await changes(romeo, room, `<item jid='${juliet.bare}' affiliation='none'/>`);
    for (const peer of [juliet, romeo]) {
      const gone = await peer.readsPresence(`${room}/two`, 'unavailable');
      expectThat(statusesIn(gone).includes('321'), `not because of that: ${gone.xml}`);
      expectEqual(itemIn(gone)['affiliation'], 'none', 'the affiliation');
    }
  }),
  must('§9.6', 'make a moderator, as everybody is told', async (stage) => {
    const { room, romeo, juliet, nurse } = await three(stage);
    for (const peer of [juliet, nurse]) peer.unread = [];
    await changes(romeo, room, "<item nick='two' role='moderator'/>");
    for (const peer of [juliet, nurse]) {
      expectEqual(itemIn(await peer.readsPresence(`${room}/two`))['role'], 'moderator', 'the role');
    }
  }),
  must('§9.7', 'take that from a moderator, as everybody is told', async (stage) => {
    const { room, romeo, juliet, nurse } = await three(stage);
    await changes(romeo, room, "<item nick='two' role='moderator'/>");
    for (const peer of [juliet, nurse]) {
      const made = await peer.reads(
        (stanza) => stanza.attrs['from'] === `${room}/two` && itemIn(stanza)['role'] === 'moderator',
        'a moderator',
      );
      expectThat(made !== undefined, 'made');
    }
    await changes(romeo, room, "<item nick='two' role='participant'/>");
    for (const peer of [juliet, nurse]) {
      expectEqual(itemIn(await peer.readsPresence(`${room}/two`))['role'], 'participant', 'the role');
    }
  }),
  must('§10.6', 'make an admin, as everybody is told', async (stage) => {
    const { room, romeo, juliet, nurse } = await three(stage);
    for (const peer of [juliet, nurse]) peer.unread = [];
    await changes(romeo, room, `<item jid='${juliet.bare}' affiliation='admin'/>`);
    for (const peer of [juliet, nurse]) {
      expectEqual(itemIn(await peer.readsPresence(`${room}/two`))['affiliation'], 'admin', 'affiliation');
    }
  }),
  must('§5.2', 'know an admin again who comes back', async (stage) => {
    const { room, romeo, juliet } = await three(stage);
    await changes(romeo, room, `<item jid='${juliet.bare}' affiliation='admin'/>`);
    juliet.say(`<presence to='${room}/two' type='unavailable'/>`);
    await juliet.readsPresence(`${room}/two`, 'unavailable');
    const self = await enters(juliet, room, 'two');
    expectEqual(itemIn(self)['affiliation'], 'admin', 'affiliation');
    expectEqual(itemIn(self)['role'], 'moderator', 'role');
  }),
  must('§10.7', 'take that from an admin, as everybody is told', async (stage) => {
    const { room, romeo, juliet, nurse } = await three(stage);
    await changes(romeo, room, `<item jid='${juliet.bare}' affiliation='admin'/>`);
    for (const peer of [juliet, nurse]) {
      await peer.reads(({ attrs }) => attrs['from'] === `${room}/two`, 'the admin');
    }
    for (const peer of [juliet, nurse]) peer.unread = [];
    await changes(romeo, room, `<item jid='${juliet.bare}' affiliation='member'/>`);
    for (const peer of [juliet, nurse]) {
      const told = await peer.reads(
        (stanza) => stanza.attrs['from'] === `${room}/two` && itemIn(stanza)['affiliation'] === 'member',
        'the member',
      );
      expectEqual(itemIn(told)['role'], 'participant', 'role');
    }
  }),
  must('§9.7', 'let nobody take that from the owner', async (stage) => {
    const { room, romeo, juliet } = await three(stage);
    await changes(romeo, room, `<item jid='${juliet.bare}' affiliation='admin'/>`);
    const item = "<item nick='one' role='participant'/>";
    await juliet.getsError(['not-allowed'], 'set', `<query xmlns='${NS.mucAdmin}'>${item}</query>`, room);
  }),
  must('§6.6', 'answer nobody outside who asks an occupant', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    await juliet.getsError(['bad-request'], 'get', `<query xmlns='${NS.items}'/>`, `${room}/one`);
  }),
  should('§6.3', 'are listed to everybody', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const { room } = await made(romeo, 'one');
    const items = await juliet.getsResult('get', `<query xmlns='${NS.items}'/>`, await serviceFor(juliet));
    expectThat(
      items.all('item').some(({ attrs }) => attrs['jid'] === room),
      `not listed: ${items.xml.slice(0, 300)}`,
    );
  }),
];

interface Three {
  readonly room: string;
  readonly romeo: XmppPeer;
  readonly juliet: XmppPeer;
  readonly nurse: XmppPeer;
}

/** Romeo's room, with Juliet and the nurse in it: one, two and three. */
async function three(stage: Stage): Promise<Three> {
  const [romeo, juliet] = await stage.couple();
  const nurse = await stage.arrived(NURSE, 'street');
  const { room } = await made(romeo, 'one');
  await enters(juliet, room, 'two');
  await enters(nurse, room, 'three');
  return { room, romeo, juliet, nurse };
}

/** A room of Romeo's that only members enter; there are none yet. */
async function closed(stage: Stage): Promise<Pick<Three, 'room' | 'romeo' | 'juliet'>> {
  const [romeo, juliet] = await stage.couple();
  const { room } = await made(romeo, 'one');
  const form = `<x xmlns='${NS.forms}' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field><field var='muc#roomconfig_membersonly'><value>1</value></field></x>`;
  await romeo.getsResult('set', `<query xmlns='${NS.mucOwner}'>${form}</query>`, room);
  return { room, romeo, juliet };
}
