import { createHash, randomBytes } from 'node:crypto';
import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { block, friends, strangers, subscribe } from './acquaintance.ts';
import { type Element, NS } from './element.ts';
import { JULIET, NURSE, ROMEO, statementsOf } from './stage.ts';
import { wants } from './wants.ts';
import type { XmppPeer, XmppTarget } from './xmpp-peer.ts';

const pep = statementsOf('XEP-0163');
const avatar = statementsOf('XEP-0084');
const card = statementsOf('XEP-0054');
const conversion = statementsOf('XEP-0398');
const DATA = 'urn:xmpp:avatar:data';
const METADATA = 'urn:xmpp:avatar:metadata';
const VCARD = 'vcard-temp';
const UPDATE = 'vcard-temp:x:update';
const GET_CARD = `<vCard xmlns='${VCARD}'/>`;
const LINE_CHARACTERS = 16;

/** XEP-0163 as far as XEP-0084 needs it, and what XEP-0054, XEP-0153 and XEP-0398 make of the same avatar. */
export const AVATAR_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  pep.must('§6.1', 'says that an account is a service', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const info = await romeo.getsResult('get', `<query xmlns='${NS.info}'/>`, romeo.bare);
    const kinds = info.all('identity').map(({ attrs }) => `${attrs['category']}/${attrs['type']}`);
    expectThat(kinds.includes('pubsub/pep'), `no service among ${kinds.join(', ')}`);
  }),
  pep.must('§3', 'publishes without anybody making a node', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const image = newImage();
    await publishes(romeo, image);
    const items = await romeo.getsResult('get', itemsOf(METADATA));
    expectEqual(items.find('item')?.attrs['id'], image.id, 'the item');
  }),
  pep.must('§2.2', 'lets nobody publish for somebody else', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsError(['forbidden'], 'set', publish(DATA, newImage()), stage.bare(JULIET));
  }),
  pep.must('§5', 'gives to nobody who does not see the presence', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    await publishes(romeo, newImage());
    await juliet.getsError(['not-authorized', 'forbidden'], 'get', itemsOf(METADATA), romeo.bare);
  }),
  pep.must('§6.2', 'tells of no node that may not be read', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    await publishes(romeo, newImage());
    const items = await juliet.asks('get', `<query xmlns='${NS.items}'/>`, romeo.bare);
    expectThat(!items.all('item').some(({ attrs }) => attrs['node'] === METADATA), `told of in ${items.xml}`);
  }),
  pep.must('§4.3.1', 'tells a friend who wants it in the name of the account', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await wants(juliet);
    const image = newImage();
    await publishes(romeo, image);
    expectEqual((await readsEvent(juliet, image)).attrs['from'], romeo.bare, 'from');
  }),
  pep.must('§2.3', "tells one's own connections", async (stage) => {
    const orchard = await stage.arrived(ROMEO);
    const garden = await stage.arrived(ROMEO, 'garden');
    await wants(garden);
    await wants(orchard);
    const image = newImage();
    await publishes(orchard, image);
    await readsEvent(garden, image);
    await readsEvent(orchard, image);
  }),
  pep.must('§4.2', 'tells nothing to who does not say that it is wanted', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await publishes(romeo, newImage());
    await juliet.sync();
    juliet.expectNone(isEvent, 'an event');
  }),
  pep.must('§4.3.3', 'tells strangers nothing', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    await wants(juliet);
    await publishes(romeo, newImage());
    await juliet.sync();
    juliet.expectNone((message) => isEvent(message) && message.attrs['from'] === romeo.bare, 'an event');
  }),
  pep.must('§4.3.3', 'tells nothing to who is blocked', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await wants(juliet);
    await romeo.getsResult('set', block('block', juliet.bare));
    const image = newImage();
    await publishes(romeo, image);
    await juliet.sync();
    juliet.expectNone((message) => isEventOf(message, image), 'the event');
    await romeo.getsResult('set', block('unblock'));
  }),
  pep.must('§4.3.4', 'tells who comes what was published last', async (stage) => {
    const [romeo] = await friends(stage);
    const image = newImage();
    await publishes(romeo, image);
    const garden = await stage.bound(JULIET, 'garden');
    await wants(garden);
    await readsEvent(garden, image);
  }),
  pep.must('§4.3.4', 'tells who begins to see somebody what was published last', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    const image = newImage();
    await publishes(romeo, image);
    await wants(juliet);
    await subscribe(juliet, romeo);
    await readsEvent(juliet, image);
  }),

  avatar.must('§4.1', 'takes data with line breaks', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const image = newImage();
    const lines = image.base64.replace(new RegExp(`.{${LINE_CHARACTERS}}`, 'g'), '$&\n');
    await romeo.getsResult('set', publish(DATA, { ...image, base64: lines }));
    const items = await romeo.getsResult('get', itemsOf(DATA, image.id));
    expectEqual(items.find('data', DATA)?.text.replaceAll(/\s/g, ''), image.base64, 'the data');
  }),
  avatar.should('§3.4', 'gives the data to a friend', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    const image = newImage();
    await publishes(romeo, image);
    const items = await juliet.getsResult('get', itemsOf(DATA, image.id), romeo.bare);
    expectEqual(items.find('item')?.attrs['id'], image.id, 'the item');
    expectEqual(items.find('data', DATA)?.text, image.base64, 'the data');
  }),
  avatar.must('§4.2.1', 'tells size, hash and type', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await wants(juliet);
    const image = newImage();
    await publishes(romeo, image);
    const { bytes, id, type } = (await readsEvent(juliet, image)).find('info', METADATA)?.attrs ?? {};
    expectEqual([bytes, id, type].join(), [image.bytes.length, image.id, 'image/png'].join(), 'the image');
  }),
  avatar.must('§3.5', 'tells that an avatar was taken away', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await wants(juliet);
    const image = newImage();
    await publishes(romeo, image);
    await readsEvent(juliet, image);
    await romeo.getsResult('set', NO_AVATAR);
    const isEmpty = (event: Element): boolean =>
      isEvent(event) && event.find('metadata', METADATA)?.elements.length === 0;
    await juliet.readsMessage(isEmpty, 'empty metadata');
  }),

  card.must('§3.1', 'is given to its owner', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const image = newImage();
    await romeo.getsResult('set', cardWith(image));
    const answer = await romeo.getsResult('get', GET_CARD);
    expectEqual(answer.find('BINVAL')?.text.replaceAll(/\s/g, ''), image.base64, 'the photo');
  }),
  card.must('§3.2', 'is written by nobody else', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const refusals = ['forbidden', 'not-allowed', 'service-unavailable'];
    await romeo.getsError(refusals, 'set', cardWith(newImage()), stage.bare(NURSE));
  }),
  card.must('§3.3', 'is given to others', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    const image = newImage();
    await romeo.getsResult('set', cardWith(image));
    const answer = await juliet.getsResult('get', GET_CARD, romeo.bare);
    expectEqual(answer.find('BINVAL')?.text.replaceAll(/\s/g, ''), image.base64, 'the photo');
  }),

  conversion.must('§2', 'is said in the discovery of the account', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const info = await romeo.getsResult('get', `<query xmlns='${NS.info}'/>`, romeo.bare);
    const features = info.all('feature').map(({ attrs }) => attrs['var']);
    expectThat(features.includes('urn:xmpp:pep-vcard-conversion:0'), `not in ${info.xml}`);
  }),
  conversion.must('§3.1', 'puts what is published into the card', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    const image = newImage();
    await publishes(romeo, image);
    const answer = await juliet.getsResult('get', GET_CARD, romeo.bare);
    expectEqual(answer.find('BINVAL')?.text.replaceAll(/\s/g, ''), image.base64, 'the photo');
  }),
  conversion.must('§3.2', 'publishes what a card has, under its hash', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await wants(juliet);
    const image = newImage();
    await romeo.getsResult('set', cardWith(image));
    await readsEvent(juliet, image);
    const items = await juliet.getsResult('get', itemsOf(DATA, image.id), romeo.bare);
    expectEqual(items.find('data', DATA)?.text.replaceAll(/\s/g, ''), image.base64, 'the data');
  }),
  ...[
    ['nothing of it', ''],
    ['an update without photo', `<x xmlns='${UPDATE}'/>`],
  ].map(([what, said]) =>
    conversion.must('§4', `says the hash in presence that says ${what}`, async (stage) => {
      const [romeo, juliet] = await friends(stage);
      const image = newImage();
      await publishes(romeo, image);
      expectEqual(await photoSeen(romeo, juliet, said ?? ''), image.id, 'the hash');
    }),
  ),
  conversion.must('§4', 'leaves a photo alone that is empty', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await publishes(romeo, newImage());
    expectEqual(await photoSeen(romeo, juliet, `<x xmlns='${UPDATE}'><photo/></x>`), '', 'the hash');
  }),
];

