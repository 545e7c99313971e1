import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Peer } from '@skein/core';
import { peerOf } from '../session/peer-of.ts';
import { answerFile } from './answer.ts';
import { invalid, type Problem, problemBody, problemHeaders } from './problem.ts';
import { targetOf } from './request-target.ts';
import { type Bearer, bearerOf } from './seat/bearer.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { WebFile } from './web-files.ts';

export const JSON_TYPE = 'application/json';

export const UTF8 = 'utf-8';
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

const INSTALLATION_BYTES = 24;

/**
 * One request and its answer, the same over HTTP/1.1 and HTTP/2. Nothing of an API answer may be cached, framed or guessed
 * at; pages of other origins read it only when they are on the list (rules HT6, HT8).
 */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly #cors: Readonly<Record<string, string>>;

  constructor(request: IncomingMessage, response: ServerResponse, cors: Readonly<Record<string, string>>) {
    this.request = request;
    this.response = response;
    this.#cors = cors;
    // Only path and query are used; a host that is no host must not matter.
    this.url = new URL(`http://host${targetOf(request.url) ?? '/'}`);
  }

  get peer(): Peer {
    return peerOf('http', this.request.socket);
  }

  get bearer(): Bearer | null {
    return bearerOf(this.request.headers.authorization);
  }

  /** The media type of the body, without its parameters. */
  get contentType(): string {
    return (this.request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  }

  /** Of the body, as its type says; what says nothing is UTF-8 (RFC 8259 §8.1). */
  get charset(): string {
    const said = CHARSET.exec(this.request.headers['content-type'] ?? '')?.[1];
    return (said ?? UTF8).toLowerCase();
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** The whole body, or why it is not taken. What is too large is not read to its end. */
  async body(bytesMax: number): Promise<Buffer | Problem> {
    const tooLarge: Problem = { ...invalid(`The body may have ${bytesMax} bytes.`, 413), limit: bytesMax };
    if (Number(this.request.headers['content-length'] ?? 0) > bytesMax) return tooLarge;
    const encoding = this.request.headers['content-encoding'];
    // A body that grows when it is unpacked would have to be bounded twice.
    if (encoding !== undefined && encoding !== 'identity')
      return { ...invalid('Send the body as it is.', 415), acceptEncoding: 'identity' };
    if (/^100-continue$/i.test(this.request.headers.expect ?? '')) this.response.writeContinue();
    const chunks: Buffer[] = [];
    let byteCount = 0;
    try {
      for await (const chunk of this.request as AsyncIterable<Buffer>) {
        byteCount += chunk.length;
        if (byteCount > bytesMax) return tooLarge;
        chunks.push(chunk);
      }
    } catch {
      // The peer went away in the middle; nobody hears the answer.
      return invalid('The body ended too soon.');
    }
    return Buffer.concat(chunks);
  }

  answer(status: number, type: string, body: Uint8Array | string): void {
    this.head(status, { 'Content-Type': type, 'Content-Length': String(Buffer.byteLength(body)) });
    this.response.end(body);
  }

  /** What is the same for everybody, and may be kept for as long as it is the same. */
  file(file: WebFile): void {
    answerFile(this.request, this.response, file, this.#cors);
  }

  empty(status: 204): void {
    this.head(status, {});
    this.response.end();
  }

  problem(problem: Problem): void {
    if (this.response.headersSent) {
      this.response.destroy();
      return;
    }
    const body = problemBody(problem);
    this.head(problem.status, {
      ...problemHeaders(problem),
      'Content-Type': 'application/problem+json',
      'Content-Length': String(Buffer.byteLength(body)),
    });
    this.response.end(body);
  }

  /** The head of an answer whose body is written by and by. */
  head(status: number, headers: Readonly<Record<string, string>>): void {
    this.response.writeHead(status, {
      ...SECURITY_HEADERS,
      'Cache-Control': 'no-store',
      ...this.#cors,
      ...headers,
      ...this.#ending(),
    });
  }

  /** A body that was not read to its end leaves bytes behind that would be taken for a request: the connection ends. */
  #ending(): Readonly<Record<string, string>> {
    const { complete, headers, httpVersionMajor } = this.request;
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    return !complete && hasBody && httpVersionMajor === 1 ? { Connection: 'close' } : {};
  }
}

export function isProblem(what: object): what is Problem {
  return 'status' in what && 'detail' in what;
}

/** For a program that keeps none of its own: a device for one sign-in. */
export function newInstallation(): string {
  return randomBytes(INSTALLATION_BYTES).toString('base64url');
}
