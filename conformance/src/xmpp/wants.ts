import { createHash } from 'node:crypto';
import { type Element, NS } from './element.ts';
import type { XmppPeer } from './xmpp-peer.ts';

export const MOOD = 'http://jabber.org/protocol/mood';

/** The nodes that it wants to be told of. */
const NODES = ['urn:xmpp:avatar:metadata', MOOD];
const FEATURES = [NS.info, ...NODES.map((node) => `${node}+notify`)].toSorted();
const PROGRAM = { category: 'client', type: 'pc', name: 'a list' };
const VER = createHash('sha1')
  .update(
    [`${PROGRAM.category}/${PROGRAM.type}//${PROGRAM.name}`, ...FEATURES].map((part) => `${part}<`).join(''),
  )
  .digest('base64');

/** XEP-0115: says that it wants to be told, and answers where it is asked for what it said. */
export async function wants(peer: XmppPeer): Promise<void> {
  const isQuestion = (element: Element): boolean =>
    element.is('iq') && element.attrs['type'] === 'get' && element.child('query', NS.info) !== undefined;
  peer.say(
    `<presence><c xmlns='${NS.caps}' hash='sha-1' node='http://example.org' ver='${VER}'/></presence>`,
  );
  await peer.sync();
  for (const question of peer.unread.filter(isQuestion)) {
    const { id, from = '' } = question.attrs;
    const node = question.child('query', NS.info)?.attrs['node'] ?? '';
    const features = FEATURES.map((feature) => `<feature var='${feature}'/>`).join('');
    const identity = `<identity category='${PROGRAM.category}' type='${PROGRAM.type}' name='${PROGRAM.name}'/>`;
    const query = `<query xmlns='${NS.info}' node='${node}'>${identity}${features}</query>`;
    peer.say(`<iq type='result' id='${id}' to='${from}'>${query}</iq>`);
  }
  peer.unread = peer.unread.filter((element) => !isQuestion(element));
  await peer.sync();
}
