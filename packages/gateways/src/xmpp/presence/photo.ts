import type { UserNumber } from '@skein/model';
import type { XmppHost } from '../host.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, textOf } from '../xml/element.ts';
import { NO_XML, type Xml, xml, xmlText } from '../xml/write-xml.ts';

/** XEP-0153 §3.1: the hash of the avatar as presence has it. Nothing where there never was one that may be seen. */
export function photoOf(host: XmppHost, owner: UserNumber, asker: UserNumber): Xml {
  const avatar = host.deps.core.avatars.seenBy(asker, owner);
  if (avatar === undefined) return NO_XML;
  const photo = avatar === null ? xml('photo') : xml('photo', {}, xmlText(avatar.id));
  return xml('x', { xmlns: NS.vcardUpdate }, photo);
}

/** XEP-0398 §4: what a client says of its photo, in place of which the server says it. */
export function isPhotoUpdate({ name, ns }: Element): boolean {
  return name === 'x' && ns === NS.vcardUpdate;
}

/** XEP-0398 §4: a client that says it has none for now is not contradicted. */
export function isNoPhoto(update: Element): boolean {
  const photo = childOf(update, 'photo', NS.vcardUpdate);
  return photo !== undefined && textOf(photo).trim() === '';
}
