import { StoreUnavailableError } from '@skein/core';
import { describe, expect, it } from 'vitest';
import type { TestPort } from '../../testing/test-port.ts';
import { allOf, find, has, textIn, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';

const ROSTER = "<query xmlns='jabber:iq:roster'/>";

describe('the roster', () => {
  it('[XM64] are asked for with whatever else is in the question, also of who comes later', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    romeo.say("<presence to='juliet@localhost' type='subscribe'><rose xmlns='urn:flowers'/></presence>");
    await romeo.sync();
    for (const resource of ['balcony', 'garden']) {
      const juliet = await XmppPerson.arrive(port, 'juliet', { resource });
      const asked = await juliet.reads('presence', ({ attrs }) => attrs['type'] === 'subscribe');
      expect(find(asked, 'rose').ns).toBe('urn:flowers');
    }
    romeo.say(
      `<presence to='nurse@localhost' type='subscribe'><status>${'x'.repeat(2_001)}</status></presence>`,
    );
    await romeo.sync();
    const nurse = await XmppPerson.arrive(port, 'nurse');
    const asked = await nurse.reads('presence', ({ attrs }) => attrs['type'] === 'subscribe');
    expect(asked.children).toEqual([]);
  });

  it('[XM60] is kept, pushed and versioned', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const empty = await romeo.asks('get', ROSTER);
    expect(allOf(empty, 'item')).toEqual([]);
    const item = "<item jid='juliet@localhost' name='Juliet'><group>Friends</group></item>";
    expect((await romeo.asks('set', `<query xmlns='jabber:iq:roster'>${item}</query>`)).attrs['type']).toBe(
      'result',
    );
    const push = await romeo.reads('iq', ({ attrs }) => attrs['type'] === 'set');
    expect(find(push, 'item').attrs).toMatchObject({
      jid: 'juliet@localhost',
      name: 'Juliet',
      subscription: 'none',
    });
    const full = await romeo.asks('get', ROSTER);
    expect(textIn(find(full, 'group'))).toBe('Friends');
    const ver = find(full, 'query').attrs['ver'];
    expect(has(await romeo.asks('get', `<query xmlns='jabber:iq:roster' ver='${ver}'/>`), 'query')).toBe(
      false,
    );
    const gone = "<item jid='juliet@localhost' subscription='remove'/>";
    await romeo.asks('set', `<query xmlns='jabber:iq:roster'>${gone}</query>`);
    expect(allOf(await romeo.asks('get', ROSTER), 'item')).toEqual([]);
  });

  it.each([
    ["<item jid='nobody@localhost'/>", 'item-not-found'],
    ["<item jid='romeo@localhost'/>", 'not-allowed'],
    ["<item jid='juliet@localhost'/><item jid='nurse@localhost'/>", 'bad-request'],
    ["<item jid='juliet@localhost'><group/></item>", 'not-acceptable'],
    ["<item jid='juliet@localhost'><group>a</group><group>a</group></item>", 'bad-request'],
    ["<item jid='juliet@localhost' subscription='remove'/>", 'item-not-found'],
  ])('[XM60] takes no %s', async (item, condition) => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    expect(has(await romeo.asks('set', `<query xmlns='jabber:iq:roster'>${item}</query>`), condition)).toBe(
      true,
    );
  });
});

it('[XM16] a request that the store could not take is refused for now', async () => {
  const { scene, port } = await openVerona();
  const romeo = await XmppPerson.arrive(port, 'romeo');
  await romeo.sync();
  scene.records.before = () => {
    throw new StoreUnavailableError('asked to fail');
  };
  const item = "<query xmlns='jabber:iq:roster'><item jid='juliet@localhost'/></query>";
  const refused = await romeo.asks('set', item);
  expect(has(refused, 'resource-constraint')).toBe(true);
  scene.records.before = () => undefined;
  expect((await romeo.asks('set', item)).attrs['type']).toBe('result');
});

