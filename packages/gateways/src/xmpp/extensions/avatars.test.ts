import { createHash } from 'node:crypto';
import { StoreUnavailableError } from '@skein/core';
import { describe, expect, it } from 'vitest';
import { until } from '../../testing/test-port.ts';
import { allOf, find, has, textIn, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';
import { capsVersionOf } from './capabilities.ts';

const PUBSUB = 'http://jabber.org/protocol/pubsub';
const OWNER = `${PUBSUB}#owner`;
const DATA = 'urn:xmpp:avatar:data';
const METADATA = 'urn:xmpp:avatar:metadata';
const IMAGE = imageOf('one');
const OTHER = imageOf('two');
const OPENLY = { access_model: 'open' };

describe('publishing an avatar', () => {
  it('[XM70] is what an account can', async () => {
    const { romeo } = await people();
    const info = await romeo.asks(
      'get',
      "<query xmlns='http://jabber.org/protocol/disco#info'/>",
      romeo.bare,
    );
    const identities = allOf(info, 'identity').map(({ attrs }) => `${attrs['category']}/${attrs['type']}`);
    expect(identities).toEqual(['account/registered', 'pubsub/pep']);
    const features = allOf(info, 'feature').map(({ attrs }) => attrs['var']);
    expect(features).toEqual(
      expect.arrayContaining([
        `${PUBSUB}#publish`,
        `${PUBSUB}#filtered-notifications`,
        'urn:xmpp:pep-vcard-conversion:0',
      ]),
    );
    const items = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
    const nodes = allOf(await romeo.asks('get', items), 'item').map(({ attrs }) => attrs);
    expect(nodes).toEqual([DATA, METADATA].map((name) => ({ jid: 'romeo@localhost', node: name })));
    // Nobody whom it does not let see it hears of it.
    expect(allOf(await romeo.asks('get', items, 'juliet@localhost'), 'item')).toEqual([]);
    const node = `<query xmlns='http://jabber.org/protocol/disco#info' node='${DATA}'/>`;
    expect(find(await romeo.asks('get', node, 'juliet@localhost'), 'identity').attrs['type']).toBe('leaf');
  });

  it('[XM71] gives everybody the image once its metadata tell of it', async () => {
    const { romeo, juliet } = await people();
    const stored = await romeo.asks('set', publish(DATA, IMAGE.id, dataOf(IMAGE)));
    expect(find(stored, 'item').attrs['id']).toBe(IMAGE.id);
    const ask = (node: string, inside = '') =>
      juliet.asks(
        'get',
        `<pubsub xmlns='${PUBSUB}'><items node='${node}'>${inside}</items></pubsub>`,
        romeo.bare,
      );
    expect(has(await ask(DATA), 'presence-subscription-required')).toBe(true);
    await romeo.asks('set', publish(METADATA, IMAGE.id, metadataOf(IMAGE), OPENLY));
    expect(find(await ask(METADATA), 'info').attrs).toEqual({
      id: IMAGE.id,
      type: 'image/png',
      bytes: String(IMAGE.bytes.length),
      width: '64',
      height: '48',
    });
    expect(textIn(find(await ask(DATA, `<item id='${IMAGE.id}'/>`), 'data'))).toBe(IMAGE.base64);
    expect(has(await ask(DATA, `<item id='${OTHER.id}'/>`), 'item-not-found')).toBe(true);
  });

  it('[XM71] gives it to those who see the presence where nothing else is said', async () => {
    const { romeo, juliet } = await people();
    await shows(romeo, IMAGE);
    const items = `<pubsub xmlns='${PUBSUB}'><items node='${METADATA}'/></pubsub>`;
    expect(has(await juliet.asks('get', items, romeo.bare), 'not-authorized')).toBe(true);
    await sees(juliet, romeo);
    expect(find(await juliet.asks('get', items, romeo.bare), 'item').attrs['id']).toBe(IMAGE.id);
  });

  it.each([
    ['no item', `<publish node='${DATA}'/>`, ['bad-request', 'item-required']],
    ['an empty item', `<publish node='${DATA}'><item/></publish>`, ['bad-request', 'payload-required']],
    ['two items', `<publish node='${DATA}'><item/><item/></publish>`, ['not-allowed', 'max-items-exceeded']],
    [
      'another payload',
      `<publish node='${DATA}'><item><x xmlns='urn:x'/></item></publish>`,
      ['invalid-payload'],
    ],
    [
      'no Base64',
      `<publish node='${DATA}'><item><data xmlns='${DATA}'>!</data></item></publish>`,
      ['invalid-payload'],
    ],
    ['no image', item(DATA, '', `<data xmlns='${DATA}'>R0lGODlh</data>`), ['bad-request', 'invalid-payload']],
    ['another hash', item(DATA, OTHER.id, dataOf(IMAGE)), ['not-acceptable']],
    ['metadata of another item', item(METADATA, OTHER.id, metadataOf(IMAGE)), ['not-acceptable']],
    ['metadata before data', item(METADATA, OTHER.id, metadataOf(OTHER)), ['item-not-found']],
    ['a node that nobody has', "<retract node='urn:x'><item id='x'/></retract>", ['item-not-found']],
    ['no node', '<publish><item/></publish>', ['bad-request', 'nodeid-required']],
    [
      'a subscription',
      `<subscribe node='${DATA}' jid='romeo@localhost'/>`,
      ['feature-not-implemented', 'unsupported'],
    ],
    ['nothing', '', ['bad-request']],
    [
      'a retraction of what is not there',
      `<retract node='${DATA}'><item id='x'/></retract>`,
      ['item-not-found'],
    ],
  ])('[XM71] refuses %s', async (_what, request, conditions) => {
    const { romeo } = await people();
    const answer = await romeo.asks('set', `<pubsub xmlns='${PUBSUB}'>${request}</pubsub>`);
    for (const condition of conditions) expect(has(answer, condition)).toBe(true);
  });

  it.each([
    { access_model: 'whitelist' },
    { max_items: '0' },
    { collection: 'x' },
    { persist_items: 'false' },
  ])('[XM71] refuses the option %o', async (options) => {
    const { romeo } = await people();
    const answer = await romeo.asks('set', publish(DATA, IMAGE.id, dataOf(IMAGE), options));
    expect(has(answer, 'precondition-not-met')).toBe(true);
  });

  it('[XM71] refuses an image that is too large, and one for somebody else', async () => {
    const { romeo } = await people({ avatarBytesMax: 20 });
    const large = await romeo.asks('set', publish(DATA, '', dataOf(imageOf('x'.repeat(20)))));
    expect([has(large, 'not-acceptable'), has(large, 'payload-too-big')]).toEqual([true, true]);
    for (const ns of [PUBSUB, OWNER]) {
      const foreign = await romeo.asks('set', `<pubsub xmlns='${ns}'/>`, 'juliet@localhost');
      expect(has(foreign, 'forbidden')).toBe(true);
    }
  });

  it('[XM71] says that the store could not take it for now', async () => {
    const { romeo, scene } = await people();
    scene.records.before = () => {
      throw new StoreUnavailableError('asked to fail');
    };
    expect(has(await romeo.asks('set', publish(DATA, IMAGE.id, dataOf(IMAGE))), 'resource-constraint')).toBe(
      true,
    );
  });

  it.each([
    ['empty metadata', publish(METADATA, '', `<metadata xmlns='${METADATA}'/>`)],
    [
      'a retraction',
      `<pubsub xmlns='${PUBSUB}'><retract node='${METADATA}'><item id='${IMAGE.id}'/></retract></pubsub>`,
    ],
    ['a deletion', `<pubsub xmlns='${OWNER}'><delete node='${METADATA}'/></pubsub>`],
    ['a card without photo', "<vCard xmlns='vcard-temp'/>"],
  ])('[XM71] takes it away by %s', async (_how, request) => {
    const { romeo } = await people();
    await shows(romeo, IMAGE);
    expect((await romeo.asks('set', request)).attrs['type']).toBe('result');
    const data = await romeo.asks('get', `<pubsub xmlns='${PUBSUB}'><items node='${DATA}'/></pubsub>`);
    expect(has(data, 'item')).toBe(false);
    const metadata = await romeo.asks(
      'get',
      `<pubsub xmlns='${PUBSUB}'><items node='${METADATA}'/></pubsub>`,
    );
    expect([has(metadata, 'metadata'), has(metadata, 'info')]).toEqual([true, false]);
  });
});

describe('being told of an avatar', () => {
  it('[XM72] is for those who see the presence and say that they want it', async () => {
    const { romeo, juliet, port } = await people();
    const nurse = await XmppPerson.arrive(port, 'nurse');
    await sees(juliet, romeo);
    await wants(juliet);
    await wants(nurse);
    const phone = await XmppPerson.arrive(port, 'romeo', { resource: 'phone' });
    await wants(phone);
    await shows(romeo, IMAGE);
    for (const person of [juliet, phone]) {
      const told = await person.readsMessage('event');
      expect(told.attrs).toMatchObject({ from: 'romeo@localhost', to: person.jid, type: 'headline' });
      expect(find(told, 'items').attrs['node']).toBe(METADATA);
      expect(find(told, 'info').attrs['id']).toBe(IMAGE.id);
    }
    await romeo.asks('set', publish(METADATA, '', `<metadata xmlns='${METADATA}'/>`));
    expect(has(await juliet.readsMessage('event'), 'info')).toBe(false);
    for (const person of [nurse, romeo]) {
      await person.sync();
      expect(person.heard().some((stanza) => has(stanza, 'event'))).toBe(false);
    }
  });

  it('[XM72] is made up for when somebody comes, or is let see it', async () => {
    const { romeo, juliet, port } = await people();
    await shows(romeo, IMAGE);
    await wants(juliet);
    await sees(juliet, romeo);
    expect(find(await juliet.readsMessage('event'), 'info').attrs['id']).toBe(IMAGE.id);
    const phone = await XmppPerson.arrive(port, 'juliet', { resource: 'phone', isQuiet: true });
    phone.say(presenceOf(WANTING));
    // Whose program is known is not asked again.
    expect(find(await phone.readsMessage('event'), 'info').attrs['id']).toBe(IMAGE.id);
    expect(phone.heard().some(({ name, attrs }) => name === 'iq' && attrs['type'] === 'get')).toBe(false);
  });

  it('[XM72] believes of a hash only what makes it', async () => {
    const { romeo, juliet, port } = await people();
    await shows(romeo, IMAGE);
    await sees(juliet, romeo);
    juliet.say(presenceOf('forged'));
    await answers(juliet, [`${METADATA}+notify`]);
    await juliet.readsMessage('event');
    const phone = await XmppPerson.arrive(port, 'nurse', { resource: 'phone', isQuiet: true });
    phone.say(presenceOf('forged'));
    await phone.reads('iq', ({ attrs }) => attrs['type'] === 'get');
  });

  it('[XM73] goes on in presence, with the hash that a card has', async () => {
    const { romeo, juliet } = await people();
    await sees(juliet, romeo);
    romeo.say("<presence><x xmlns='vcard-temp:x:update'/></presence>");
    await shows(romeo, IMAGE);
    const isTold = (text: string) => (stanza: Parameters<typeof has>[0]) =>
      stanza.attrs['from'] === romeo.jid && has(stanza, 'photo') && textIn(find(stanza, 'photo')) === text;
    expect(allOf(await juliet.reads('presence', isTold(IMAGE.id)), 'x').length).toBe(1);
    // XEP-0398 §4: it says that it has none for now.
    romeo.say("<presence><show>away</show><x xmlns='vcard-temp:x:update'><photo/></x></presence>");
    await juliet.reads('presence', isTold(''));
    romeo.say('<presence/>');
    await juliet.reads('presence', isTold(IMAGE.id));
    await romeo.asks('set', publish(METADATA, '', `<metadata xmlns='${METADATA}'/>`));
    await juliet.reads('presence', isTold(''));
  });
});

describe('a card', () => {
  const CARD = "<vCard xmlns='vcard-temp'/>";

  it('[XM73] has the avatar, and sets it', async () => {
    const { romeo, juliet } = await people();
    const photo = `<PHOTO><TYPE>image/png</TYPE><BINVAL>${IMAGE.base64.replace(/.{8}/g, '$&\n')}</BINVAL></PHOTO>`;
    const names = '<FN>romeo</FN><NICKNAME/>';
    expect(
      (await romeo.asks('set', `<vCard xmlns='vcard-temp'>${names}${photo}</vCard>`)).attrs['type'],
    ).toBe('result');
    const card = await juliet.asks('get', CARD, romeo.bare);
    expect([textIn(find(card, 'BINVAL')), textIn(find(card, 'TYPE'))]).toEqual([IMAGE.base64, 'image/png']);
    const data = `<pubsub xmlns='${PUBSUB}'><items node='${DATA}'/></pubsub>`;
    expect(textIn(find(await juliet.asks('get', data, romeo.bare), 'data'))).toBe(IMAGE.base64);
  });

  it('[XM73] shows an avatar to nobody who may not see it', async () => {
    const { romeo, juliet } = await people();
    await shows(romeo, IMAGE);
    expect(has(await juliet.asks('get', CARD, romeo.bare), 'PHOTO')).toBe(false);
    await romeo.asks('set', publish(METADATA, IMAGE.id, metadataOf(IMAGE), OPENLY));
    expect(has(await juliet.asks('get', CARD, romeo.bare), 'PHOTO')).toBe(true);
    await romeo.asks('set', "<block xmlns='urn:xmpp:blocking'><item jid='juliet@localhost'/></block>");
    expect(has(await juliet.asks('get', CARD, romeo.bare), 'service-unavailable')).toBe(true);
    const data = `<pubsub xmlns='${PUBSUB}'><items node='${DATA}'/></pubsub>`;
    expect(has(await juliet.asks('get', data, romeo.bare), 'service-unavailable')).toBe(true);
  });

  it.each([
    ['<FN>Somebody Else</FN>', 'not-acceptable'],
    ['<TEL><HOME/><NUMBER>1</NUMBER></TEL>', 'not-acceptable'],
    ['<PHOTO><EXTVAL>http://x/y.png</EXTVAL></PHOTO>', 'not-acceptable'],
    ['<PHOTO><BINVAL>PHN2Zy8+</BINVAL></PHOTO>', 'invalid-payload'],
  ])('[XM73] refuses %s', async (field, condition) => {
    const { romeo } = await people();
    const answer = await romeo.asks('set', `<vCard xmlns='vcard-temp'>${field}</vCard>`);
    expect(has(answer, condition)).toBe(true);
  });

  it('[XM73] is written by nobody else', async () => {
    const { romeo } = await people();
    expect(has(await romeo.asks('set', CARD, 'juliet@localhost'), 'forbidden')).toBe(true);
  });
});

interface Image {
  readonly bytes: Uint8Array;
  readonly id: string;
  readonly base64: string;
}

/** As far as a server looks. */
function imageOf(text: string): Image {
  const bytes = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(text)]);
  return { bytes, id: createHash('sha1').update(bytes).digest('hex'), base64: bytes.toString('base64') };
}

