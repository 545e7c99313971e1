import type { Live } from '@skein/client';
import { useCallback, useSyncExternalStore } from 'react';

/** The value of a live thing, rendered again when it changes; null while there is no such thing. */
export function useLive<T>(live: Live<T>): T;
export function useLive<T>(live: Live<T> | null): T | null;
export function useLive<T>(live: Live<T> | null): T | null {
  const subscribe = useCallback((changed: () => void) => live?.subscribe(() => changed()) ?? nothing, [live]);
  const get = useCallback(() => live?.get() ?? null, [live]);
  return useSyncExternalStore(subscribe, get);
}

function nothing(): void {}
