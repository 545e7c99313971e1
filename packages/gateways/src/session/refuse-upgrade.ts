import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** The body of an HTTP error: RFC 9457. */
export function problemOf(status: number, detail: string): string {
  return `${JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail })}\n`;
}

/** Answers a request for an upgrade with an HTTP error and ends the connection. */
export function refuseUpgrade(socket: Socket, status: number, detail: string): void {
  const body = problemOf(status, detail);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
