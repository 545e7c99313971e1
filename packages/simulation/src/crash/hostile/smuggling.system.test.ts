import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SMUGGLINGS, TWO_REQUESTS } from './hostile-http.ts';
import { type OwnServer, openServer } from './server-on-any-port.ts';

const ANSWER_MS_MAX = 3_000;

let own: OwnServer;
beforeAll(async () => (own = await openServer()));
afterAll(() => own[Symbol.asyncDispose]());

it.each(SMUGGLINGS.map((request) => [JSON.stringify(request.slice(56, 130)), request]))(
  '[HO8] ends the connection of whoever hides a request: %s',
  async (_name, request) => {
    const { heard, isEnded } = await sayTo(own.port, request);
    expect(statusesIn(heard)).toEqual(['HTTP/1.1 400']);
    expect(isEnded).toBe(true);
  },
);

it('[HO8] answers two requests that hide nothing', async () => {
  const { heard } = await sayTo(own.port, TWO_REQUESTS);
  expect(statusesIn(heard)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
});

function statusesIn(heard: string): string[] {
  return heard.match(/HTTP\/1\.1 \d+/g) ?? [];
}

/** Everything that the server says until it ends the connection, or until it had its time. */
function sayTo(port: number, request: string): Promise<{ heard: string; isEnded: boolean }> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(Buffer.from(request, 'latin1')));
    const finish = (isEnded: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ heard, isEnded });
    };
    const timer = setTimeout(() => finish(false), ANSWER_MS_MAX);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (heard += text));
    socket.on('error', () => undefined);
    socket.on('close', () => finish(true));
  });
}
