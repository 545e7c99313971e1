import { useSyncExternalStore } from 'react';

const PREFIX = '#/c/';

/** The open conversation lives in the address, so that back, forward, reload and links work. */
export function useOpenConversation(): string | null {
  return useSyncExternalStore(subscribe, current);
}

export function openConversation(id: string | null): void {
  location.hash = id === null ? '#/' : `${PREFIX}${encodeURIComponent(id)}`;
}

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

function current(): string | null {
  if (!location.hash.startsWith(PREFIX)) return null;
  try {
    return decodeURIComponent(location.hash.slice(PREFIX.length));
  } catch {
    return null;
  }
}
