import { type Auth, type Client, createClient } from '@skein/client';

// The tab's own user: two tabs may be two people, and each comes back as itself.
const TAB_USER_KEY = 'skein.user';

/** A client for this page's server. */
export function openClient(auth: Auth): Client {
  return createClient({
    url: location.origin,
    auth,
    app: { name: 'skein-web', version: '0.1.0' },
    device: { kind: 'web', name: navigator.platform },
    locale: document.documentElement.lang,
  });
}

/** Whoever was signed in in this tab, else on this device; null when nobody was. */
export function rememberedAuth(): Auth {
  const user = sessionStorage.getItem(TAB_USER_KEY);
  return user === null ? { session: 'stored' } : { session: 'stored', user };
}

export function rememberTabUser(user: string | null): void {
  if (user === null) sessionStorage.removeItem(TAB_USER_KEY);
  else sessionStorage.setItem(TAB_USER_KEY, user);
}