const NO_AVATAR = `<pubsub xmlns='${NS.pubsub}'><publish node='${METADATA}'><item><metadata xmlns='${METADATA}'/></item></publish></pubsub>`;

interface Image {
  readonly bytes: Uint8Array;
  /** Its SHA-1. */
  readonly id: string;
  readonly base64: string;
}

/** One that was never published before: the smallest PNG, with random bytes behind its end. */
function newImage(): Image {
  const smallest =
    '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005000' +
    '1a5f645400000000049454e44ae426082';
  const bytes = Buffer.concat([Buffer.from(smallest, 'hex'), randomBytes(16)]);
  return { bytes, id: createHash('sha1').update(bytes).digest('hex'), base64: bytes.toString('base64') };
}

function publish(node: string, { id, bytes, base64 }: Image): string {
  const info = `<info id='${id}' bytes='${bytes.length}' type='image/png' width='1' height='1'/>`;
  const payload =
    node === DATA
      ? `<data xmlns='${DATA}'>${base64}</data>`
      : `<metadata xmlns='${METADATA}'>${info}</metadata>`;
  const item = `<item id='${id}'>${payload}</item>`;
  return `<pubsub xmlns='${NS.pubsub}'><publish node='${node}'>${item}</publish></pubsub>`;
}

/** XEP-0084 §3.1, §3.2. */
async function publishes(peer: XmppPeer, image: Image): Promise<void> {
  await peer.getsResult('set', publish(DATA, image));
  await peer.getsResult('set', publish(METADATA, image));
}

