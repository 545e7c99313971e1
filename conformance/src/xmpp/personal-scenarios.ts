import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { friends, strangers } from './acquaintance.ts';
import { type Element, NS } from './element.ts';
import { statementsOf } from './stage.ts';
import { MOOD, wants } from './wants.ts';
import { newId, type XmppPeer, type XmppTarget } from './xmpp-peer.ts';

const { must } = statementsOf('XEP-0163');

/** XEP-0163 with nodes of any name: moods (0107), tunes (0118), places (0080) and whatever else is published like these. */
export const PERSONAL_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  must('§3', 'keeps what was published last under any name', async (stage) => {
    const [romeo] = await strangers(stage);
    const mood = newId();
    for (const text of [newId(), mood]) await romeo.getsResult('set', publish(text));
    const items = await romeo.getsResult('get', ITEMS);
    expectEqual(items.all('item').length, 1, 'items');
    expectEqual(items.find('mood', MOOD)?.text, mood, 'the mood');
    await deletes(romeo);
  }),
  must('§4.3.1', 'tells a friend who wants it', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await wants(juliet);
    const mood = newId();
    await romeo.getsResult('set', publish(mood));
    const event = await readsMood(juliet, mood);
    expectEqual(event.attrs['from'], romeo.bare, 'from');
    expectEqual(event.find('items')?.attrs['node'], MOOD, 'the node');
    await deletes(romeo);
  }),
  must('§4.3.4', 'tells who comes to want it what was published before', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    const mood = newId();
    await romeo.getsResult('set', publish(mood));
    await wants(juliet);
    await readsMood(juliet, mood);
    await deletes(romeo);
  }),
  must('§5', 'gives it to everybody who asks, where it is open', async (stage) => {
    const [romeo, juliet] = await strangers(stage);
    const mood = newId();
    await romeo.getsResult('set', publish(mood, 'open'));
    const items = await juliet.getsResult('get', ITEMS, romeo.bare);
    expectEqual(items.find('mood', MOOD)?.text, mood, 'the mood');
    await deletes(romeo);
  }),
  must('§5', 'gives it to nobody else, where nobody is listed', async (stage) => {
    const [romeo, juliet] = await friends(stage);
    await wants(juliet);
    const mood = newId();
    await romeo.getsResult('set', publish(mood, 'whitelist'));
    const answer = await juliet.asks('get', ITEMS, romeo.bare);
    expectThat(answer.find('mood') === undefined, `given: ${answer.xml}`);
    await juliet.sync();
    juliet.expectNone((message) => message.find('mood')?.text === mood, 'told');
    expectEqual((await romeo.getsResult('get', ITEMS)).find('mood', MOOD)?.text, mood, 'to its owner');
    await deletes(romeo);
  }),
  must('§3', 'has nothing any more that was deleted', async (stage) => {
    const [romeo] = await strangers(stage);
    await romeo.getsResult('set', publish(newId()));
    await romeo.getsResult('set', DELETE);
    await romeo.getsError(['item-not-found'], 'get', ITEMS);
  }),
];

const ITEMS = `<pubsub xmlns='${NS.pubsub}'><items node='${MOOD}'/></pubsub>`;
const DELETE = `<pubsub xmlns='${NS.pubsub}#owner'><delete node='${MOOD}'/></pubsub>`;

function publish(mood: string, model?: string): string {
  const fields = `<field var='FORM_TYPE' type='hidden'><value>${NS.pubsub}#publish-options</value></field><field var='pubsub#access_model'><value>${model}</value></field>`;
  const options =
    model === undefined
      ? ''
      : `<publish-options><x xmlns='${NS.forms}' type='submit'>${fields}</x></publish-options>`;
  const item = `<item id='current'><mood xmlns='${MOOD}'>${mood}</mood></item>`;
  return `<pubsub xmlns='${NS.pubsub}'><publish node='${MOOD}'>${item}</publish>${options}</pubsub>`;
}

/** The next scenario begins with nothing, and no model. */
async function deletes(peer: XmppPeer): Promise<void> {
  await peer.asks('set', DELETE);
}

function readsMood(peer: XmppPeer, mood: string): Promise<Element> {
  return peer.readsMessage(
    (message) => message.child('event', NS.pubsubEvent)?.find('mood', MOOD)?.text === mood,
    'the event',
  );
}
