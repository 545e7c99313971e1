import { type Auth, type Client, createClient } from '@skein/client';

// In a tab's own storage: its user, so that two tabs may be two people and each comes back as itself.
// In the device's storage: who signed in last, for a new window.
const USER_KEY = 'skein.user';

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
  // A tab that was somebody before is reloading, or was duplicated.
  const tabUser = sessionStorage.getItem(USER_KEY);
  if (tabUser !== null) return { user: tabUser, isElsewhere: false };
  const user = localStorage.getItem(USER_KEY);
  return user === null ? null : { user, isElsewhere: await isOpenElsewhere(user) };
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

const releaseByUser = new Map<string, () => void>();

// Only secure origins have locks, and loopback counts as one.
const locks = (navigator as { readonly locks?: LockManager }).locks;

/**
 * Tells windows that open from now on that `user` is here. Only a hint for {@link rememberedUser}: a new window is as likely
 * for somebody else as for the same person, so it asks.
 */
export function takeUser(user: string): void {
  if (releaseByUser.has(user)) return;
  void locks?.request(lockOf(user), { mode: 'shared' }, () => {
    return new Promise<void>((release) => {
      releaseByUser.set(user, release);
    });
  });
}

async function isOpenElsewhere(user: string): Promise<boolean> {
  const { held = [] } = (await locks?.query()) ?? {};
  return held.some(({ name }) => name === lockOf(user));
}

function lockOf(user: string): string {
  return `skein.user:${user}`;
}
