import { HasherBusyError } from '@skein/core';
import type { XmppHost } from '../host.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, textOf } from '../xml/element.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';
import { asStanzaError, errorForRefusal, StanzaError } from './stanza-error.ts';
import type { StreamEnds } from './xmpp-stream.ts';

/** XEP-0077 §7. */
export const REGISTER_FEATURE = xml('register', { xmlns: NS.registerFeature });

const FORM = xml(
  'query',
  { xmlns: NS.register },
  xml('instructions', {}, xmlText('Choose a name and a password of at least 8 characters.')),
  xml('username'),
  xml('password'),
);

/** A request for an account, before it is known who asks: XEP-0077 §3.1. */
export function isRegistration({ name, ns, children }: Element): boolean {
  const [payload] = children.filter((child) => typeof child !== 'string');
  return ns === NS.client && name === 'iq' && payload?.ns === NS.register && payload.name === 'query';
}

/**
 * [XM90] Makes an account, as the core lets anyone: it has the last word, and may have been closed to strangers.
 *
 * Errors: throws what is a bug.
 */
export async function register(host: XmppHost, { peer }: StreamEnds, request: Element): Promise<Xml> {
  const { id = '', type } = request.attrs;
  const query = childOf(request, 'query', NS.register);
  try {
    if (type === 'get') return xml('iq', { type: 'result', id }, FORM);
    if (type !== 'set' || query === undefined) throw new StanzaError('bad-request');
    await make(host, peer, query);
    return xml('iq', { type: 'result', id });
  } catch (error) {
    const refusal = error instanceof HasherBusyError ? new StanzaError('resource-constraint') : error;
    return xml('iq', { type: 'error', id }, asStanzaError(refusal).toXml());
  }
}

async function make(host: XmppHost, peer: StreamEnds['peer'], query: Element): Promise<void> {
  // §3.2: whoever has not signed in takes no account away.
  if (childOf(query, 'remove', NS.register) !== undefined) throw new StanzaError('not-allowed');
  const user = textOf(childOf(query, 'username', NS.register));
  const password = textOf(childOf(query, 'password', NS.register));
  // §3.1.2 and example 6: both are required.
  if (user === '' || password === '') throw new StanzaError('not-acceptable');
  const made = await host.deps.core.registrations.register(
    { user, password, name: '', invitation: '' },
    peer,
  );
  if ('outcome' in made) throw errorForRefusal(made.code);
}
