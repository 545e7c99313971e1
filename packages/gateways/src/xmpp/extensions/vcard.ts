import { NS } from '../namespaces.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';
import type { Extension, IqCall } from './extension.ts';

/** XEP-0054, to be read: somebody's name as the server knows it. It is changed where accounts are. */
export const VCARD: Extension = {
  features: { server: [NS.vcard], account: [NS.vcard] },
  iqs: [{ at: ['account', 'contact'], type: 'get', ns: NS.vcard, name: 'vCard', answer: card }],
};

function card({ session, address }: IqCall): Xml {
  const { users } = session.host.deps.core;
  const user = address.at === 'contact' ? users.byId(address.jid.local) : session.user;
  if (user === undefined || session.host.contacts.isBlockedBetween(session.user.number, user.number)) {
    throw new StanzaError('service-unavailable');
  }
  const names = [xml('FN', {}, xmlText(user.name)), xml('NICKNAME', {}, xmlText(user.id))];
  return xml('vCard', { xmlns: NS.vcard }, ...names);
}
