/** Starts the new version in every window of this page. */
export type Update = () => void;

/** Only secure origins have workers, and loopback counts as one. */
const workers = (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker;

let registration: ServiceWorkerRegistration | null = null;
let update: Update | null = null;
const listeners = new Set<() => void>();

/** Has the browser keep the page on this device, so that it starts without a server. A page that is developed is not kept. */
export async function keepPage(): Promise<void> {
  if (workers === undefined || !import.meta.env.PROD) return;
  // Whoever waits for the worker waits for nothing else: a page that is not kept works all the same.
  registration = await workers.register('/page-worker.js', { updateViaCache: 'none' }).catch(() => null);
  registration?.addEventListener('updatefound', () => {
    registration?.installing?.addEventListener('statechange', look);
  });
  look();
}

/** The server may have another version than before. */
export function lookForUpdate(): void {
  registration?.update().catch(() => undefined);
}

export function subscribeToUpdate(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** Null: this is the newest version that is known. */
export function currentUpdate(): Update | null {
  return update;
}

function look(): void {
  const waiting = registration?.waiting ?? null;
  // The first worker of all has nobody to take over from.
  if (waiting === null || workers === undefined || workers.controller === null) return;
  update = () => {
    workers.addEventListener('controllerchange', () => location.reload(), { once: true });
    waiting.postMessage('take-over');
  };
  for (const changed of listeners) changed();
}
