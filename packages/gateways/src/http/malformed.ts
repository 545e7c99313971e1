import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Deadlines } from '../session/deadlines.ts';
import { invalid, type Problem, problemBody } from './problem.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/**
 * [HT24] What no parser takes is answered like everything else, where an answer is still possible, and ends its connection: the bytes behind
 * it may be anything. Requests before it on the same connection have their answers first; what came in the middle of a body
 * is the answer to that request.
 */
export function answerMalformed(
  server: Server,
  lingering: Deadlines<Socket>,
  problemOf: (code: string) => Problem,
): void {
  const unanswered = new WeakMap<Duplex, Set<ServerResponse>>();
  const ended = new WeakSet<Duplex>();
  server.on('request', (request, response) => {
    const ofSocket = unanswered.get(request.socket) ?? new Set();
    unanswered.set(request.socket, ofSocket.add(response));
    response.once('close', () => ofSocket.delete(response));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A parser that failed fails again with whatever comes next.
    if (ended.has(socket)) return;
    ended.add(socket);
    const answers = [...(unanswered.get(socket) ?? [])];
    const isAnswering = answers.some(({ headersSent }) => headersSent);
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) {
      socket.destroy();
      return;
    }
    // The body it came in will never be whole, so that request has no other answer.
    if (answers.at(-1)?.req.complete === false) answers.pop();
    const end = (): void => endWith(socket as Socket, problemOf(error.code ?? ''), lingering);
    const last = answers.at(-1);
    if (last === undefined) end();
    else last.once('close', end);
  });
}

function endWith(socket: Socket, problem: Problem, lingering: Deadlines<Socket>): void {
  if (!socket.writable) return;
  const body = problemBody(problem);
  const headers = {
    ...SECURITY_HEADERS,
    Date: new Date().toUTCString(),
    'Cache-Control': 'no-store',
    Connection: 'close',
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`);
  // What the peer still sends is read and dropped: a reset for unread bytes could overtake the answer.
  socket.resume();
  socket.once('close', () => lingering.remove(socket));
  lingering.add(socket);
}

/** By Node's code for what went wrong: RFC 9110 §15.5.1, §15.5.9, §15.5.14, RFC 6585 §5. */
export function problemOfParser(code: string, headerBytesMax: number): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { ...invalid(`The headers may have ${headerBytesMax} bytes.`, 431), limit: headerBytesMax };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return invalid('The chunks of the body say too much beside it.', 413);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return invalid('The request took too long to come.', 408);
    default:
      return invalid('This is no request of HTTP.');
  }
}
