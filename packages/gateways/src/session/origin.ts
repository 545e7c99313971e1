import type { IncomingMessage } from 'node:http';

/**
 * [GW14] Whether a WebSocket may be opened by whoever asks: programs send no Origin, our own page has the host that it
 * talks to, other pages must be on the list.
 */
export function isOriginAllowed(request: IncomingMessage, allowed: ReadonlySet<string>): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.has(origin)) return true;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
