import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOriginAllowed } from '../session/origin.ts';
import { Exchange } from './exchange.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without parameters: what a request is about is in its query or its body. */
  readonly path: string;
  /** Answers HEAD as well: what it shows is there without anybody asking for it. */
  readonly isDocument?: boolean;
  readonly take: (exchange: Exchange) => void | Promise<void>;
}

export interface RouterOptions {
  readonly allowedOrigins: ReadonlySet<string>;
  readonly report: (error: unknown) => void;
}

const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID';
const EXPOSED_HEADERS = 'Retry-After';
// A browser asks again after this; the list may have changed.
const PREFLIGHT_MAX_AGE_S = 600;

/** Finds the route of a request; all paths are known beforehand, so this is a look-up. */
export class Router {
  readonly #options: RouterOptions;
  readonly #byPath = new Map<string, Map<string, Route>>();

  constructor(options: RouterOptions, routes: readonly Route[]) {
    this.#options = options;
    for (const route of routes) {
      const methods = this.#byPath.get(route.path) ?? new Map<string, Route>();
      methods.set(route.method, route);
      // RFC 9110 §9.3.2; the body is left out by node:http.
      if (route.isDocument === true) methods.set('HEAD', route);
      this.#byPath.set(route.path, methods);
    }
  }

  /** The first segments of the paths, by which the port sends requests here. */
  get prefixes(): readonly string[] {
    return [...new Set([...this.#byPath.keys()].map((path) => /^\/[^/]*/.exec(path)?.[0] ?? path))];
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(request, response, this.#corsOf(request));
    try {
      await this.#route(exchange);
    } catch (error) {
      // [HT8] A bug ends this request and is told to the operator, not to the peer.
      this.#options.report(error);
      exchange.problem({ status: 500, code: null, detail: 'The server met a bug; it was reported.' });
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    // [HT6] A page of another site learns nothing and does nothing here, whatever token it got hold of.
    if (!isOriginAllowed(request, this.#options.allowedOrigins)) {
      exchange.problem({
        status: 403,
        code: null,
        detail: 'This page may not connect here; its origin is not allowed.',
      });
      return;
    }
    const methods = this.#byPath.get(exchange.url.pathname);
    if (methods === undefined) {
      exchange.problem({ status: 404, code: null, detail: 'There is nothing here.' });
      return;
    }
    const allowed = [...methods.keys(), 'OPTIONS'].join(', ');
    const route = methods.get(request.method ?? '');
    if (route !== undefined) await route.take(exchange);
    else if (request.method === 'OPTIONS') this.#preflight(exchange, allowed);
    else exchange.problem({ status: 405, code: null, detail: `Ask with ${allowed}.`, allow: allowed });
  }

  /** Fetch standard §3.2.3: a preflight asks what a page of another origin may send. */
  #preflight(exchange: Exchange, allowed: string): void {
    exchange.head(204, {
      Allow: allowed,
      'Access-Control-Allow-Methods': allowed,
      'Access-Control-Allow-Headers': ALLOWED_HEADERS,
      'Access-Control-Max-Age': String(PREFLIGHT_MAX_AGE_S),
    });
    exchange.response.end();
  }

  /** No credentials are allowed along: there are no cookies here, so a page can only show a token that it was given. */
  #corsOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
    const { origin } = headers;
    if (origin === undefined) return {};
    const vary = { Vary: 'Origin' };
    if (!this.#options.allowedOrigins.has(origin)) return vary;
    return {
      ...vary,
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': EXPOSED_HEADERS,
    };
  }
}
