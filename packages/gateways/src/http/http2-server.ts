import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { Clock, Limits } from '@skein/model';
import type { TakeSocket } from '../port/doors.ts';
import type { OpenSockets } from '../port/open-sockets.ts';
import { Deadlines } from '../session/deadlines.ts';
import { answerProblem } from './answer.ts';
import type { AnswerRequest } from './http-server.ts';

// The same headers as over HTTP/1.1.
const HEADER_BYTES_MAX = 16_384;
/** Requests at once on one connection; RFC 9113 §6.5.2 would have no fewer than 100. */
const STREAMS_MAX = 100;
/** What one connection may make us hold for it, in MiB. */
const SESSION_MEMORY_MIB = 4;

export interface Http2Options {
  readonly sockets: Pick<OpenSockets, 'answered'>;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'http2IdleMs' | 'httpRequestTimeoutMs' | 'sweepIntervalMs'>;
}

/**
 * HTTP/2 for clients that agreed on it in TLS (RFC 9113 §3.2): the same requests, many at once on one connection. It never
 * listens; the port gives it sockets.
 */
export function createHttp2Server(
  answer: AnswerRequest,
  { sockets, clock, limits }: Http2Options,
): Http2Server {
  const { http2IdleMs, httpRequestTimeoutMs, sweepIntervalMs } = limits;
  const coming = new Deadlines(clock, httpRequestTimeoutMs, sweepIntervalMs, refuseUnfinished);
  const server = createServer({
    maxSessionMemory: SESSION_MEMORY_MIB,
    settings: { maxConcurrentStreams: STREAMS_MAX, maxHeaderListSize: HEADER_BYTES_MAX, enablePush: false },
  });
  server.on('session', (session: ServerHttp2Session) => {
    // [GW40] Its preface alone makes nobody known.
    session.once('stream', () => sockets.answered(session.socket));
    // [HT29] Streams may be open all the while: `close` would wait for them.
    session.setTimeout(http2IdleMs, () => session.destroy());
    // [HT29] Nothing new can come; what was asked is answered.
    session.socket.once('end', () => session.close());
    // What the peer does wrong ends its session, and is told to it by the library.
    session.on('error', ignore);
  });
  server.on('request', (request, response) => {
    if (!request.complete) {
      coming.add(response);
      const came = (): void => coming.remove(response);
      request.once('end', came).once('close', came);
    }
    // Node's compatible request and response have what our routes use of those of HTTP/1.1.
    answer(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  return server;
}

/** [HT29] RFC 9113 §8.1: whoever was answered is asked to send no more of the request. */
function refuseUnfinished(response: Http2ServerResponse<Http2ServerRequest>): void {
  const { stream } = response;
  const end = (): void => stream.close(constants.NGHTTP2_NO_ERROR);
  if (response.headersSent) {
    end();
    return;
  }
  response.once('finish', end);
  answerProblem(response as unknown as ServerResponse, 408, 'The request took too long to come.');
}

/**
 * Gives a socket, with the bytes that were read to recognise it, to the HTTP/2 server. [HT29] Sockets here stay half open when
 * the peer ends its half, so `lingering` destroys what is not closed in time: a session waits for the streams that are open.
 */
export function serveHttp2(server: Http2Server, lingering: Deadlines<Socket>): TakeSocket {
  return (socket, firstBytes) => {
    socket.pause();
    socket.unshift(firstBytes);
    server.emit('connection', socket);
    socket.once('end', () => lingering.add(socket));
    socket.once('close', () => lingering.remove(socket));
  };
}

function ignore(): void {}
