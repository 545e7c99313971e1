import { STRANGER_PASSWORD } from '../register-account.ts';
import { until } from '../waiting.ts';
import { RawPeer } from './raw-peer.ts';

export const XMPP_HEADER =
  "<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
const ANSWER_MS_MAX = 20_000;

/** A stream whose peer has signed in and may bind or resume. */
export async function signInToXmpp(port: number, user: string): Promise<RawPeer> {
  const peer = new RawPeer(port);
  await peer.opened;
  const plain = Buffer.from(`\0${user}\0${STRANGER_PASSWORD}`).toString('base64');
  peer.write(
    `${XMPP_HEADER}<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`,
  );
  await hears(peer, '<success');
  peer.write(XMPP_HEADER);
  await hears(peer, 'urn:ietf:params:xml:ns:xmpp-bind');
  return peer;
}

/** A session that ends with its stream. */
export async function bindForXmpp(peer: RawPeer): Promise<void> {
  peer.write("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq><presence/>");
  await hears(peer, '<jid>');
}

/** XEP-0198 §5: makes it one that can be taken up again; answers its name. */
export async function keepForXmpp(peer: RawPeer): Promise<string> {
  peer.write("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
  await hears(peer, '<enabled');
  return /<enabled[^>]* id=['"]([^'"]+)/.exec(peer.heard.toString())?.[1] ?? '';
}

export function hears(peer: RawPeer, text: string): Promise<void> {
  return until(
    `the server says ${text}`,
    ANSWER_MS_MAX,
    () => peer.heard.includes(text),
    () => peer.heard.toString(),
  );
}
