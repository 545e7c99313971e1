import { type Auth, type Client, createClient } from '@skein/client';

// In a tab's own storage: its user, so that two tabs may be two people and each comes back as itself.
// In the device's storage: who signed in last, for a new window.
const USER_KEY = 'skein.user';
// Longer than this, and another window has the person. A tab that was somebody before is most likely reloading, and its
// former page may take a while to go; a new window is most likely for somebody else.
const RELOAD_MS_MAX = 3_000;
const NEW_WINDOW_MS_MAX = 300;

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

export interface Remembered {
  readonly user: string;
  /** Another window is this person right now. */
  readonly isElsewhere: boolean;
}

let remembered: Promise<Remembered | null> | null = null;

/** Whoever was signed in in this tab, else on this device, when the page started. */
export function rememberedUser(): Promise<Remembered | null> {
  remembered ??= findRemembered();
  return remembered;
}

async function findRemembered(): Promise<Remembered | null> {
  const tabUser = sessionStorage.getItem(USER_KEY);
  const user = tabUser ?? localStorage.getItem(USER_KEY);
  if (user === null) return null;
  return { user, isElsewhere: !(await claim(user, tabUser === null ? NEW_WINDOW_MS_MAX : RELOAD_MS_MAX)) };
}

export function rememberUser(user: string): void {
  sessionStorage.setItem(USER_KEY, user);
  localStorage.setItem(USER_KEY, user);
}

export function forgetUser(user: string): void {
  sessionStorage.removeItem(USER_KEY);
  if (localStorage.getItem(USER_KEY) === user) localStorage.removeItem(USER_KEY);
  releaseByUser.get(user)?.();
  releaseByUser.delete(user);
}

/**
 * Tells the other windows of this browser that `user` is here now. Only a hint for {@link rememberedUser}: what keeps two
 * windows from writing into one cache is the cache itself.
 */
export function takeUser(user: string): void {
  if (!releaseByUser.has(user)) void hold(user, { steal: true });
}

/** False when another window holds this person. */
async function claim(user: string, patienceMs: number): Promise<boolean> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  const isHeld = await hold(user, { signal: patience.signal });
  clearTimeout(timer);
  return isHeld;
}

const releaseByUser = new Map<string, () => void>();

/** Resolves true when held, which lasts until it is released, the page ends or another window takes it. */
function hold(user: string, options: LockOptions): Promise<boolean> {
  // Only secure origins have locks, and loopback counts as one. Elsewhere the newest window simply wins.
  const locks = (navigator as { readonly locks?: LockManager }).locks;
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const whileHeld = (): Promise<void> => {
      resolve(true);
      return new Promise((release) => {
        releaseByUser.set(user, release);
      });
    };
    locks.request(`skein.user:${user}`, options, whileHeld).catch(() => {
      // Not granted in time, or taken later.
      releaseByUser.delete(user);
      resolve(false);
    });
  });
}
