import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { type Element, NS } from './element.ts';
import { JULIET, NURSE, ROMEO, statementsOf } from './stage.ts';
import type { XmppTarget } from './xmpp-peer.ts';

const discovery = statementsOf('XEP-0030');
const caps = statementsOf('XEP-0115');
const ping = statementsOf('XEP-0199');
const INFO = `<query xmlns='${NS.info}'/>`;
const PING = `<ping xmlns='${NS.ping}'/>`;
const CAPS = `<c xmlns='${NS.caps}' hash='sha-1' node='http://example.org' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>`;

/** XEP-0030, XEP-0115 and XEP-0199: what a server says of itself, and that it is there. */
export const DISCOVERY_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  discovery.must('§3.1', 'says that the server is one', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const info = await romeo.getsResult('get', INFO, stage.target.domain);
    expectThat(hasIdentity(info, 'server', 'im'), `no server in ${info.xml}`);
  }),
  discovery.must('§3.1', 'says that discovery itself is spoken', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    for (const to of [stage.target.domain, romeo.bare]) {
      const info = await romeo.getsResult('get', INFO, to);
      expectThat(featuresIn(info).includes(NS.info), `no discovery in ${info.xml}`);
      expectThat(info.all('identity').length > 0, `no identity in ${info.xml}`);
    }
  }),
  discovery.must('§3.1', 'says nothing twice', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    for (const to of [stage.target.domain, romeo.bare]) {
      const features = featuresIn(await romeo.getsResult('get', INFO, to));
      expectEqual(new Set(features).size, features.length, 'features');
    }
  }),
  discovery.must('§3.1', 'says that an account is one', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const info = await romeo.getsResult('get', INFO, romeo.bare);
    expectThat(hasIdentity(info, 'account', 'registered'), `no account in ${info.xml}`);
  }),
  discovery.must('§4.1', 'says what there is beside the server', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const items = await romeo.getsResult('get', `<query xmlns='${NS.items}'/>`, stage.target.domain);
    expectThat(items.child('query', NS.items) !== undefined, `no items in ${items.xml}`);
    for (const { attrs } of items.all('item'))
      expectThat((attrs['jid'] ?? '') !== '', `no jid in ${items.xml}`);
  }),
  discovery.must('§4.1', 'says that there is nothing beside an account', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const items = await romeo.getsResult('get', `<query xmlns='${NS.items}'/>`, romeo.bare);
    expectThat(items.child('query', NS.items) !== undefined, `no items in ${items.xml}`);
  }),
  discovery.must('§7', 'refuses a node that there is not', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const unknown = `<query xmlns='${NS.info}' node='no-such-node'/>`;
    await romeo.getsError(['item-not-found'], 'get', unknown, stage.target.domain);
  }),
  discovery.must('§8', 'does not say who has an account', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const of = async (name: string) => {
      const { attrs, elements } = await romeo.asks('get', INFO, `${name}@${stage.target.domain}`);
      return `${attrs['type']} ${elements.map(({ name: child, children }) => `${child} ${children.length}`).join()}`;
    };
    expectEqual(await of('nobody-here'), await of(stage.account(NURSE).user), 'what is said of nobody');
  }),

  caps.must('§6.1', 'brings what a client can to those who hear of it', async (stage) => {
    const orchard = await stage.arrived(ROMEO, 'orchard');
    const garden = await stage.bound(ROMEO, 'garden');
    garden.say(`<presence>${CAPS}</presence>`);
    const { attrs } = (await orchard.readsPresence(garden.jid)).child('c', NS.caps) ?? { attrs: {} };
    expectEqual((attrs as Record<string, string>)['ver'], 'QgayPKawpkPSDYmwT/WM94uAlu0=', 'ver');
  }),
  caps.must('§6.2', 'passes the question what it can on to the client', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    const question = `<query xmlns='${NS.info}' node='http://example.org#x'/>`;
    romeo.say(`<iq type='get' id='can' to='${juliet.jid}'>${question}</iq>`);
    await juliet.reads(({ name, attrs }) => name === 'iq' && attrs['id'] === 'can', 'the question');
  }),

  ping.must('§4.2', 'is answered by the server', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const pong = await romeo.getsResult('get', PING, stage.target.domain);
    expectEqual(pong.elements.length, 0, 'elements in the answer');
  }),
  ping.must('§4.2', 'is answered for the account', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsResult('get', PING);
  }),
  ping.must('§4.4', 'is passed on to another client', async (stage) => {
    const [romeo, juliet] = await stage.couple();
    romeo.say(`<iq type='get' id='p2p' to='${juliet.jid}'>${PING}</iq>`);
    await juliet.reads(({ name, attrs }) => name === 'iq' && attrs['id'] === 'p2p', 'the ping');
    juliet.say(`<iq type='result' id='p2p' to='${romeo.jid}'/>`);
    await romeo.readsAnswer('p2p');
  }),
  ping.must('§4.4', 'is refused for a connection that is not there', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    await romeo.getsError(['service-unavailable'], 'get', PING, `${stage.bare(JULIET)}/nowhere`);
  }),
  ping.must('§5', 'is said in discovery', async (stage) => {
    const romeo = await stage.arrived(ROMEO);
    const features = featuresIn(await romeo.getsResult('get', INFO, stage.target.domain));
    expectThat(features.includes(NS.ping), `not in ${features.join()}`);
  }),
];

function featuresIn(info: Element): readonly string[] {
  return info.all('feature').map(({ attrs }) => attrs['var'] ?? '');
}

function hasIdentity(info: Element, category: string, type: string): boolean {
  return info.all('identity').some(({ attrs }) => attrs['category'] === category && attrs['type'] === type);
}
