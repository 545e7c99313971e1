import { ENTRY_KIND } from '@skein/model';
import { settle } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { until } from '../../testing/test-port.ts';
import { allOf, find, has, textIn, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';

const MUC = "<x xmlns='http://jabber.org/protocol/muc'/>";
const SELF = (stanza: Parameters<typeof has>[0]): boolean =>
  allOf(stanza, 'status').some(({ attrs }) => attrs['code'] === '110');

describe('rooms', () => {
  it('[XM50, XM51] are the groups that the other protocols show', async () => {
    const { scene, port, romeo } = await open();
    const web = await scene.arrive('juliet');
    const { conversation } = await web.createGroup(['romeo', 'nurse'], 'Orchard');
    await web.text(conversation, 'before you came');
    const room = `g${conversation}@groups.localhost`;
    const items = await romeo.asks(
      'get',
      "<query xmlns='http://jabber.org/protocol/disco#items'/>",
      'groups.localhost',
    );
    expect(find(items, 'item').attrs).toMatchObject({ jid: room, name: 'Orchard' });
    romeo.say(`<presence to='${room}/Romeo'>${MUC}</presence>`);
    const owner = await romeo.reads('presence', ({ attrs }) => attrs['from'] === `${room}/juliet`);
    expect(find(owner, 'item').attrs).toMatchObject({
      affiliation: 'owner',
      role: 'moderator',
      jid: 'juliet@localhost',
    });
    const self = await romeo.reads('presence', SELF);
    expect(self.attrs['from']).toBe(`${room}/romeo`);
    expect(allOf(self, 'status').map(({ attrs }) => attrs['code'])).toEqual(['110', '100', '210']);
    const past = await romeo.readsMessage();
    expect(past.attrs).toMatchObject({ type: 'groupchat', from: `${room}/juliet` });
    expect(find(past, 'stanza-id').attrs).toMatchObject({ id: '2', by: room });
    expect(has(past, 'delay')).toBe(true);
    expect(textIn(find(await romeo.readsMessage('subject'), 'subject'))).toBe('Orchard');
    void port;
  });

  it('[XM52] carry what is said to everybody, to who said it too', async () => {
    const { scene, romeo, room, conversation, juliet } = await inRoom();
    romeo.say(`<message to='${room}' type='groupchat' id='m1'><body>hello all</body></message>`);
    for (const person of [romeo, juliet]) {
      const message = await person.readsMessage();
      expect(message.attrs).toMatchObject({
        type: 'groupchat',
        from: `${room}/romeo`,
        id: 'm1',
        to: person.jid,
      });
      expect(find(message, 'stanza-id').attrs['id']).toBe('2');
    }
    const web = await scene.arrive('nurse');
    await web.text(conversation, 'from the web');
    expect(textIn(find(await romeo.readsMessage(), 'body'))).toBe('from the web');
    romeo.say(
      `<message to='${room}' type='groupchat' id='m2'><retract xmlns='urn:xmpp:message-retract:1' id='2'/></message>`,
    );
    expect(find(await juliet.readsMessage('retract'), 'retract').attrs['id']).toBe('2');
    juliet.say(
      `<message to='${room}' type='groupchat'><reactions xmlns='urn:xmpp:reactions:0' id='3'><reaction>👍</reaction></reactions></message>`,
    );
    expect(textIn(find(await romeo.readsMessage('reactions'), 'reaction'))).toBe('👍');
  });

  it('[XM50] are made by entering them, and found again', async () => {
    const { scene, romeo } = await open();
    romeo.say(`<presence to='feast@groups.localhost/romeo'>${MUC}</presence>`);
    const self = await romeo.reads('presence', SELF);
    expect(self.attrs['from']).toBe('feast@groups.localhost/romeo');
    expect(allOf(self, 'status').map(({ attrs }) => attrs['code'])).toContain('201');
    romeo.say("<message to='feast@groups.localhost' type='groupchat' id='m1'><body>come</body></message>");
    expect((await romeo.readsMessage()).attrs['from']).toBe('feast@groups.localhost/romeo');
    romeo.say("<presence to='feast@groups.localhost/romeo' type='unavailable'/>");
    await romeo.reads('presence', ({ attrs }) => attrs['type'] === 'unavailable');
    romeo.say(`<presence to='feast@groups.localhost/romeo'>${MUC}</presence>`);
    expect(textIn(find(await romeo.readsMessage(), 'body'))).toBe('come');
    expect(scene.core.world.conversation(1 as never)?.title).toBe('feast');
  });

  it('[XM53] invite nobody to what they make or enter themselves', async () => {
    const { port, romeo } = await open();
    romeo.say(`<presence to='feast@groups.localhost/romeo'>${MUC}</presence>`);
    await romeo.readsMessage('subject');
    const form = `<x xmlns='jabber:x:data' type='submit'><field var='muc#roomconfig_membersonly'><value>0</value></field></x>`;
    const opened = await romeo.asks(
      'set',
      `<query xmlns='http://jabber.org/protocol/muc#owner'>${form}</query>`,
      'feast@groups.localhost',
    );
    expect(opened.attrs['type']).toBe('result');
    const juliet = await XmppPerson.arrive(port, 'juliet');
    juliet.say(`<presence to='g1@groups.localhost/juliet'>${MUC}</presence>`);
    await juliet.readsMessage('subject');
    for (const person of [romeo, juliet]) {
      await person.sync();
      expect(person.heard().some((stanza) => has(stanza, 'invite'))).toBe(false);
    }
  });

  it('[XM50] that one is not in, or that are not there, are closed alike', async () => {
    const { scene, romeo } = await open();
    const web = await scene.arrive('juliet');
    await web.createGroup(['nurse'], 'Secret');
    for (const room of ['g1', 'g99']) {
      romeo.say(`<presence to='${room}@groups.localhost/romeo'>${MUC}</presence>`);
      const error = await romeo.reads('presence', ({ attrs }) => attrs['type'] === 'error');
      expect(has(error, 'registration-required')).toBe(true);
      const info = await romeo.asks(
        'get',
        "<query xmlns='http://jabber.org/protocol/disco#info'/>",
        `${room}@groups.localhost`,
      );
      expect(has(info, 'item-not-found')).toBe(true);
    }
  });

  it('[XM53, XM54] tell who comes, goes and belongs in another way', async () => {
    const { romeo, juliet, room, port } = await inRoom();
    const mercutio = await XmppPerson.arrive(port, 'mercutio');
    await mercutio.sync();
    const admin = (item: string): Promise<Parameters<typeof has>[0]> =>
      romeo.asks('set', `<query xmlns='http://jabber.org/protocol/muc#admin'>${item}</query>`, room);
    await admin("<item affiliation='admin' jid='mercutio@localhost'/>");
    const invitation = await mercutio.readsMessage('invite');
    expect(find(invitation, 'invite').attrs['from']).toBe(room);
    const came = await juliet.reads('presence', ({ attrs }) => attrs['from'] === `${room}/mercutio`);
    expect(find(came, 'item').attrs['affiliation']).toBe('member');
    const rose = await juliet.reads('presence', ({ attrs }) => attrs['from'] === `${room}/mercutio`);
    expect(find(rose, 'item').attrs['affiliation']).toBe('admin');
    await admin("<item role='none' nick='juliet'/>");
    const kicked = await juliet.reads('presence', ({ attrs }) => attrs['type'] === 'unavailable');
    expect(allOf(kicked, 'status').map(({ attrs }) => attrs['code'])).toContain('321');
    const gone = await romeo.reads('presence', ({ attrs }) => attrs['type'] === 'unavailable');
    expect(allOf(gone, 'status').map(({ attrs }) => attrs['code'])).toEqual(['307', '321']);
    juliet.say(`<message to='${room}' type='groupchat' id='x'><body>hello?</body></message>`);
    expect(has(await juliet.reads('message', ({ attrs }) => attrs['id'] === 'x'), 'not-acceptable')).toBe(
      true,
    );
  });

  it('[XM55] show what is said while somebody enters behind the past, and once', async () => {
    let say: (text: string) => Promise<void> = async () => undefined;
    const { scene, port } = await openVerona({
      instead: {
        history: (history) => {
          const page = history.page.bind(history);
          history.page = async (...ask) => {
            await say('in the past');
            const answer = await page(...ask);
            await say('behind it');
            return answer;
          };
          return history;
        },
      },
    });
    const romeo = await XmppPerson.arrive(port, 'romeo');
    await romeo.sync();
    const web = await scene.arrive('juliet');
    const { conversation } = await web.createGroup(['romeo'], 'Orchard');
    await web.text(conversation, 'before you came');
    say = (text) => web.text(conversation, text);
    romeo.say(`<presence to='g${conversation}@groups.localhost/romeo'>${MUC}</presence>`);
    await romeo.reads('presence', SELF);
    await until(() => romeo.heard().some((stanza) => textIn(stanza) === 'behind it'));
    await romeo.sync();
    const told = romeo.heard().filter(({ attrs }) => attrs['type'] === 'groupchat');
    expect(told.map(textIn)).toEqual(['before you came', 'in the past', 'Orchard', 'behind it']);
  });

  it('[CN7] tell of the past with all reactions, also who has asked much', async () => {
    const { scene, port } = await openVerona({ limits: { requestsBurstMax: 3, requestsPerSecondMax: 50 } });
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const web = await scene.arrive('juliet');
    const { conversation } = await web.createGroup(['romeo'], 'Orchard');
    const targets = [2, 3, 4, 5, 6, 7, 8, 9];
    for (const target of targets) await web.text(conversation, `number ${target}`);
    for (const target of targets) {
      const send = {
        conversation,
        counter: web.nextCounter(conversation),
        kind: ENTRY_KIND.reaction,
        target,
      };
      web.say({ case: 'send', value: { ...send, reaction: { key: `on ${target}` } } });
    }
    await settle();
    romeo.say(`<presence to='g${conversation}@groups.localhost/romeo'>${MUC}</presence>`);
    await romeo.readsMessage('subject');
    const told = romeo.heard().flatMap((stanza) => allOf(stanza, 'reactions'));
    expect(told.map(textIn)).toEqual(targets.map((target) => `on ${target}`));
  });

  it('[XM54] are named and opened by who may', async () => {
    const { romeo, juliet, room } = await inRoom();
    const submit = (person: XmppPerson, name: string): Promise<Parameters<typeof has>[0]> =>
      person.asks(
        'set',
        `<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'><field var='muc#roomconfig_roomname'><value>${name}</value></field><field var='muc#roomconfig_membersonly'><value>0</value></field></x></query>`,
        room,
      );
    expect(has(await submit(juliet, 'Mine'), 'forbidden')).toBe(true);
    expect((await submit(romeo, 'Ours')).attrs['type']).toBe('result');
    expect(textIn(find(await juliet.readsMessage('subject'), 'subject'))).toBe('Ours');
    const info = await juliet.asks('get', "<query xmlns='http://jabber.org/protocol/disco#info'/>", room);
    expect(allOf(info, 'feature').map(({ attrs }) => attrs['var'])).toContain('muc_open');
    romeo.say(`<message to='${room}' type='groupchat'><subject>Theirs</subject></message>`);
    expect(textIn(find(await juliet.readsMessage('subject'), 'subject'))).toBe('Theirs');
  });
});

async function open() {
  const { scene, port } = await openVerona();
  const romeo = await XmppPerson.arrive(port, 'romeo');
  await romeo.sync();
  return { scene, port, romeo };
}

/** Romeo's group, with Juliet and the nurse in it; both of the lovers have it open. */
async function inRoom() {
  const { scene, port, romeo } = await open();
  const owner = await scene.arrive('romeo');
  const { conversation } = await owner.createGroup(['juliet', 'nurse'], 'Balcony');
  const juliet = await XmppPerson.arrive(port, 'juliet', { resource: 'balcony' });
  const room = `g${conversation}@groups.localhost`;
  for (const person of [romeo, juliet]) {
    person.say(`<presence to='${room}/${person.bare.split('@')[0]}'>${MUC}</presence>`);
    await person.readsMessage('subject');
  }
  return { scene, port, romeo, juliet, room, conversation };
}
