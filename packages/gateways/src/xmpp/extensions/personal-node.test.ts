import { describe, expect, it } from 'vitest';
import { until } from '../../testing/test-port.ts';
import { allOf, find, has, textIn, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';
import { capsVersionOf } from './capabilities.ts';

const PUBSUB = 'http://jabber.org/protocol/pubsub';
const MOOD = 'http://jabber.org/protocol/mood';
const FEATURES = ['http://jabber.org/protocol/disco#info', `${MOOD}+notify`];
const WANTING = capsVersionOf([{ category: 'client', type: 'pc', name: 'x' }], FEATURES);

describe('what accounts publish', () => {
  it('[XM80] has one item under each name, seen by those who see the presence where nothing is said', async () => {
    const { romeo, juliet, nurse } = await people();
    expect((await publish(romeo, 'happy')).attrs['type']).toBe('result');
    await publish(romeo, 'sad & <blue>');
    for (const person of [romeo, juliet]) {
      const items = await get(person, romeo.bare);
      expect(allOf(items, 'item')).toHaveLength(1);
      expect(textIn(find(items, 'mood'))).toBe('sad & <blue>');
      expect(find(items, 'mood').ns).toBe(MOOD);
    }
    expect(has(await get(nurse, romeo.bare), 'presence-subscription-required')).toBe(true);
  });

  it('[XM80] is seen by everybody, or by nobody else, where that is said', async () => {
    const { romeo, juliet, nurse } = await people();
    await publish(romeo, 'happy', { access_model: 'open' });
    expect(textIn(find(await get(nurse, romeo.bare), 'mood'))).toBe('happy');
    const nodes = await nurse.asks(
      'get',
      "<query xmlns='http://jabber.org/protocol/disco#items'/>",
      romeo.bare,
    );
    expect(allOf(nodes, 'item').map(({ attrs }) => attrs['node'])).toContain(MOOD);
    await publish(romeo, 'secret', { access_model: 'whitelist', persist_items: 'true', max_items: '1' });
    for (const person of [juliet, nurse]) expect(has(await get(person, romeo.bare), 'mood')).toBe(false);
    expect(textIn(find(await get(romeo, romeo.bare), 'mood'))).toBe('secret');
    const info = `<query xmlns='http://jabber.org/protocol/disco#info' node='${MOOD}'/>`;
    expect(has(await romeo.asks('get', info), 'identity')).toBe(true);
    expect(has(await juliet.asks('get', info, romeo.bare), 'item-not-found')).toBe(true);
  });

  it.each([
    ['more items than one', { max_items: 'max' }, 'precondition-not-met'],
    ['another model', { access_model: 'roster' }, 'precondition-not-met'],
  ])('[XM80] is refused with %s', async (_what, options, condition) => {
    const { romeo } = await people();
    expect(has(await publish(romeo, 'happy', options), condition)).toBe(true);
    expect(has(await get(romeo, romeo.bare), 'item-not-found')).toBe(true);
  });

  it('[XM80] is refused where it is too large, or too much', async () => {
    const limits = { personalItemBytesMax: 100, personalItemsPerUserMax: 1 };
    const { romeo } = await people(limits);
    expect(has(await publish(romeo, 'x'.repeat(100)), 'payload-too-big')).toBe(true);
    await publish(romeo, 'happy');
    const other = `<publish node='other'><item><x xmlns='urn:x'/></item></publish>`;
    expect(
      has(await romeo.asks('set', `<pubsub xmlns='${PUBSUB}'>${other}</pubsub>`), 'policy-violation'),
    ).toBe(true);
  });

  it('[XM81] is told to friends who want it, and to oneself, and so is that it was taken away', async () => {
    const { romeo, juliet, nurse } = await people();
    for (const person of [romeo, juliet, nurse]) await wants(person);
    await publish(romeo, 'happy');
    for (const person of [romeo, juliet]) {
      const told = await person.readsMessage('event');
      expect(told.attrs).toMatchObject({ from: 'romeo@localhost', type: 'headline', to: person.jid });
      expect(find(told, 'items').attrs['node']).toBe(MOOD);
      expect(textIn(find(told, 'mood'))).toBe('happy');
    }
    await romeo.asks('set', `<pubsub xmlns='${PUBSUB}#owner'><delete node='${MOOD}'/></pubsub>`);
    expect(has(await juliet.readsMessage('event'), 'retract')).toBe(true);
    expect(has(await get(romeo, romeo.bare), 'item-not-found')).toBe(true);
    await nurse.sync();
    expect(nurse.heard().some((stanza) => has(stanza, 'event'))).toBe(false);
  });

  it('[XM81] is made up for when somebody comes to want it, and kept from who may not see it', async () => {
    const { romeo, juliet, port } = await people();
    await publish(romeo, 'happy');
    await wants(juliet);
    expect(textIn(find(await juliet.readsMessage('event'), 'mood'))).toBe('happy');
    await publish(romeo, 'secret', { access_model: 'whitelist' });
    const phone = await XmppPerson.arrive(port, 'juliet', { resource: 'phone' });
    await wants(phone);
    for (const person of [juliet, phone]) {
      await person.sync();
      expect(person.heard().some((stanza) => textIn(stanza).includes('secret'))).toBe(false);
    }
  });
});

/** Juliet sees Romeo's presence; the nurse does not. */
async function people(limits = {}) {
  const { port } = await openVerona({ limits });
  const romeo = await XmppPerson.arrive(port, 'romeo');
  const juliet = await XmppPerson.arrive(port, 'juliet', { resource: 'balcony' });
  const nurse = await XmppPerson.arrive(port, 'nurse');
  juliet.say(`<presence to='${romeo.bare}' type='subscribe'/>`);
  await romeo.reads('presence', ({ attrs }) => attrs['type'] === 'subscribe');
  romeo.say(`<presence to='${juliet.bare}' type='subscribed'/>`);
  await juliet.reads('presence', ({ attrs }) => attrs['type'] === 'subscribed');
  return { port, romeo, juliet, nurse };
}

function publish(person: XmppPerson, mood: string, options: Record<string, string> = {}) {
  const fields = Object.entries(options).map(
    ([name, value]) => `<field var='pubsub#${name}'><value>${value}</value></field>`,
  );
  const form = `<publish-options><x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x></publish-options>`;
  const text = mood.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const item = `<publish node='${MOOD}'><item id='current'><mood xmlns='${MOOD}'>${text}</mood></item></publish>`;
  return person.asks('set', `<pubsub xmlns='${PUBSUB}'>${item}${fields.length === 0 ? '' : form}</pubsub>`);
}

function get(person: XmppPerson, owner: string) {
  return person.asks('get', `<pubsub xmlns='${PUBSUB}'><items node='${MOOD}'/></pubsub>`, owner);
}

/** Says that it wants to be told of moods, and answers where it is asked what it has said. */
async function wants(person: XmppPerson): Promise<void> {
  const before = person.heard().length;
  person.say(
    `<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:x' ver='${WANTING}'/></presence>`,
  );
  await person.sync();
  const question = person
    .heard()
    .slice(before)
    .find(({ name, attrs }) => name === 'iq' && attrs['type'] === 'get');
  if (question === undefined) return;
  const features = FEATURES.map((feature) => `<feature var='${feature}'/>`).join('');
  const query = `<query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc' name='x'/>${features}</query>`;
  person.say(`<iq type='result' id='${question.attrs['id']}' to='${question.attrs['from']}'>${query}</iq>`);
  await person.sync();
  await until(() => person.heard().length > before);
}
