import type { IncomingMessage, ServerResponse } from 'node:http';
import { problemOf } from '../session/refuse-upgrade.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { WebFile } from './web-files.ts';

const YEAR_S = 31_536_000;

/** A short text; never cached, since it says how things are now. */
export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain',
): void {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  response.end(text);
}

export function answerProblem(
  response: ServerResponse,
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = problemOf(status, detail);
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    ...headers,
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(body);
}

/** A file of the page, or "you have it" (RFC 9110 §13.1.2); `cors` is what a page of another origin is told beside it. */
export function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: WebFile,
  cors: Readonly<Record<string, string>> = {},
): void {
  const headers = {
    ...SECURITY_HEADERS,
    ETag: file.etag,
    'Cache-Control': file.isImmutable ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
    ...cors,
    Vary: cors['Vary'] === undefined ? 'Accept-Encoding' : `Accept-Encoding, ${cors['Vary']}`,
  };
  if (isHeld(request.headers['if-none-match'], file.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const isGzip =
    file.gzipped !== null && /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
  const body = isGzip ? (file.gzipped ?? file.bytes) : file.bytes;
  response.writeHead(200, {
    ...headers,
    'Content-Type': file.type,
    'Content-Length': body.length,
    ...(isGzip ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(body);
}

function isHeld(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false;
  return condition
    .split(',')
    .map((held) => held.trim().replace(/^W\//, ''))
    .some((held) => held === etag || held === '*');
}