function dataOf({ base64 }: Image): string {
  return `<data xmlns='${DATA}'>${base64}</data>`;
}

function metadataOf({ id, bytes }: Image): string {
  const info = `<info id='${id}' bytes='${bytes.length}' type='image/png' width='64' height='48'/>`;
  return `<metadata xmlns='${METADATA}'>${info}</metadata>`;
}

function item(node: string, id: string, payload: string): string {
  return `<publish node='${node}'><item${id === '' ? '' : ` id='${id}'`}>${payload}</item></publish>`;
}

function publish(
  node: string,
  id: string,
  payload: string,
  options: Readonly<Record<string, string>> = {},
): string {
  const fields = Object.entries(options).map(
    ([name, value]) => `<field var='pubsub#${name}'><value>${value}</value></field>`,
  );
  const form = `<x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x>`;
  const how = fields.length === 0 ? '' : `<publish-options>${form}</publish-options>`;
  return `<pubsub xmlns='${PUBSUB}'>${item(node, id, payload)}${how}</pubsub>`;
}

async function shows(person: XmppPerson, image: Image): Promise<void> {
  await person.asks('set', publish(DATA, image.id, dataOf(image)));
  const told = await person.asks('set', publish(METADATA, image.id, metadataOf(image)));
  expect(told.attrs['type']).toBe('result');
}

