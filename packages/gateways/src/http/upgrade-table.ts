import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { UpgradeRoute } from '../port/doors.ts';
import type { OpenSockets } from '../port/open-sockets.ts';
import { refuseUpgrade } from '../session/refuse-upgrade.ts';

/** [GW24] Which gateway takes a WebSocket: told by its path, and there by the subprotocols that are offered. */
export class UpgradeTable {
  readonly #routesByPath: ReadonlyMap<string, readonly UpgradeRoute[]>;

  readonly #sockets: Pick<OpenSockets, 'taken'>;

  /** `sockets` is told of those that were taken: they are no strangers any more (rule GW40). */
  constructor(routes: readonly UpgradeRoute[], sockets: Pick<OpenSockets, 'taken'>) {
    this.#sockets = sockets;
    this.#routesByPath = Map.groupBy(routes, ({ path }) => path);
  }

  has(path: string): boolean {
    return this.#routesByPath.has(path);
  }

  /** Hands the socket over, or refuses it with an HTTP error. */
  take(path: string, { request, socket, head }: Upgrading): void {
    const routes = this.#routesByPath.get(path);
    if (routes === undefined) {
      refuseUpgrade(socket, 404, 'No WebSocket is served here.');
      return;
    }
    // RFC 6455 §4.2.1 1–2; the HTTP server asks for Host of other requests only.
    if (request.httpVersion !== '1.1' || request.headers.host === undefined) {
      refuseUpgrade(socket, 400, 'A WebSocket is opened by HTTP/1.1 with a Host.');
      return;
    }
    const offered = offeredBy(request);
    const route = routes.find(
      ({ subprotocols }) => subprotocols === null || subprotocols.some((name) => offered.has(name)),
    );
    if (route !== undefined) {
      this.#sockets.taken(socket);
      route.take(request, socket, head);
      return;
    }
    const served = routes.flatMap(({ subprotocols }) => subprotocols ?? []);
    refuseUpgrade(socket, 400, `Offer a subprotocol: ${served.join(' or ')}.`);
  }
}

interface Upgrading {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** RFC 6455 §11.3.4: a list of tokens, also when it came in several header lines. */
function offeredBy({ headers }: IncomingMessage): ReadonlySet<string> {
  return new Set((headers['sec-websocket-protocol'] ?? '').split(',').map((token) => token.trim()));
}
