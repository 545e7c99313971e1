import type { Avatar, UserRow } from '@skein/core';
import type { Refusal } from '@skein/model';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childrenOf, elementsOf, textOf } from '../xml/element.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';
import { decodeBase64 } from './base64.ts';
import { type PepNode, type Published, pubsubError } from './pep-node.ts';

/** What an item is called that says that there is no avatar any more; the standard has it nameless. */
const NONE = 'none';
const PIXELS_MAX = 65_535;

/** [XM71] XEP-0084 §3.1: the image itself, which nobody sees before the metadata tell of it. */
export const AVATAR_DATA: PepNode = {
  name: NS.avatarData,
  maySee,

  async publish({ host, user }, { id, payload, model }) {
    isOpen(model);
    if (payload?.name !== 'data' || payload.ns !== NS.avatarData) throw invalidPayload(payload);
    const bytes = decodeBase64(textOf(payload));
    if (bytes === null) throw pubsubError('bad-request', 'invalid-payload');
    const stored = await host.deps.core.avatars.offer(user.number, bytes);
    if ('outcome' in stored) throw errorForImage(stored);
    // §3.1: the item is called by the hash of what is in it. A name that is wrong would be looked for in vain.
    if (id !== '' && id.toLowerCase() !== stored.id)
      throw new StanzaError('not-acceptable', `its SHA-1 is ${stored.id}`);
    return stored.id;
  },

  async items({ host, user }, owner) {
    const { avatars } = host.deps.core;
    const offered = owner.number === user.number ? avatars.offeredBy(owner.number) : null;
    const shown = avatars.seenBy(user.number, owner.number) ?? null;
    const isTwice = offered?.id === shown?.id;
    const there = [shown, isTwice ? null : offered].filter((avatar) => avatar !== null);
    const items = there.map(async (avatar) => {
      const bytes = await avatars.bytesOf(owner.number, avatar);
      return bytes === null ? [] : [{ id: avatar.id, payload: dataXml(bytes) }];
    });
    return (await Promise.all(items)).flat();
  },

  remove: ({ host, user }, id) => host.deps.core.avatars.remove(user.number, id),
};

/** [XM71] XEP-0084 §3.2: which image is shown, or none. */
export const AVATAR_METADATA: PepNode = {
  name: NS.avatarMetadata,
  maySee,

  async publish({ host, user }, { id, payload, model }) {
    const { avatars } = host.deps.core;
    if (payload?.name !== 'metadata' || payload.ns !== NS.avatarMetadata) throw invalidPayload(payload);
    // §3.5: an empty one says that there is none; before version 1.1 it had a <stop/> in it.
    if (elementsOf(payload).every(({ name }) => name === 'stop')) {
      await avatars.remove(user.number, null);
      return NONE;
    }
    // §4.2.1: others may be for the taking elsewhere; the one without an address is here.
    const info = childrenOf(payload, 'info', NS.avatarMetadata).find(
      ({ attrs }) => attrs['url'] === undefined,
    );
    const named = info?.attrs['id']?.toLowerCase() ?? '';
    if (info === undefined || (id !== '' && id.toLowerCase() !== named)) {
      throw new StanzaError('not-acceptable', 'it tells of no image that is here');
    }
    const { width, height } = info.attrs;
    const how = { isOpen: isOpen(model), width: pixels(width), height: pixels(height) };
    const refusal = await avatars.show(user.number, named, how);
    // §3.2: the data come first.
    if (refusal !== null) throw new StanzaError('item-not-found', 'publish its data first');
    return named;
  },

  async items({ host, user }, owner) {
    const avatar = host.deps.core.avatars.seenBy(user.number, owner.number);
    return avatar === undefined ? [] : [metadataItem(avatar)];
  },

  remove: ({ host, user }, id) => host.deps.core.avatars.remove(user.number, id),
};

function maySee({ host, user }: XmppSession, owner: UserRow): boolean {
  return host.deps.core.avatars.maySee(owner.number, user.number);
}

/** An avatar is for others. Errors: throws StanzaError. */
function isOpen(model: string): boolean {
  if (model !== 'open' && model !== 'presence') throw pubsubError('conflict', 'precondition-not-met');
  return model === 'open';
}

/** What is told of an avatar. Size and type are those of the bytes, whatever was said of them. */
export function metadataItem(avatar: Avatar | null): { readonly id: string; readonly payload: Xml } {
  if (avatar === null) return { id: NONE, payload: xml('metadata', { xmlns: NS.avatarMetadata }) };
  const { id, type, byteCount: bytes, width, height } = avatar;
  const size = { width: width === 0 ? undefined : width, height: height === 0 ? undefined : height };
  const info = xml('info', { id, type, bytes, ...size });
  return { id, payload: xml('metadata', { xmlns: NS.avatarMetadata }, info) };
}

/** Errors of an image that is none, or too large. */
export function errorForImage({ limit }: Refusal): StanzaError {
  // XEP-0060 §7.1.3.5.
  if (limit === undefined) return pubsubError('bad-request', 'invalid-payload');
  const more = xml('payload-too-big', { xmlns: NS.pubsubErrors });
  return new StanzaError('not-acceptable', `at most ${limit} bytes`, { more });
}

function invalidPayload(payload: Published['payload']): StanzaError {
  return pubsubError('bad-request', payload === undefined ? 'payload-required' : 'invalid-payload');
}

function dataXml(bytes: Uint8Array): Xml {
  return xml('data', { xmlns: NS.avatarData }, xmlText(Buffer.from(bytes).toString('base64')));
}

/** 0 for what is no size. */
function pixels(text = ''): number {
  return /^\d{1,5}$/.test(text) && Number(text) <= PIXELS_MAX ? Number(text) : 0;
}
