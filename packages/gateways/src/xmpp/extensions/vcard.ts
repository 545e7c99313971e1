import { NS } from '../namespaces.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childOf, type Element, elementsOf, textOf } from '../xml/element.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';
import { errorForImage } from './avatar-nodes.ts';
import { decodeBase64 } from './base64.ts';
import type { Extension, IqCall } from './extension.ts';

/** [XM17, XM73] XEP-0054: somebody's name, which is changed where accounts are, and their avatar, which is changed here too. */
export const VCARD: Extension = {
  // XEP-0398 §2.
  features: { server: [NS.vcard], account: [NS.vcard, NS.pepToVcard] },
  iqs: [
    { at: ['account', 'contact'], type: 'get', ns: NS.vcard, name: 'vCard', answer: card },
    { at: ['account'], type: 'set', ns: NS.vcard, name: 'vCard', answer: change },
    // §3.2: nobody writes the card of somebody else.
    { at: ['contact'], type: 'set', ns: NS.vcard, name: 'vCard', answer: forbid },
  ],
};

async function card({ session, address }: IqCall): Promise<Xml> {
  const { users, avatars } = session.host.deps.core;
  const user = address.at === 'contact' ? users.byId(address.jid.local) : session.user;
  if (user === undefined || session.host.contacts.isBlockedBetween(session.user.number, user.number)) {
    throw new StanzaError('service-unavailable');
  }
  const names = [xml('FN', {}, xmlText(user.name)), xml('NICKNAME', {}, xmlText(user.id))];
  const avatar = avatars.seenBy(session.user.number, user.number) ?? null;
  const bytes = avatar === null ? null : await avatars.bytesOf(user.number, avatar);
  if (avatar === null || bytes === null) return xml('vCard', { xmlns: NS.vcard }, ...names);
  const type = xml('TYPE', {}, xmlText(avatar.type));
  const binval = xml('BINVAL', {}, xmlText(Buffer.from(bytes).toString('base64')));
  return xml('vCard', { xmlns: NS.vcard }, ...names, xml('PHOTO', {}, type, binval));
}

/** [XM73] Takes the photo, or that there is none; what else would be written down is refused, since it would be lost. */
async function change({ session, payload }: IqCall): Promise<null> {
  const { user, host } = session;
  const { avatars } = host.deps.core;
  const kept = new Map([
    ['FN', user.name],
    ['NICKNAME', user.id],
  ]);
  for (const field of elementsOf(payload)) {
    const isAsItIs = [kept.get(field.name), ''].includes(textIn(field).trim());
    if (field.name !== 'PHOTO' && !isAsItIs) {
      throw new StanzaError('not-acceptable', `only PHOTO is changed here, not ${field.name}`);
    }
  }
  const photo = childOf(payload, 'PHOTO', NS.vcard);
  if (photo === undefined || textIn(photo).trim() === '') {
    await avatars.remove(user.number, null);
    return null;
  }
  const binval = childOf(photo, 'BINVAL', NS.vcard);
  const bytes = binval === undefined ? null : decodeBase64(textOf(binval));
  if (bytes === null) throw new StanzaError('not-acceptable', 'the photo itself, in Base64');
  // XEP-0153 §3.2: a card is read by whoever asks.
  const refusal = await avatars.set(user.number, bytes, { isOpen: true });
  if (refusal !== null) throw errorForImage(refusal);
  return null;
}

function forbid(): never {
  throw new StanzaError('forbidden');
}

/** All text inside. */
function textIn(element: Element): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textIn(child))).join('');
}
