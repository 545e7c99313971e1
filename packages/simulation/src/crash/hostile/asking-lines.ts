import { Agent, request } from 'node:http';
import { connect } from 'node:http2';
import type { PlausibleAsk } from './plausible-ask.ts';

export interface Told {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A connection that each request has an answer on; null for one that was never answered. */
export interface AskingLine extends Disposable {
  readonly isOpen: boolean;
  /** Requests that may be under way together. */
  readonly atOnce: number;
  ask(ask: PlausibleAsk, token: string): Promise<Told | null>;
}

const ANSWER_MS_MAX = 20_000;
const HTTP2_AT_ONCE = 4;

/** HTTP/1.1: one after the other on a connection that is kept. */
export function openHttp1(port: number): AskingLine {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const askOnce = (ask: PlausibleAsk, token: string): Promise<Told | null | 'closed'> =>
    new Promise((resolve) => {
      const place = { agent, port, host: '127.0.0.1', method: 'POST', path: pathOf(ask) };
      const asking = request({ ...place, headers: headersOf(ask, token) }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', () => resolve(null));
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      asking.setTimeout(ANSWER_MS_MAX, () => asking.destroy());
      // RFC 9112 §9.5: a connection that was kept may be closed just when it is used again.
      asking.once('error', ({ code }: NodeJS.ErrnoException) =>
        resolve(asking.reusedSocket && code === 'ECONNRESET' ? 'closed' : null),
      );
      asking.end(ask.body);
    });
  return {
    isOpen: true,
    atOnce: 1,
    ask: async (ask, token) => {
      for (;;) {
        const told = await askOnce(ask, token);
        if (told !== 'closed') return told;
      }
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** HTTP/2 inside TLS: several at once. */
export async function openHttp2(port: number): Promise<AskingLine> {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.on('error', () => {}); // 'close' follows
  await new Promise((resolve) => session.once('connect', resolve).once('close', resolve));
  return {
    get isOpen() {
      return !session.closed && !session.destroyed;
    },
    atOnce: HTTP2_AT_ONCE,
    ask: (ask, token) =>
      new Promise((resolve) => {
        const stream = session.request({ ':method': 'POST', ':path': pathOf(ask), ...headersOf(ask, token) });
        const chunks: Buffer[] = [];
        let status = 0;
        let type = '';
        stream.once('response', (headers) => {
          status = headers[':status'] ?? 0;
          type = headers['content-type'] ?? '';
        });
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.setTimeout(ANSWER_MS_MAX, () => stream.close());
        stream.once('error', () => resolve(null));
        stream.once('close', () =>
          resolve(status === 0 ? null : { status, type, body: Buffer.concat(chunks).toString() }),
        );
        stream.end(ask.body);
      }),
    [Symbol.dispose]: () => session.destroy(),
  };
}

function pathOf({ procedure }: PlausibleAsk): string {
  return `/rpc/skein.v1.${procedure}`;
}

function headersOf({ isSignedIn, idempotencyKey }: PlausibleAsk, token: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    ...(isSignedIn ? { authorization: `Bearer ${token}` } : {}),
    ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
  };
}
