import type { ItemAccess, PersonalItem } from '@skein/core';
import { StanzaError } from '../stream/stanza-error.ts';
import { writeElement, type Xml } from '../xml/write-xml.ts';
import { errorForImage } from './avatar-nodes.ts';
import { type PepItem, type PepNode, pubsubError } from './pep-node.ts';

const ACCESS_BY_MODEL: ReadonlyMap<string, ItemAccess> = new Map([
  ['open', 'open'],
  ['presence', 'presence'],
  // XEP-0223: nobody is on the list.
  ['whitelist', 'owner'],
]);

/** [XM80] XEP-0163 §3: a node of whatever name, made by publishing to it, with one item in it. */
export function personalNode(name: string): PepNode {
  return {
    name,
    maySee: ({ host, user }, owner) =>
      host.deps.core.personalItems.namesSeenBy(user.number, owner.number).includes(name),

    async publish(session, { id, payload, model }) {
      const { host, user } = session;
      if (payload === undefined) throw pubsubError('bad-request', 'payload-required');
      const access = ACCESS_BY_MODEL.get(model);
      if (access === undefined) throw pubsubError('conflict', 'precondition-not-met');
      const value = Buffer.from(writeElement(payload, ''));
      const item = { name, id: id === '' ? host.newId() : id, access, value };
      const refusal = await host.deps.core.personalItems.put(user.number, item);
      if (refusal?.code === 'message.too_large') throw errorForImage(refusal);
      if (refusal !== null) throw new StanzaError('policy-violation', `at most ${refusal.limit}`);
      host.personalEvents.changed(user.number, item);
      return item.id;
    },

    async items({ host, user }, owner) {
      const item = await host.deps.core.personalItems.seenBy(user.number, owner.number, name);
      return item === null ? [] : [pepItemOf(item)];
    },

    async remove({ host, user }, id) {
      const { personalItems } = host.deps.core;
      const item = await personalItems.seenBy(user.number, user.number, name);
      const isGone = await personalItems.remove(user.number, name, id);
      if (isGone && item !== null) host.personalEvents.removed(user.number, item);
    },
  };
}

/** Its value was written by `publish` above. */
export function pepItemOf({ id, value }: PersonalItem): PepItem {
  return { id, payload: Buffer.from(value).toString() as Xml };
}
