import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from '@skein/model';
import type { RequestRoute } from '../port/doors.ts';
import type { OpenSockets } from '../port/open-sockets.ts';
import type { Deadlines } from '../session/deadlines.ts';
import { peerOf } from '../session/peer-of.ts';
import { answerFile, answerProblem, answerText } from './answer.ts';
import { answerMalformed, problemOfParser } from './malformed.ts';
import { targetOf } from './request-target.ts';
import type { UpgradeTable } from './upgrade-table.ts';
import type { WebFiles } from './web-files.ts';

/** What the process says about itself. */
export interface Health {
  /** Why traffic should go elsewhere (`starting`, `draining`); null while every gateway accepts. */
  notReadyReason(): string | null;
  /** The metrics page, in the text format of Prometheus. */
  metrics(): Promise<string>;
}

export interface HttpOptions {
  readonly health: Health;
  /** The web page; null where none was built. */
  readonly files: WebFiles | null;
  readonly upgrades: UpgradeTable;
  /** What other gateways answer; the web page has everything that is on no list. */
  readonly requests: readonly RequestRoute[];
  /** Numbers tell about users; others than this machine see them only when told so. */
  readonly areMetricsPublic: boolean;
  readonly limits: Pick<Limits, 'httpHeadersTimeoutMs' | 'httpRequestTimeoutMs'>;
  /** Told of every socket that said a whole request: until then it is a stranger's. */
  readonly sockets: Pick<OpenSockets, 'answered' | 'taken'>;
  /** Holds sockets that were ended, until their peers have ended too. */
  readonly lingering: Deadlines<Socket>;
  readonly report: (error: unknown) => void;
}

// Cookies and long URLs of strangers on the same host name; ours are short.
const HEADER_BYTES_MAX = 16_384;
const TIMEOUT_SWEEP_MS = 2_000;
const KEEP_ALIVE_TIMEOUT_MS = 5_000;
const REQUESTS_PER_SOCKET_MAX = 1_000;

/**
 * The HTTP side of the port: health, metrics, the web page, upgrades. It never listens; the port detector gives it
 * sockets.
 */
export function createHttpServer(options: HttpOptions, answerRequest: AnswerRequest): Server {
  const { httpHeadersTimeoutMs, httpRequestTimeoutMs } = options.limits;
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: Math.min(httpHeadersTimeoutMs, httpRequestTimeoutMs),
    requestTimeout: httpRequestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: Math.min(TIMEOUT_SWEEP_MS, httpHeadersTimeoutMs),
    // Answered here, with a problem like everything else.
    requireHostHeader: false,
    // RFC 9110 §7.8: any other protocol may be ignored; curl asks for HTTP/2 this way.
    shouldUpgradeCallback: ({ headers }) => /^\s*websocket\s*(,|$)/i.test(headers.upgrade ?? ''),
  });
  server.maxRequestsPerSocket = REQUESTS_PER_SOCKET_MAX;
  answerMalformed(server, options.lingering, (code) => problemOfParser(code, HEADER_BYTES_MAX));
  server.on('request', answerRequest);
  // RFC 9110 §10.1.1: whoever waits for a word before the body hears it when the body is read, or the answer instead.
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('checkExpectation', (_request, response) =>
    answerProblem(response, 417, 'Nothing else is expected here than 100-continue.'),
  );
  server.on('upgrade', (request, socket, head) =>
    options.upgrades.take(pathOf(request) ?? '', { request, socket: socket as Socket, head }),
  );
  // The time-outs above are watched from 'listening' on, which a server that is handed its sockets never says.
  server.emit('listening');
  return server;
}

/** Answers any request, over whichever version of HTTP it came. */
export type AnswerRequest = (request: IncomingMessage, response: ServerResponse) => void;

export function requestAnswerer(options: HttpOptions): AnswerRequest {
  return (request, response) => {
    options.sockets.answered(request.socket);
    answer(options, request, response).catch((error: unknown) => {
      options.report(error);
      response.destroy();
    });
  };
}

/** Gives a socket, with the bytes that were read to recognise it, to the HTTP server. */
export function serveHttp(server: Server) {
  return (socket: Socket, firstBytes: Buffer): void => {
    socket.pause();
    socket.unshift(firstBytes);
    server.emit('connection', socket);
    socket.resume();
  };
}

async function answer(
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!hasOneHost(request)) {
    answerProblem(response, 400, 'A request names one host.', { Connection: 'close' });
    return;
  }
  const path = pathOf(request);
  const route = options.requests.find(({ prefix }) => prefix === firstSegmentOf(path));
  if (route !== undefined) {
    await route.take(request, response);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answerProblem(response, 405, 'Only GET and HEAD are served here.', { Allow: 'GET, HEAD' });
    return;
  }
  switch (path) {
    case null:
      answerProblem(response, 400, 'The path is not valid.');
      return;
    case '/livez':
      answerText(response, 200, 'ok\n');
      return;
    case '/readyz': {
      const reason = options.health.notReadyReason();
      if (reason === null) answerText(response, 200, 'ready\n');
      else answerProblem(response, 503, reason);
      return;
    }
    case '/metrics':
      if (!options.areMetricsPublic && !isFromThisMachine(request)) break;
      answerText(response, 200, await options.health.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
      return;
    default:
      // RFC 9113 §8.6: HTTP/2 has no upgrades.
      if (options.upgrades.has(path) && request.httpVersionMajor === 1) {
        answerProblem(response, 426, 'This path speaks WebSocket.', {
          Upgrade: 'websocket',
          Connection: 'Upgrade',
        });
        return;
      }
      answerPage(options, path, { request, response });
      return;
  }
  answerProblem(response, 404, 'There is nothing here.');
}

/** [GW20] A file of the page; for a path inside the application, which has no extension, the page itself. */
function answerPage(
  { files }: HttpOptions,
  path: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): void {
  const isInApplication = !/\.[^/]*$/.test(path) && /text\/html|\*\/\*/.test(request.headers.accept ?? '*/*');
  const file = files?.at(path) ?? (isInApplication ? files?.page : undefined);
  if (file !== undefined) answerFile(request, response, file);
  else if (files === null && path === '/')
    answerProblem(response, 404, 'The web page is not built: npm run build.');
  else answerProblem(response, 404, 'There is nothing here.');
}

/** RFC 9112 §3.2: none or several are refused; HTTP/1.0 had none, and of HTTP/2 the library asks for one. */
function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  if (httpVersion === '2.0') return true;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (/^host$/i.test(rawHeaders[at] ?? '')) hosts++;
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

/** A proxy on this machine passes on what others ask; it says so. */
function isFromThisMachine({ headers, socket }: IncomingMessage): boolean {
  const isPassedOn = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  return !isPassedOn && peerOf('http', socket).isLoopback;
}

/** [GW25] `/v1/users` → `/v1`. */
function firstSegmentOf(path: string | null): string | null {
  return /^\/[^/]*/.exec(path ?? '')?.[0] ?? null;
}

/** The decoded path of a request, or null where it is none. */
function pathOf(request: IncomingMessage): string | null {
  const [path] = targetOf(request.url)?.split('?', 1) ?? [];
  if (path === undefined) return null;
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') ? null : decoded;
  } catch {
    return null;
  }
}
