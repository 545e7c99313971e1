import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestRoute } from '../port/doors.ts';
import { peerOf } from '../session/peer-of.ts';
import { problemOf } from '../session/refuse-upgrade.ts';
import { xml } from './xml/write-xml.ts';

// RFC 8615 has the segment, RFC 6415 §2 and §3 what is below it.
const WELL_KNOWN = '/.well-known';
const XRD = 'http://docs.oasis-open.org/ns/xri/xrd-1.0';
// XEP-0156 §2.2: what a link to a stream over WebSocket is called.
const WEBSOCKET_RELATION = 'urn:xmpp:alt-connections:websocket';
// RFC 9110 §7.2: a name or an address, and a port.
const HOST = /^[a-z0-9._-]{1,253}(?::\d{1,5})?$|^\[[0-9a-f:.]{2,45}\](?::\d{1,5})?$/i;

type Form = { readonly type: string; readonly write: (href: string) => string };

const FORM_BY_PATH: ReadonlyMap<string, Form> = new Map([
  [
    `${WELL_KNOWN}/host-meta`,
    {
      type: 'application/xrd+xml',
      write: (href) =>
        `<?xml version='1.0' encoding='utf-8'?>\n${xml('XRD', { xmlns: XRD }, xml('Link', { rel: WEBSOCKET_RELATION, href }))}\n`,
    },
  ],
  [
    `${WELL_KNOWN}/host-meta.json`,
    {
      type: 'application/json',
      write: (href) => `${JSON.stringify({ links: [{ rel: WEBSOCKET_RELATION, href }] })}\n`,
    },
  ],
]);

/** [XM7] XEP-0156: where a client that knows only a domain finds the stream over WebSocket, at `path` of this very port. */
export function hostMeta(path: string): RequestRoute {
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const form = FORM_BY_PATH.get((request.url ?? '').split('?', 1)[0] ?? '');
    const { host = request.headers[':authority'] } = request.headers;
    if (form === undefined) {
      refuse(response, 404, 'There is nothing here.');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      refuse(response, 405, 'Only GET and HEAD are served here.');
    } else if (typeof host !== 'string' || !HOST.test(host)) {
      refuse(response, 400, 'The host is not valid.');
    } else {
      const scheme = peerOf('http', request.socket).isSecure ? 'wss' : 'ws';
      // XEP-0156 §2.1: for clients that are pages of other origins too.
      response.setHeader('Access-Control-Allow-Origin', '*');
      answer(response, 200, { text: form.write(`${scheme}://${host}${path}`), type: form.type });
    }
  };
  return { prefix: WELL_KNOWN, take };
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  answer(response, status, { text: problemOf(status, detail), type: 'application/problem+json' });
}

function answer(
  response: ServerResponse,
  status: number,
  { text, type }: { text: string; type: string },
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}
