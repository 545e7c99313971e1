import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { type Element, NS } from './element.ts';
import { JULIET, ROMEO, type Stage, statementsOf } from './stage.ts';
import { newId, type XmppPeer, type XmppTarget } from './xmpp-peer.ts';

const receipts = statementsOf('XEP-0184');
const markers = statementsOf('XEP-0333');
const states = statementsOf('XEP-0085');
const corrections = statementsOf('XEP-0308');
const retractions = statementsOf('XEP-0424');
const reactions = statementsOf('XEP-0444');
const ids = statementsOf('XEP-0359');
const activity = statementsOf('XEP-0352');

const STATES = ['active', 'composing', 'paused', 'inactive', 'gone'];

/** What messages say beside their text, and the ids by which they are found again. */
export const MESSAGE_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  receipts.must('§5', 'lets a request for a receipt through', async (stage) => {
    const [, juliet, said] = await spoken(stage, `<request xmlns='${NS.receipts}'/>`);
    const message = await juliet.readsBody(said.text);
    expectThat(message.child('request', NS.receipts) !== undefined, `no request in ${message.xml}`);
    expectEqual(message.attrs['id'], said.id, 'the id');
  }),
  receipts.must('§5', 'brings a receipt to who asked for it', async (stage) => {
    const [romeo, juliet, said] = await spoken(stage, `<request xmlns='${NS.receipts}'/>`);
    await juliet.readsBody(said.text);
    juliet.say(
      `<message to='${romeo.jid}' id='${newId()}'><received xmlns='${NS.receipts}' id='${said.id}'/></message>`,
    );
    await romeo.readsMessage(
      (message) => message.child('received', NS.receipts)?.attrs['id'] === said.id,
      'the receipt',
    );
  }),
  markers.must('§4', 'lets a message through that can be marked', async (stage) => {
    const [, juliet, said] = await spoken(stage, `<markable xmlns='${NS.markers}'/>`);
    const message = await juliet.readsBody(said.text);
    expectThat(message.child('markable', NS.markers) !== undefined, `no markable in ${message.xml}`);
  }),
  markers.must('§4', 'brings the marker that a message was displayed', async (stage) => {
    const [romeo, juliet, said] = await spoken(stage, `<markable xmlns='${NS.markers}'/>`);
    await juliet.readsBody(said.text);
    juliet.say(
      `<message to='${romeo.jid}' type='chat' id='${newId()}'><displayed xmlns='${NS.markers}' id='${said.id}'/></message>`,
    );
    await romeo.readsMessage(
      (message) => message.child('displayed', NS.markers)?.attrs['id'] === said.id,
      'the marker',
    );
  }),
  ...STATES.map((state) =>
    states.must('§5.1', `lets a message through that says ${state}`, async (stage) => {
      const [, juliet, said] = await spoken(stage, `<${state} xmlns='${NS.states}'/>`);
      await juliet.readsBody(said.text);
    }),
  ),
  ...['composing', 'paused'].map((state) =>
    states.must('§5.1', `tells that somebody is ${state}`, async (stage) => {
      const [romeo, juliet, said] = await spoken(stage);
      await juliet.readsBody(said.text);
      romeo.say(`<message to='${juliet.jid}' type='chat'><composing xmlns='${NS.states}'/></message>`);
      if (state !== 'composing')
        romeo.say(`<message to='${juliet.jid}' type='chat'><${state} xmlns='${NS.states}'/></message>`);
      await juliet.readsMessage((message) => message.child(state, NS.states) !== undefined, state);
    }),
  ),
  corrections.must('§3', 'brings a correction with the id of what it corrects', async (stage) => {
    const [romeo, juliet, said] = await spoken(stage);
    await juliet.readsBody(said.text);
    const better = newId();
    sayTo(romeo, juliet.jid, `<body>${better}</body><replace xmlns='${NS.correct}' id='${said.id}'/>`);
    const message = await juliet.readsBody(better);
    expectEqual(message.child('replace', NS.correct)?.attrs['id'], said.id, 'what it replaces');
  }),
  corrections.must('§3', 'brings a correction of a correction', async (stage) => {
    const [romeo, juliet, said] = await spoken(stage);
    await juliet.readsBody(said.text);
    for (const better of [newId(), newId()]) {
      sayTo(romeo, juliet.jid, `<body>${better}</body><replace xmlns='${NS.correct}' id='${said.id}'/>`);
      const message = await juliet.readsBody(better);
      expectEqual(message.child('replace', NS.correct)?.attrs['id'], said.id, 'what it replaces');
    }
  }),
  retractions.must('§3', 'brings a retraction with the id of what it takes back', async (stage) => {
    const [romeo, juliet, said] = await spoken(stage);
    await juliet.readsBody(said.text);
    sayTo(
      romeo,
      juliet.jid,
      `<retract xmlns='${NS.retract}' id='${said.id}'/><store xmlns='urn:xmpp:hints'/>`,
    );
    await juliet.readsMessage(
      (message) => message.child('retract', NS.retract)?.attrs['id'] === said.id,
      'the retraction',
    );
  }),
  reactions.must('§3.1', 'brings reactions with the id of what they are for', async (stage) => {
    const [romeo, juliet, said] = await spoken(stage);
    await juliet.readsBody(said.text);
    sayReactions(juliet, romeo.jid, said.id, ['👍', '🌹']);
    const reaction = await readsReactions(romeo, said.id, 2);
    expectEqual(
      reaction.elements
        .map(({ text }) => text)
        .toSorted()
        .join(),
      ['🌹', '👍'].toSorted().join(),
      'them',
    );
  }),
  reactions.must('§3.2', 'brings what reactions are replaced with', async (stage) => {
    const [romeo, juliet, said] = await spoken(stage);
    await juliet.readsBody(said.text);
    sayReactions(juliet, romeo.jid, said.id, ['👍']);
    await readsReactions(romeo, said.id, 1);
    sayReactions(juliet, romeo.jid, said.id, []);
    await readsReactions(romeo, said.id, 0);
  }),

  ids.must('§3.1', 'names a message by the archive that keeps it', async (stage) => {
    const [, juliet, said] = await spoken(stage);
    const own = stanzaIdsIn(await juliet.readsBody(said.text)).filter(
      ({ attrs }) => attrs['by'] === juliet.bare,
    );
    expectEqual(own.length, 1, 'ids by the account');
    expectThat((own[0]?.attrs['id'] ?? '') !== '', 'an empty id');
  }),
  ids.must('§3.1', 'gives every message an id of its own', async (stage) => {
    const [romeo, juliet, said] = await spoken(stage);
    const first = stanzaIdsIn(await juliet.readsBody(said.text))[0]?.attrs['id'];
    const text = newId();
    sayTo(romeo, juliet.jid, `<body>${text}</body>`);
    expectThat(stanzaIdsIn(await juliet.readsBody(text))[0]?.attrs['id'] !== first, `twice ${first}`);
  }),
  ids.must('§5', 'lets nobody say an id in the name of the archive', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const text = newId();
    sayTo(
      romeo,
      juliet.jid,
      `<body>${text}</body><stanza-id xmlns='${NS.stanzaId}' id='forged' by='${juliet.bare}'/>`,
    );
    const forged = stanzaIdsIn(await juliet.readsBody(text)).some(({ attrs }) => attrs['id'] === 'forged');
    expectThat(!forged, 'a forged id was passed on');
  }),
  ids.must('§4', 'lets the id through that the sender gave', async (stage) => {
    const [, juliet, said] = await spoken(stage, `<origin-id xmlns='${NS.stanzaId}' id='own-ID'/>`);
    const origin = (await juliet.readsBody(said.text)).child('origin-id', NS.stanzaId);
    expectEqual(origin?.attrs['id'], `own-${said.id}`, 'the id');
  }),
  ids.must('§3', 'says in discovery that it gives ids', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const info = await romeo.getsResult('get', `<query xmlns='${NS.info}'/>`, romeo.bare);
    expectThat(
      info.all('feature').some(({ attrs }) => attrs['var'] === NS.stanzaId),
      `not in ${info.xml}`,
    );
  }),

  activity.must('§4', 'is offered to whoever has signed in', async (stage) => {
    const [, features] = await stage.signedInWithFeatures(ROMEO);
    expectThat(features.child('csi', NS.clientState) !== undefined, `not in ${features.xml}`);
  }),
  activity.must('§4.2', 'hears that nobody looks, and says nothing to it', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    romeo.say(`<inactive xmlns='${NS.clientState}'/><active xmlns='${NS.clientState}'/>`);
    await romeo.sync();
    romeo.expectNone(() => true, 'an answer');
  }),
  activity.must('§5', 'loses no message of somebody who does not look', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    juliet.say(`<inactive xmlns='${NS.clientState}'/>`);
    await juliet.sync();
    const text = newId();
    sayTo(romeo, juliet.jid, `<body>${text}</body>`);
    await romeo.sync();
    juliet.say(`<active xmlns='${NS.clientState}'/>`);
    await juliet.readsBody(text);
  }),
  activity.must('§4.2', 'does not count it for stream management', async (stage) => {
    const romeo = await stage.bound(ROMEO);
    romeo.say(
      `<enable xmlns='${NS.management}'/><inactive xmlns='${NS.clientState}'/><r xmlns='${NS.management}'/>`,
    );
    const answer = await romeo.reads((element) => element.is('a', NS.management), 'an acknowledgement');
    expectEqual(answer.attrs['h'], '0', 'h');
  }),
];