function itemsOf(node: string, id?: string): string {
  const item = id === undefined ? '' : `<item id='${id}'/>`;
  return `<pubsub xmlns='${NS.pubsub}'><items node='${node}'>${item}</items></pubsub>`;
}

function cardWith({ base64 }: Image): string {
  return `<vCard xmlns='${VCARD}'><PHOTO><TYPE>image/png</TYPE><BINVAL>${base64}</BINVAL></PHOTO></vCard>`;
}

function isEvent(message: Element): boolean {
  return message.is('message') && message.child('event', NS.pubsubEvent) !== undefined;
}

function isEventOf(message: Element, { id }: Image): boolean {
  return isEvent(message) && message.find('item')?.attrs['id'] === id;
}

function readsEvent(peer: XmppPeer, image: Image): Promise<Element> {
  return peer.readsMessage((message) => isEventOf(message, image), 'the event');
}

/** What the presence of one, with this in it, says of the photo to the other. */
async function photoSeen(peer: XmppPeer, other: XmppPeer, said: string): Promise<string | undefined> {
  await other.sync();
  other.unread = [];
  peer.say(`<presence><status>${said === '' ? 'plain' : 'odd'}</status>${said}</presence>`);
  return (await other.readsPresence(peer.jid)).child('x', UPDATE)?.child('photo')?.text;
}
