/**
 * Stands between the page and the server, so that the page itself starts without one. Messages and conversations are not its
 * business: the SDK keeps those.
 *
 * Each build is one version with a cache of its own. A new one waits until somebody says to take over, or the last window is
 * closed: a page that is open keeps the parts that it came with.
 */

/** Written in by the build (keep-offline.ts). `paths` is everything that the page consists of, `/` being the page. */
declare const PAGE: { readonly version: string; readonly paths: readonly string[] };

const worker = self as unknown as ServiceWorkerGlobalScope;
const PREFIX = 'skein-page-';
const CACHE = PREFIX + PAGE.version;
/** A server that takes longer to begin an answer is as good as away: the page is here already. */
const NETWORK_MS_MAX = 3_000;

worker.addEventListener('install', (event) => event.waitUntil(store()));
worker.addEventListener('activate', (event) => event.waitUntil(begin()));
worker.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void worker.skipWaiting();
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  if (pathname === '/') event.respondWith(newest(request));
  else if (PAGE.paths.includes(pathname) || pathname.startsWith('/assets/')) event.respondWith(kept(request));
});

/** All or nothing: a version that is not whole is not installed. */
async function store(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(PAGE.paths.map((path) => new Request(path, { cache: 'no-cache' })));
}

/** The version before this one stays: windows that are still open with it may yet ask for a part. */
async function begin(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The page as the server has it, else as this device has it. A proxy's word that the server is away counts as such. */
async function newest(request: Request): Promise<Response> {
  const network = fetch(request);
  const answer = await Promise.race([network.catch(() => null), pause()]);
  if (answer !== null && answer.status < 500) return answer;
  return (await find(request)) ?? network;
}

/** Its name changes with its content: what is here need not be asked for. */
async function kept(request: Request): Promise<Response> {
  return (await find(request)) ?? fetch(request);
}

async function find(request: Request): Promise<Response | undefined> {
  const own = await caches.match(request, { cacheName: CACHE, ignoreVary: true, ignoreSearch: true });
  return own ?? caches.match(request, { ignoreVary: true, ignoreSearch: true });
}

function pause(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, NETWORK_MS_MAX, null);
  });
}
