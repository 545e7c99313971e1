import { describe, expect, it } from 'vitest';
import type { TestPort } from '../../testing/test-port.ts';
import { allOf, find, has, textIn, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';
import type { Element } from '../xml/element.ts';

const MUC = "<x xmlns='http://jabber.org/protocol/muc'/>";
const FEAST = 'feast@groups.localhost';
const ITEMS = "<query xmlns='http://jabber.org/protocol/disco#items'/>";

describe('rooms with names', () => {
  it('[XM76] are made by who enters first, and shut until it is said how they are to be', async () => {
    const { romeo, juliet } = await pair();
    expect(codesIn(await enter(romeo, 'one'))).toContain('201');
    expect(has(await enter(juliet, 'two'), 'item-not-found')).toBe(true);
    await configure(romeo);
    expect(codesIn(await enter(juliet, 'two'))).not.toContain('201');
  });

  it('[XM76] are taken away again where that is cancelled, and shut no more once their maker has left', async () => {
    const { romeo, juliet } = await pair();
    await enter(romeo, 'one');
    await owner(romeo, "<x xmlns='jabber:x:data' type='cancel'/>");
    expect(codesIn(await enter(juliet, 'two'))).toContain('201');
    juliet.say(`<presence to='${FEAST}/two' type='unavailable'/>`);
    await juliet.sync();
    expect(has(await enter(romeo, 'one'), 'error')).toBe(false);
  });

  it('[XM76] have a name that the core keeps, of bounded length', async () => {
    const { scene, romeo } = await pair();
    await enter(romeo, 'one');
    const names = scene.core.groupNames;
    expect(names.nameOf(names.conversationOf('feast') ?? 0)).toBe('feast');
    expect(has(await enter(romeo, 'one', `${'x'.repeat(129)}@groups.localhost`), 'not-acceptable')).toBe(
      true,
    );
  });

  it('[XM74] let people be called as they like, but not as others are', async () => {
    const { romeo, juliet } = await inFeast();
    for (const taken of ['one', 'ONE', 'romeo', 'mercutio']) {
      juliet.say(`<presence to='${FEAST}/${taken}'/>`);
      expect(has(await juliet.reads('presence', isError), 'conflict')).toBe(true);
    }
    juliet.say(`<presence to='${FEAST}/rose'/>`);
    for (const person of [romeo, juliet]) {
      const gone = await person.reads('presence', isGone);
      expect(gone.attrs['from']).toBe(`${FEAST}/two`);
      expect(find(gone, 'item').attrs).toMatchObject({ nick: 'rose', role: 'participant' });
      expect(codesIn(gone)).toContain('303');
      expect((await person.reads('presence')).attrs['from']).toBe(`${FEAST}/rose`);
    }
    juliet.say(`<message to='${FEAST}' type='groupchat'><body>hi</body></message>`);
    expect((await romeo.readsMessage()).attrs['from']).toBe(`${FEAST}/rose`);
  });

  it('[XM74] show a member by the new name who was shown by their id before', async () => {
    const { romeo, juliet } = await pair();
    await enter(romeo, 'one');
    await configure(romeo);
    await admin(romeo, "<item jid='juliet@localhost' affiliation='member'/>");
    await romeo.reads('presence', ({ attrs }) => attrs['from'] === `${FEAST}/juliet`);
    await enter(juliet, 'two');
    const gone = await romeo.reads('presence', isGone);
    expect(gone.attrs['from']).toBe(`${FEAST}/juliet`);
    expect(find(gone, 'item').attrs['nick']).toBe('two');
  });

  it('[XM75] tell who opens them, and who leaves with their last connection', async () => {
    const { port, romeo, juliet } = await inFeast();
    const phone = await XmppPerson.arrive(port, 'juliet', { resource: 'phone' });
    await enter(phone, 'other');
    expect(allOf(find(await juliet.reads('presence', fromTwo), 'x'), 'item')[0]?.attrs['jid']).toBe(
      phone.jid,
    );
    juliet.say(`<presence to='${FEAST}/two' type='unavailable'/>`);
    await juliet.reads('presence', isGone);
    await romeo.sync();
    expect(romeo.heard().some(isGone)).toBe(false);
    phone.link.socket.destroy();
    expect((await romeo.reads('presence', isGone)).attrs['from']).toBe(`${FEAST}/two`);
    const late = await XmppPerson.arrive(port, 'nurse');
    await enter(late, 'three');
    expect(late.heard().some(fromTwo)).toBe(false);
  });

  it('[XM75] tell nobody of others one by one where they are many', async () => {
    const { scene, port } = await openVerona();
    const owner = await scene.arrive('romeo');
    const many = Array.from({ length: 200 }, (_, at) => `guest${at}`);
    for (const name of many) await scene.core.createUser(name, 'a good password');
    const { conversation } = await owner.createGroup([...many, 'juliet'], 'Ball');
    const room = `g${conversation}@groups.localhost`;
    const romeo = await XmppPerson.arrive(port, 'romeo');
    await enter(romeo, 'one', room);
    const juliet = await XmppPerson.arrive(port, 'juliet');
    await enter(juliet, 'two', room);
    juliet.say(`<presence to='${room}/rose'/>`);
    expect(find(await juliet.reads('presence', isGone), 'item').attrs['nick']).toBe('rose');
    juliet.say(`<message to='${room}' type='groupchat'><body>hi</body></message>`);
    expect((await romeo.readsMessage()).attrs['from']).toBe(`${room}/rose`);
    expect(romeo.heard().filter(({ name }) => name === 'presence')).toHaveLength(1);
  });

  it('[XM74] give a nickname to somebody else once its owner has left', async () => {
    const { port, romeo, juliet } = await inFeast();
    juliet.say(`<presence to='${FEAST}/two' type='unavailable'/>`);
    for (const person of [romeo, juliet]) await person.reads('presence', isGone);
    const nurse = await XmppPerson.arrive(port, 'nurse');
    expect((await enter(nurse, 'two')).attrs['from']).toBe(`${FEAST}/two`);
    expect(has(await enter(juliet, 'two'), 'conflict')).toBe(true);
    expect((await enter(juliet, 'juliet')).attrs['from']).toBe(`${FEAST}/juliet`);
  });

  it.each([
    ["<item nick='two' role='none'/>", ['307', '321']],
    ["<item jid='juliet@localhost' affiliation='none'/>", ['321']],
  ])('[XM53] say why somebody is out by %s', async (item, codes) => {
    const { romeo, juliet } = await inFeast();
    // What was not allowed leaves nothing behind.
    await admin(juliet, "<item nick='one' role='none'/>");
    await admin(romeo, item);
    expect(codesIn(await romeo.reads('presence', isGone))).toEqual(codes);
    expect(codesIn(await juliet.reads('presence', isGone))).toEqual(['110', ...codes]);
  });

  it('[XM77] are destroyed by their owner alone, and free then', async () => {
    const { scene, romeo, juliet } = await inFeast();
    expect(has(await owner(juliet, '<destroy/>'), 'forbidden')).toBe(true);
    const done = await owner(romeo, "<destroy jid='ball@groups.localhost'><reason>day</reason></destroy>");
    expect(done.attrs['type']).toBe('result');
    for (const person of [romeo, juliet]) {
      const gone = await person.reads('presence', isGone);
      expect(find(gone, 'destroy').attrs['jid']).toBe('ball@groups.localhost');
      expect(textIn(find(gone, 'reason'))).toBe('day');
      expect(codesIn(gone)).toEqual(['110']);
      await person.sync();
      expect(person.heard().filter(isGone)).toHaveLength(1);
    }
    const group = scene.core.world.conversation(1 as never);
    expect(group).toMatchObject({ isOpen: false, present: [] });
    expect(codesIn(await enter(juliet, 'two'))).toContain('201');
  });

  it('[XM78] are called as they were when they were entered', async () => {
    const { port, romeo } = await inFeast();
    const nurse = await XmppPerson.arrive(port, 'nurse');
    expect((await enter(nurse, 'three', 'g1@groups.localhost')).attrs['from']).toBe(
      'g1@groups.localhost/three',
    );
    nurse.say("<message to='g1@groups.localhost' type='groupchat'><body>hi</body></message>");
    expect((await romeo.readsMessage()).attrs['from']).toBe(`${FEAST}/three`);
    const own = await nurse.readsMessage();
    expect(own.attrs['from']).toBe('g1@groups.localhost/three');
    expect(find(own, 'stanza-id').attrs['by']).toBe('g1@groups.localhost');
  });

  it('[XM79] tell outsiders what they are while they are open, and are listed unless they are hidden', async () => {
    const { port, romeo } = await inFeast();
    const nurse = await XmppPerson.arrive(port, 'nurse');
    const listed = async (): Promise<unknown[]> =>
      allOf(await nurse.asks('get', ITEMS, 'groups.localhost'), 'item').map(({ attrs }) => attrs['jid']);
    expect(await listed()).toEqual([FEAST]);
    const info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    const fields = allOf(await nurse.asks('get', info, FEAST), 'field');
    const number = fields.find(({ attrs }) => attrs['var'] === '{skein}group');
    expect(number && textIn(number)).toBe('1');
    const items = allOf(await nurse.asks('get', ITEMS, FEAST), 'item');
    expect(items.map(({ attrs }) => attrs['jid'])).toEqual([`${FEAST}/one`, `${FEAST}/two`]);
    expect(has(await nurse.asks('get', ITEMS, `${FEAST}/one`), 'bad-request')).toBe(true);
    expect(has(await romeo.asks('get', ITEMS, `${FEAST}/two`), 'service-unavailable')).toBe(true);
    await configure(romeo, { publicroom: '0' });
    expect(await listed()).toEqual([]);
    await configure(romeo, { membersonly: '1', publicroom: '1' });
    expect(await listed()).toEqual([]);
    expect(has(await nurse.asks('get', ITEMS, FEAST), 'item-not-found')).toBe(true);
  });

  it.each([{ whois: 'moderators' }, { moderatedroom: '1' }, { passwordprotectedroom: 'true' }])(
    '[XM79] are refused as they cannot be: %o',
    async (values) => {
      const { romeo } = await inFeast();
      expect(has(await configure(romeo, values), 'not-acceptable')).toBe(true);
    },
  );

  it('[XM79] show in a form how they are, to who tends them', async () => {
    const { romeo, juliet } = await inFeast();
    const ask = "<query xmlns='http://jabber.org/protocol/muc#owner'/>";
    expect(has(await juliet.asks('get', ask, FEAST), 'forbidden')).toBe(true);
    const fields = allOf(await romeo.asks('get', ask, FEAST), 'field');
    const values = Object.fromEntries(
      fields.map((field) => [
        field.attrs['var']?.replace('muc#roomconfig_', ''),
        textIn(find(field, 'value')),
      ]),
    );
    expect(values).toMatchObject({ roomname: 'feast', membersonly: '0', publicroom: '1', whois: 'anyone' });
    const whois = fields.find(({ attrs }) => attrs['var'] === 'muc#roomconfig_whois');
    expect(whois && textIn(find(whois, 'option'))).toBe('anyone');
    // What is sent back as it was asks for nothing.
    expect((await configure(romeo, values)).attrs['type']).toBe('result');
  });

  it('[XM79] keep nobody out while they are open', async () => {
    const { romeo } = await inFeast();
    const outcast = "<item jid='juliet@localhost' affiliation='outcast'/>";
    expect(has(await admin(romeo, outcast), 'not-allowed')).toBe(true);
    await configure(romeo, { membersonly: '1' });
    expect((await admin(romeo, outcast)).attrs['type']).toBe('result');
  });

  it('[XM51] make an admin of who is made a moderator, and a member again', async () => {
    const { romeo, juliet } = await inFeast();
    await admin(romeo, "<item nick='two' role='moderator'/>");
    const made = await juliet.reads('presence', fromTwo);
    expect(find(made, 'item').attrs).toMatchObject({ affiliation: 'admin', role: 'moderator' });
    expect(has(await admin(juliet, "<item nick='one' role='participant'/>"), 'not-allowed')).toBe(true);
    await admin(romeo, "<item nick='two' role='participant'/>");
    expect(find(await juliet.reads('presence', fromTwo), 'item').attrs['role']).toBe('participant');
    expect(has(await admin(romeo, "<item nick='two' role='visitor'/>"), 'not-allowed')).toBe(true);
  });
});

async function pair() {
  const { scene, port } = await openVerona();
  const romeo = await XmppPerson.arrive(port, 'romeo');
  const juliet = await XmppPerson.arrive(port, 'juliet', { resource: 'balcony' });
  return { scene, port, romeo, juliet };
}

/** Romeo's feast, with Juliet at it: one and two. */
async function inFeast(): Promise<Awaited<ReturnType<typeof pair>> & { port: TestPort }> {
  const all = await pair();
  await enter(all.romeo, 'one');
  await configure(all.romeo);
  await enter(all.juliet, 'two');
  await all.juliet.readsMessage('subject');
  await all.romeo.reads('presence', fromTwo);
  return all;
}

/** What the room says to the wish: the presence of oneself, or an error. */
function enter(person: XmppPerson, nick: string, room = FEAST): Promise<Element> {
  person.say(`<presence to='${room}/${nick}'>${MUC}</presence>`);
  return person.reads('presence', (stanza) => isError(stanza) || codesIn(stanza).includes('110'));
}

function configure(person: XmppPerson, values: Record<string, string> = {}): Promise<Element> {
  const fields = Object.entries(values).map(
    ([name, value]) => `<field var='muc#roomconfig_${name}'><value>${value}</value></field>`,
  );
  return owner(person, `<x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x>`);
}

function owner(person: XmppPerson, inside: string): Promise<Element> {
  return person.asks('set', `<query xmlns='http://jabber.org/protocol/muc#owner'>${inside}</query>`, FEAST);
}

function admin(person: XmppPerson, items: string): Promise<Element> {
  return person.asks('set', `<query xmlns='http://jabber.org/protocol/muc#admin'>${items}</query>`, FEAST);
}

function codesIn(stanza: Element): (string | undefined)[] {
  return allOf(stanza, 'status').map(({ attrs }) => attrs['code']);
}

function isError({ attrs }: Element): boolean {
  return attrs['type'] === 'error';
}

function isGone({ name, attrs }: Element): boolean {
  return name === 'presence' && attrs['type'] === 'unavailable';
}

function fromTwo({ name, attrs }: Element): boolean {
  return name === 'presence' && attrs['from'] === `${FEAST}/two`;
}
