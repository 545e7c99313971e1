import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { TakeSocket } from '../port/doors.ts';
import type { OpenSockets } from '../port/open-sockets.ts';
import type { AnswerRequest } from './http-server.ts';

// The same headers as over HTTP/1.1.
const HEADER_BYTES_MAX = 16_384;
/** Requests at once on one connection; RFC 9113 §6.5.2 would have no fewer than 100. */
const STREAMS_MAX = 100;
/** Above the longest poll, so that one that is waiting does not look idle. */
const IDLE_TIMEOUT_MS = 75_000;
/** What one connection may make us hold for it, in MiB. */
const SESSION_MEMORY_MIB = 4;

/**
 * HTTP/2 for clients that agreed on it in TLS (RFC 9113 §3.2): the same requests, many at once on one connection. It never
 * listens; the port gives it sockets.
 */
export function createHttp2Server(
  answer: AnswerRequest,
  sockets: Pick<OpenSockets, 'answered'>,
): Http2Server {
  const server = createServer({
    maxSessionMemory: SESSION_MEMORY_MIB,
    settings: { maxConcurrentStreams: STREAMS_MAX, maxHeaderListSize: HEADER_BYTES_MAX, enablePush: false },
  });
  server.on('session', (session: ServerHttp2Session) => {
    // [GW40] Its preface alone makes nobody known.
    session.once('stream', () => sockets.answered(session.socket));
    session.setTimeout(IDLE_TIMEOUT_MS, () => session.close());
    // What the peer does wrong ends its session, and is told to it by the library.
    session.on('error', ignore);
  });
  // Node's compatible request and response have what our routes use of those of HTTP/1.1.
  server.on('request', (request, response) =>
    answer(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  return server;
}

/** Gives a socket, with the bytes that were read to recognise it, to the HTTP/2 server. */
export function serveHttp2(server: Http2Server): TakeSocket {
  return (socket, firstBytes) => {
    socket.pause();
    socket.unshift(firstBytes);
    server.emit('connection', socket);
  };
}

function ignore(): void {}
