import { NS } from './element.ts';
import { JULIET, NURSE, ROMEO, type Stage } from './stage.ts';
import type { XmppPeer } from './xmpp-peer.ts';

export const ROSTER = `<query xmlns='${NS.roster}'/>`;

/** Two who know nothing of each other, and of whom nobody blocks anybody. */
export async function strangers(stage: Stage): Promise<[XmppPeer, XmppPeer]> {
  const [romeo, juliet] = await stage.couple();
  for (const peer of [romeo, juliet]) {
    await peer.getsResult('set', block('unblock'));
    for (const other of [stage.bare(ROMEO), stage.bare(JULIET), stage.bare(NURSE)]) {
      if (other !== peer.bare) await peer.asks('set', change(other, "subscription='remove'"));
    }
  }
  for (const peer of [romeo, juliet]) {
    await peer.sync();
    peer.unread = [];
  }
  return [romeo, juliet];
}

export async function friends(stage: Stage): Promise<[XmppPeer, XmppPeer]> {
  const [romeo, juliet] = await strangers(stage);
  await subscribe(romeo, juliet);
  await subscribe(juliet, romeo);
  await romeo.readsPresence(juliet.jid);
  await juliet.readsPresence(romeo.jid);
  for (const peer of [romeo, juliet]) {
    await peer.sync();
    peer.unread = [];
  }
  return [romeo, juliet];
}

export async function subscribe(who: XmppPeer, to: XmppPeer): Promise<void> {
  // §3.1.6: the answer is for connections that asked for the roster.
  await who.getsResult('get', ROSTER);
  who.say(`<presence type='subscribe' to='${to.bare}'/>`);
  await to.readsPresence(who.bare, 'subscribe');
  to.say(`<presence type='subscribed' to='${who.bare}'/>`);
  await who.readsPresence(to.bare, 'subscribed');
}

export function change(jid: string, attrs = '', inside = ''): string {
  return `<query xmlns='${NS.roster}'><item jid='${jid}' ${attrs}>${inside}</item></query>`;
}

export function block(name: 'block' | 'unblock', jid?: string): string {
  return `<${name} xmlns='${NS.blocking}'>${jid === undefined ? '' : `<item jid='${jid}'/>`}</${name}>`;
}
