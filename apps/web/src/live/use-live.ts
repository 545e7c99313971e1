import type { Live } from '@skein/client';
import { useCallback, useSyncExternalStore } from 'react';

/** The value of a live thing, rendered again when it changes. */
export function useLive<T>(live: Live<T>): T {
  const subscribe = useCallback((changed: () => void) => live.subscribe(() => changed()), [live]);
  const get = useCallback(() => live.get(), [live]);
  return useSyncExternalStore(subscribe, get);
}
