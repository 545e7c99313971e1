import type { NetworkHint, NetworkHints } from '../engine/ports/network-hints.ts';

/** What a page hears from the browser. */
export const pageHints: NetworkHints = {
  subscribe(listener) {
    const online = () => listener('online');
    const offline = () => listener('offline');
    const visibility = () => listener(document.visibilityState === 'visible' ? 'visible' : 'hidden');
    const hide = () => listener('hidden');
    addEventListener('online', online);
    addEventListener('offline', offline);
    addEventListener('pagehide', hide);
    document.addEventListener('visibilitychange', visibility);
    return () => {
      removeEventListener('online', online);
      removeEventListener('offline', offline);
      removeEventListener('pagehide', hide);
      document.removeEventListener('visibilitychange', visibility);
    };
  },
};

/** Where nothing of the kind is known. */
export const noHints: NetworkHints = {
  subscribe(_listener: (hint: NetworkHint) => void) {
    return () => {};
  },
};
