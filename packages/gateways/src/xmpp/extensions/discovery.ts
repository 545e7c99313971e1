import { NS } from '../namespaces.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import { capsNodeOf, capsVersionOf } from './capabilities.ts';
import type { Extension, Identity, IqCall } from './extension.ts';

/** XEP-0030 §3: who somebody is and what they speak. */
export function infoOf(
  identities: readonly Identity[],
  features: readonly string[],
  { node, more = [] }: { readonly node?: string; readonly more?: readonly Xml[] } = {},
): Xml {
  return xml(
    'query',
    { xmlns: NS.discoInfo, node },
    ...identities.map(({ category, type, name }) => xml('identity', { category, type, name })),
    ...features.map((feature) => xml('feature', { var: feature })),
    ...more,
  );
}

const SERVER: Identity = { category: 'server', type: 'im', name: 'Skein' };

/** XEP-0115 §5: stands for all that is said of the server. */
export function serverVersionOf(others: readonly Extension[]): string {
  return capsVersionOf([SERVER], featuresOf('server', others));
}

/** XEP-0030 for the server and for accounts; rooms say it of themselves, and what items an account has those who have them. */
export function discovery(others: readonly Extension[]): Extension {
  const features = featuresOf('server', others);
  const server = infoOf([SERVER], features);
  const node = capsNodeOf(serverVersionOf(others));
  const atNode = infoOf([SERVER], features, { node });
  const account = infoOf(
    [
      { category: 'account', type: 'registered', name: '' },
      ...others.flatMap(({ identities = [] }) => identities),
    ],
    // XEP-0359 §3: what comes to an account has an id.
    [...featuresOf('account', others), NS.stanzaId],
  );
  const nodes = others.flatMap((other) => other.nodes ?? []);
  return {
    iqs: [
      {
        at: ['server'],
        type: 'get',
        ns: NS.discoInfo,
        name: 'query',
        // XEP-0115 §6.2: this one node says the same.
        answer: (call) => (call.payload.attrs['node'] === node ? atNode : ofNoNode(call, server)),
      },
      {
        at: ['account', 'contact'],
        type: 'get',
        ns: NS.discoInfo,
        name: 'query',
        answer: (call) => ofNode(call, nodes) ?? ofNoNode(call, account),
      },
      { at: ['server'], type: 'get', ns: NS.discoItems, name: 'query', answer: items },
    ],
  };
}

function featuresOf(at: 'server' | 'account', others: readonly Extension[]): string[] {
  return [NS.discoInfo, NS.discoItems, ...others.flatMap(({ features }) => features?.[at] ?? [])];
}

/** XEP-0060 §5.3: what one of an account's nodes is. */
function ofNode(call: IqCall, nodes: readonly string[]): Xml | null {
  const { node = '' } = call.payload.attrs;
  if (!nodes.includes(node) && !isPersonal(call, node)) return null;
  return infoOf([{ category: 'pubsub', type: 'leaf', name: '' }], [NS.pubsub], { node });
}

/** [XM80] A node that somebody has made and that may be seen. */
function isPersonal({ session, address }: IqCall, node: string): boolean {
  const { users, personalItems } = session.host.deps.core;
  const owner = address.at === 'contact' ? users.byId(address.jid.local) : session.user;
  return owner !== undefined && personalItems.namesSeenBy(session.user.number, owner.number).includes(node);
}

/** XEP-0030 §7: none of these has other nodes. */
function ofNoNode({ payload }: IqCall, info: Xml): Xml {
  if ((payload.attrs['node'] ?? '') !== '') throw new StanzaError('item-not-found');
  return info;
}

function items({ session }: IqCall): Xml {
  const item = xml('item', { jid: session.host.groupsDomain, name: 'Groups' });
  return xml('query', { xmlns: NS.discoItems }, item);
}
