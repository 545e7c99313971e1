import type { UserRow } from '@skein/core';
import { NS } from '../namespaces.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childOf, childrenOf, type Element, elementsOf } from '../xml/element.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import { AVATAR_DATA, AVATAR_METADATA } from './avatar-nodes.ts';
import type { Extension, IqCall } from './extension.ts';
import { itemsXml, type PepNode, pubsubError } from './pep-node.ts';
import { personalNode } from './personal-node.ts';
import { accessModelIn } from './publish-options.ts';

const AVATAR_NODES: readonly PepNode[] = [AVATAR_DATA, AVATAR_METADATA];

/** XEP-0060 §10: what of publish-subscribe an account has. Nodes are made by publishing to them. */
const FEATURES = [
  'access-open',
  'access-presence',
  'access-whitelist',
  'auto-create',
  'auto-subscribe',
  'delete-nodes',
  'filtered-notifications',
  'item-ids',
  'last-published',
  'persistent-items',
  'publish',
  'publish-options',
  'retract-items',
  'retrieve-items',
].map((feature) => `${NS.pubsub}#${feature}`);

/** XEP-0060 §10: what is asked for by these is not there. */
const FEATURE_BY_REQUEST: ReadonlyMap<string, string> = new Map([
  ['affiliations', 'modify-affiliations'],
  ['configure', 'config-node'],
  ['create', 'create-nodes'],
  ['default', 'retrieve-default'],
  ['options', 'subscription-options'],
  ['purge', 'purge-nodes'],
  ['subscribe', 'subscribe'],
  ['subscriptions', 'retrieve-subscriptions'],
  ['unsubscribe', 'subscribe'],
]);

/** [XM70] XEP-0163: an account publishes to those who see its presence. */
export const PEP: Extension = {
  features: { account: [NS.pubsub, ...FEATURES] },
  // §6.1.
  identities: [{ category: 'pubsub', type: 'pep', name: '' }],
  nodes: AVATAR_NODES.map(({ name }) => name),
  iqs: [
    { at: ['account', 'contact'], type: 'get', ns: NS.discoItems, name: 'query', answer: nodesSeen },
    { at: ['account', 'contact'], type: 'get', ns: NS.pubsub, name: 'pubsub', answer: retrieve },
    { at: ['account'], type: 'set', ns: NS.pubsub, name: 'pubsub', answer: change },
    { at: ['account'], type: 'set', ns: NS.pubsubOwner, name: 'pubsub', answer: changeAsOwner },
    // XEP-0060 §7.1.3.1: §2.2 has one publisher, the account itself.
    { at: ['contact'], type: 'set', ns: NS.pubsub, name: 'pubsub', answer: forbid },
    { at: ['contact'], type: 'set', ns: NS.pubsubOwner, name: 'pubsub', answer: forbid },
  ],
};

/** §6.2: the nodes that the asker may read, which is none of somebody who is not there. */
function nodesSeen({ session, address, payload }: IqCall): Xml {
  const { node } = payload.attrs;
  const { users, personalItems } = session.host.deps.core;
  const owner = address.at === 'contact' ? users.byId(address.jid.local) : session.user;
  const personal = owner === undefined ? [] : personalItems.namesSeenBy(session.user.number, owner.number);
  const all = [...AVATAR_NODES.map(({ name }) => name), ...personal];
  // XEP-0030 §7; what items a node has is asked of the node itself.
  if (node !== undefined && !all.includes(node)) throw new StanzaError('item-not-found');
  if (node !== undefined || owner === undefined) return xml('query', { xmlns: NS.discoItems, node });
  const seen = [
    ...AVATAR_NODES.filter((avatar) => avatar.maySee(session, owner)).map(({ name }) => name),
    ...personal,
  ];
  const jid = session.host.jidOf(owner);
  return xml('query', { xmlns: NS.discoItems }, ...seen.map((name) => xml('item', { jid, node: name })));
}

function forbid(): never {
  throw new StanzaError('forbidden');
}