describe('presence', () => {
  it('[XM60, XM61] is seen by who asked and was agreed to', async () => {
    const { port } = await openVerona();
    const { romeo, juliet } = await friends(port);
    const seen = await romeo.reads('presence', ({ attrs }) => attrs['from'] === juliet.jid);
    expect(seen.attrs['type']).toBeUndefined();
    juliet.say('<presence><show>away</show><status>at the window</status><priority>1</priority></presence>');
    const away = await romeo.reads('presence', (stanza) => has(stanza, 'show'));
    expect(textIn(find(away, 'status'))).toBe('at the window');
    juliet.say("<presence type='unavailable'/>");
    await romeo.reads(
      'presence',
      ({ attrs }) => attrs['type'] === 'unavailable' && attrs['from'] === juliet.jid,
    );
    expect(juliet.heard().some(({ name, attrs }) => name === 'presence' && attrs['from'] === romeo.jid)).toBe(
      false,
    );
  });

  it('[XM61] is told when somebody comes, and when the connection is lost', async () => {
    const { port } = await openVerona();
    const { romeo, juliet } = await friends(port);
    await romeo.reads('presence', ({ attrs }) => attrs['from'] === juliet.jid);
    const other = await XmppPerson.arrive(port, 'romeo', { resource: 'garden' });
    await other.reads('presence', ({ attrs }) => attrs['from'] === romeo.jid);
    await other.reads('presence', ({ attrs }) => attrs['from'] === juliet.jid);
    juliet.link.socket.destroy();
    await romeo.reads(
      'presence',
      ({ attrs }) => attrs['type'] === 'unavailable' && attrs['from'] === juliet.jid,
    );
  });

  it('[XM60] waits for an answer until the other one is there', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    romeo.say("<presence to='juliet@localhost' type='subscribe'/>");
    await romeo.sync();
    const juliet = await XmppPerson.arrive(port, 'juliet');
    const asked = await juliet.reads('presence', ({ attrs }) => attrs['type'] === 'subscribe');
    expect(asked.attrs['from']).toBe('romeo@localhost');
    juliet.say("<presence to='romeo@localhost' type='unsubscribed'/>");
    await romeo.reads('presence', ({ attrs }) => attrs['type'] === 'unsubscribed');
  });

  it('[XM62] of who blocked is not seen, and nothing passes between the two', async () => {
    const { port } = await openVerona();
    const { romeo, juliet } = await friends(port);
    await romeo.reads('presence', ({ attrs }) => attrs['from'] === juliet.jid);
    juliet.say("<message to='romeo@localhost' type='chat' id='m0'><body>hello</body></message>");
    await romeo.readsMessage();
    await juliet.asks('set', "<block xmlns='urn:xmpp:blocking'><item jid='romeo@localhost'/></block>");
    await romeo.reads('presence', ({ attrs }) => attrs['type'] === 'unavailable');
    romeo.say("<message to='juliet@localhost' type='chat' id='m1'><body>hello?</body></message>");
    expect(
      has(await romeo.reads('message', ({ attrs }) => attrs['id'] === 'm1'), 'service-unavailable'),
    ).toBe(true);
    juliet.say("<message to='romeo@localhost' type='chat' id='m2'><body>no</body></message>");
    expect(has(await juliet.reads('message', ({ attrs }) => attrs['id'] === 'm2'), 'blocked')).toBe(true);
    const list = await juliet.asks('get', "<blocklist xmlns='urn:xmpp:blocking'/>");
    expect(find(list, 'item').attrs['jid']).toBe('romeo@localhost');
    await juliet.asks('set', "<unblock xmlns='urn:xmpp:blocking'/>");
    await romeo.reads('presence', ({ attrs }) => attrs['from'] === juliet.jid);
    romeo.say("<message to='juliet@localhost' type='chat' id='m3'><body>at last</body></message>");
    await juliet.readsMessage();
  });

  it('[XM63] is seen beyond XMPP, and shows who is there by another protocol', async () => {
    const { scene, port } = await openVerona();
    const { romeo, juliet } = await friends(port);
    juliet.say("<message to='romeo@localhost' type='chat' id='m0'><body>hello</body></message>");
    await romeo.readsMessage();
    juliet.say('<presence><show>dnd</show><status>reading</status></presence>');
    const web = await scene.arrive('romeo');
    const statusOf = async (): Promise<unknown> => {
      const answer = await web.ask({ case: 'findPresence', value: { users: [2] } });
      return answer.case === 'presence' ? answer.value.users[0] : null;
    };
    await juliet.sync();
    expect(await statusOf()).toMatchObject({ online: true, text: 'reading' });
    juliet.link.socket.destroy();
    await romeo.reads(
      'presence',
      ({ attrs }) => attrs['from'] === juliet.jid && attrs['type'] === 'unavailable',
    );
    const elsewhere = await scene.arrive('juliet');
    await romeo.reads(
      'presence',
      ({ attrs }) => attrs['from'] === 'juliet@localhost/skein' && attrs['type'] === undefined,
    );
    elsewhere.cut();
    await romeo.reads(
      'presence',
      ({ attrs }) => attrs['from'] === 'juliet@localhost/skein' && attrs['type'] === 'unavailable',
    );
  });
});

/** Romeo sees Juliet. */
async function friends(port: TestPort) {
  const romeo = await XmppPerson.arrive(port, 'romeo');
  const juliet = await XmppPerson.arrive(port, 'juliet', { resource: 'balcony' });
  await juliet.sync();
  romeo.say("<presence to='juliet@localhost' type='subscribe'/>");
  await juliet.reads('presence', ({ attrs }) => attrs['type'] === 'subscribe');
  juliet.say("<presence to='romeo@localhost' type='subscribed'/>");
  await romeo.reads('presence', ({ attrs }) => attrs['type'] === 'subscribed');
  return { romeo, juliet };
}