/** One sees the other's presence from now on. */
async function sees(one: XmppPerson, other: XmppPerson): Promise<void> {
  one.say(`<presence to='${other.bare}' type='subscribe'/>`);
  await other.reads('presence', ({ attrs }) => attrs['type'] === 'subscribe');
  other.say(`<presence to='${one.bare}' type='subscribed'/>`);
  await one.reads('presence', ({ attrs }) => attrs['type'] === 'subscribed');
}

const FEATURES = ['http://jabber.org/protocol/disco#info', `${METADATA}+notify`];
const WANTING = capsVersionOf([{ category: 'client', type: 'pc', name: 'x' }], FEATURES);

function presenceOf(ver: string): string {
  return `<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:x' ver='${ver}'/></presence>`;
}

/** Says what it speaks, and answers when it is asked; the server has heard it then. */
async function wants(person: XmppPerson): Promise<void> {
  const before = person.heard().length;
  person.say(presenceOf(WANTING));
  await person.sync();
  if (person.heard().slice(before).some(isQuestion)) await answers(person, FEATURES);
}

async function answers(person: XmppPerson, features: readonly string[]): Promise<void> {
  await until(() => person.heard().some(isQuestion));
  const { attrs } = person.heard().findLast(isQuestion) as { attrs: Readonly<Record<string, string>> };
  const said = features.map((feature) => `<feature var='${feature}'/>`).join('');
  const query = `<query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc' name='x'/>${said}</query>`;
  person.say(`<iq type='result' id='${attrs['id']}' to='${attrs['from']}'>${query}</iq>`);
  await person.sync();
}

function isQuestion(stanza: Parameters<typeof has>[0]): boolean {
  return stanza.name === 'iq' && stanza.attrs['type'] === 'get' && has(stanza, 'query');
}

async function people(limits = {}) {
  const { scene, port } = await openVerona({ limits });
  const romeo = await XmppPerson.arrive(port, 'romeo');
  const juliet = await XmppPerson.arrive(port, 'juliet', { resource: 'balcony' });
  return { scene, port, romeo, juliet };
}