/** XEP-0060 §6.5: all that a node has, or the items that are named. */
async function retrieve(call: IqCall): Promise<Xml> {
  const { session, payload } = call;
  const request = childOf(payload, 'items', NS.pubsub);
  if (request === undefined) throw unsupported(payload);
  const node = nodeOf(request);
  const owner = ownerOf(call);
  const isOwn = owner.number === session.user.number;
  // §6.5.9.11: what oneself has not made is not there.
  if (isOwn && !node.maySee(session, owner)) throw new StanzaError('item-not-found');
  // §6.5.9.3: whether there is anything is not told either.
  if (!node.maySee(session, owner)) {
    throw pubsubError('not-authorized', 'presence-subscription-required');
  }
  const wanted = childrenOf(request, 'item', NS.pubsub).map(({ attrs }) => attrs['id'] ?? '');
  const items = (await node.items(session, owner)).filter(
    ({ id }) => wanted.length === 0 || wanted.includes(id),
  );
  if (items.length < new Set(wanted).size) throw new StanzaError('item-not-found');
  const max = Number(request.attrs['max_items'] ?? items.length);
  if (!(max >= 0)) throw new StanzaError('bad-request');
  const newest = items.slice(Math.max(0, items.length - max));
  return xml('pubsub', { xmlns: NS.pubsub }, itemsXml(node.name, newest));
}

async function change(call: IqCall): Promise<Xml | null> {
  const { payload, session } = call;
  const publish = childOf(payload, 'publish', NS.pubsub);
  if (publish !== undefined) return publishItem(call, publish);
  const retract = childOf(payload, 'retract', NS.pubsub);
  if (retract === undefined) throw unsupported(payload);
  const node = nodeOf(retract);
  const [item, ...more] = childrenOf(retract, 'item', NS.pubsub);
  // XEP-0060 §7.2.3.3: which one is said.
  if (item?.attrs['id'] === undefined || more.length > 0) throw pubsubError('bad-request', 'item-required');
  const isThere = (await node.items(session, session.user)).some(({ id }) => id === item.attrs['id']);
  if (!isThere) throw new StanzaError('item-not-found');
  await node.remove(session, item.attrs['id']);
  return null;
}

/** XEP-0060 §7.1: one item with one payload of the kind that the node has. */
async function publishItem({ session, payload }: IqCall, publish: Element): Promise<Xml> {
  const node = nodeOf(publish);
  const [item, ...more] = childrenOf(publish, 'item', NS.pubsub);
  // §7.1.3.6.
  if (item === undefined) throw pubsubError('bad-request', 'item-required');
  if (more.length > 0) throw pubsubError('not-allowed', 'max-items-exceeded');
  const payloads = elementsOf(item);
  if (payloads.length > 1) throw pubsubError('bad-request', 'invalid-payload');
  const options = childOf(payload, 'publish-options', NS.pubsub);
  const id = await node.publish(session, {
    id: item.attrs['id'] ?? '',
    payload: payloads[0],
    model: accessModelIn(options, AVATAR_NODES.includes(node)),
  });
  return xml('pubsub', { xmlns: NS.pubsub }, xml('publish', { node: node.name }, xml('item', { id })));
}

/** XEP-0060 §8.4: what is deleted is gone; those of avatars are empty, and there with the account. */
async function changeAsOwner({ session, payload }: IqCall): Promise<null> {
  const deletion = childOf(payload, 'delete', NS.pubsubOwner);
  if (deletion === undefined) throw unsupported(payload);
  const node = nodeOf(deletion);
  if (!node.maySee(session, session.user)) throw new StanzaError('item-not-found');
  await node.remove(session, null);
  return null;
}

/** §6.5.9.12 and its like. Errors: throws StanzaError. */
function nodeOf({ attrs }: Element): PepNode {
  if (attrs['node'] === undefined) throw pubsubError('bad-request', 'nodeid-required');
  const named = attrs['node'];
  return AVATAR_NODES.find(({ name }) => name === named) ?? personalNode(named);
}

/** RFC 6121 §8.5.1: who is blocked learns as much as of somebody who is not there. */
function ownerOf({ session, address }: IqCall): UserRow {
  const { contacts, deps } = session.host;
  const owner = address.at === 'contact' ? deps.core.users.byId(address.jid.local) : session.user;
  if (owner === undefined || contacts.isBlockedBetween(session.user.number, owner.number)) {
    throw new StanzaError('service-unavailable');
  }
  return owner;
}

/** XEP-0060 §6.1.3.11 and its like. */
function unsupported(payload: Element): StanzaError {
  const [asked] = elementsOf(payload);
  if (asked === undefined) return new StanzaError('bad-request');
  return pubsubError('feature-not-implemented', 'unsupported', FEATURE_BY_REQUEST.get(asked.name));
}
