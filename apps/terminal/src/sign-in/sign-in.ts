import { setTimeout as sleep } from 'node:timers/promises';
import type { Auth, Client } from '@skein/client';
import { isSkeinError, type SkeinError } from '@skein/client';
import { createClient } from '@skein/client/node';
import type { Locale } from '../words/texts.ts';
import type { Options } from './options.ts';

export type SignIn =
  | { readonly outcome: 'signed-in'; readonly client: Client }
  | { readonly outcome: 'refused'; readonly error: SkeinError }
  | { readonly outcome: 'no-password' };

export interface SignInDeps {
  readonly locale: Locale;
  /** Null: none was given. */
  readonly password: (user: string) => Promise<string | null>;
}

/** Without a word from the server after this long, the chat opens with what the device knows. */
const PATIENCE_MS = 3_000;

/**
 * Makes the client of whoever was named. A device where this person has signed in before does not ask again; it also works
 * without a connection, with what it remembers.
 */
export async function signIn(options: Options, deps: SignInDeps): Promise<SignIn> {
  const { user, how } = options;
  if (how === 'dev') return attempt({ dev: user ?? '' }, options, deps);
  if (how === 'account') {
    const stored = await attempt({ session: 'stored', ...(user === null ? {} : { user }) }, options, deps);
    if (user === null || !needsPassword(stored)) return stored;
    if (stored.outcome === 'signed-in') await stored.client.close();
  }
  const password = await deps.password(user ?? '');
  if (password === null) return { outcome: 'no-password' };
  return attempt(withPassword(options, user ?? '', password), options, deps);
}

function withPassword({ how, name, invitation }: Options, user: string, password: string): Auth {
  if (how !== 'register') return { user, password };
  const details = { ...(name === null ? {} : { name }), ...(invitation === null ? {} : { invitation }) };
  return { register: { user, password, ...details } };
}

async function attempt(auth: Auth, { url, folder }: Options, { locale }: SignInDeps): Promise<SignIn> {
  const client = createClient({
    url,
    auth,
    folder,
    locale,
    device: { kind: 'terminal', name: 'skein-chat' },
  });
  try {
    await Promise.race([client.signedIn(), sleep(PATIENCE_MS, null, { ref: false })]);
    return { outcome: 'signed-in', client };
  } catch (error) {
    await client.close();
    if (isSkeinError(error)) return { outcome: 'refused', error };
    throw error;
  }
}

/** The session is over, or there never was one: also when the server has not said so yet. */
function needsPassword(result: SignIn): boolean {
  if (result.outcome === 'refused') return result.error.code.startsWith('auth.');
  return result.outcome === 'signed-in' && result.client.me.get() === null;
}