interface Spoken {
  readonly text: string;
  readonly id: string;
}

/** Romeo has said something to Juliet, with something beside it in which `ID` stands for the id. */
async function spoken(stage: Stage, beside = ''): Promise<[XmppPeer, XmppPeer, Spoken]> {
  const romeo = await stage.arrived(ROMEO);
  const juliet = await stage.arrived(JULIET, 'balcony');
  const said = { text: newId(), id: newId() };
  const more = beside.replace('ID', said.id);
  romeo.say(
    `<message to='${juliet.jid}' type='chat' id='${said.id}'><body>${said.text}</body>${more}</message>`,
  );
  return [romeo, juliet, said];
}

function sayTo(peer: XmppPeer, to: string, inside: string): void {
  peer.say(`<message to='${to}' type='chat' id='${newId()}'>${inside}</message>`);
}

function sayReactions(peer: XmppPeer, to: string, id: string, emojis: readonly string[]): void {
  const inside = emojis.map((emoji) => `<reaction>${emoji}</reaction>`).join('');
  sayTo(
    peer,
    to,
    `<reactions xmlns='${NS.reactions}' id='${id}'>${inside}</reactions><store xmlns='urn:xmpp:hints'/>`,
  );
}

async function readsReactions(peer: XmppPeer, id: string, count: number): Promise<Element> {
  const within = (message: Element): Element | undefined => {
    const found = message.child('reactions', NS.reactions);
    return found?.attrs['id'] === id && found.elements.length === count ? found : undefined;
  };
  const message = await peer.readsMessage((one) => within(one) !== undefined, `${count} reactions`);
  return within(message) ?? message;
}

function stanzaIdsIn(message: Element): readonly Element[] {
  return message.elements.filter((element) => element.is('stanza-id', NS.stanzaId));
}
