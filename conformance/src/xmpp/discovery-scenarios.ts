import { createHash } from 'node:crypto';
import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { type Element, NS } from './element.ts';
import { JULIET, NURSE, ROMEO, type Stage, statementsOf } from './stage.ts';
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
  discovery.must('§4.1', 'says what there is beside an account', async (stage) => {
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

  caps.must('§6.3', 'says in the features of a stream what the server can', async (stage) => {
    const { hash, node = '', ver = '' } = (await serverCaps(stage)).attrs;
    expectEqual(hash, 'sha-1', 'the hash that everybody knows');
    expectThat(node !== '' && ver !== '', 'neither node nor ver is empty');
  }),
  caps.must('§6.2', 'answers the question what that is, at its node', async (stage) => {
    const { node, ver } = (await serverCaps(stage)).attrs;
    const romeo = await stage.arrived(ROMEO);
    const question = `<query xmlns='${NS.info}' node='${node}#${ver}'/>`;
    const answer = await romeo.getsResult('get', question, stage.target.domain);
    expectEqual(answer.child('query', NS.info)?.attrs['node'], `${node}#${ver}`, 'the node');
    expectThat(hasIdentity(answer, 'server', 'im'), `no server in ${answer.xml}`);
  }),
  caps.must('§5.1', 'has the hash of what it says', async (stage) => {
    const { node, ver } = (await serverCaps(stage)).attrs;
    const romeo = await stage.arrived(ROMEO);
    const question = `<query xmlns='${NS.info}' node='${node}#${ver}'/>`;
    expectEqual(ver, hashOf(await romeo.getsResult('get', question, stage.target.domain)), 'ver');
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

async function serverCaps(stage: Stage): Promise<Element> {
  const [, features] = await stage.signedInWithFeatures(ROMEO);
  const said = features.child('c', NS.caps);
  expectThat(said !== undefined, `no capabilities in ${features.xml}`);
  return said as Element;
}

/** XEP-0115 §5.1 and §5.4, from the other side: of what was answered. */
function hashOf(info: Element): string {
  const identities = info
    .all('identity')
    .map(({ attrs }) =>
      [attrs['category'], attrs['type'], attrs['xml:lang'], attrs['name']].map((part) => part ?? ''),
    );
  const forms = info.all('x', NS.forms).map((form) => {
    const fields = form.all('field').map((field) => ({
      name: field.attrs['var'] ?? '',
      values: field.all('value').map(({ text }) => text),
    }));
    const type = fields.find(({ name }) => name === 'FORM_TYPE')?.values[0] ?? '';
    const others = fields
      .filter(({ name }) => name !== 'FORM_TYPE')
      .toSorted((a, b) => inBytes(a.name, b.name));
    return [type, ...others.flatMap(({ name, values }) => [name, ...values.toSorted(inBytes)])];
  });
  const parts = [
    ...identities.map((identity) => identity.join('/')).toSorted(inBytes),
    ...[...featuresIn(info)].toSorted(inBytes),
    ...forms.toSorted(([a = ''], [b = '']) => inBytes(a, b)).flat(),
  ];
  return createHash('sha1')
    .update(parts.map((part) => `${part}<`).join(''))
    .digest('base64');
}

function inBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function featuresIn(info: Element): readonly string[] {
  return info.all('feature').map(({ attrs }) => attrs['var'] ?? '');
}

function hasIdentity(info: Element, category: string, type: string): boolean {
  return info.all('identity').some(({ attrs }) => attrs['category'] === category && attrs['type'] === type);
}
