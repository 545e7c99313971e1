import type { Account, XmppTarget } from './xmpp-peer.ts';

const USUAL_PORT = 5222;

/**
 * Three accounts who play, more whose passwords are guessed at:
 * `xmpp://127.0.0.1:5222/?domain=localhost&account=romeo:pw&account=juliet:pw&account=nurse:pw`.
 *
 * Errors: throws when there are fewer than three accounts.
 */
export function xmppTargetOf({ hostname, port, searchParams }: URL): XmppTarget {
  const [first, second, third, ...guessed] = searchParams.getAll('account').map(accountOf);
  if (first === undefined || second === undefined || third === undefined) {
    throw new Error('Three accounts are needed: ?account=name:password three times.');
  }
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || USUAL_PORT),
    domain: searchParams.get('domain') ?? hostname,
    accounts: [first, second, third, ...guessed],
  };
}

function accountOf(text: string): Account {
  const colon = text.indexOf(':');
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
