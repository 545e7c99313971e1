import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Outcome, runScenarios } from '../run-scenarios.ts';
import { WEBSOCKET_SCENARIOS } from './index.ts';

// Compression is the library's here and there, and agreed on at the echo alone: it reads 08 as 8, and refuses the whole handshake for one
// offer that it does not know.
const OF_THE_LIBRARY = [
  'RFC 7692 §7.1 declines an offer with server_max_window_bits=08: what was agreed on: expected undefined, got permessage-deflate; server_max_window_bits=8',
  'RFC 7692 §5.1 takes the next offer where the first one is none: status of the handshake: expected 101, got 400',
];

describe('RFC 6455, from outside', () => {
  const folder = temporaryFolder();
  const skein = new SkeinProcess({
    folder: folder.path,
    args: ['start', '--port', '0', '--development', '--testing-echo'],
  });

  afterAll(async () => {
    await skein[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('[CX1] every statement is kept', async () => {
    const { port } = await skein.ready();
    const outcomes = await runScenarios(WEBSOCKET_SCENARIOS, { host: '127.0.0.1', port, path: '/echo' });
    expect(deviationsIn(outcomes)).toEqual(OF_THE_LIBRARY);
  });

  describe('the list itself, held against a library', () => {
    let http: Server;

    beforeAll(async () => {
      http = createServer((_, response) => response.writeHead(426).end());
      const server = new WebSocketServer({ server: http, perMessageDeflate: true, maxFragments: 100_000 });
      server.on('connection', (webSocket) => {
        webSocket.on('error', () => undefined);
        webSocket.on('message', (message, binary) => webSocket.send(message, { binary }));
      });
      await new Promise<void>((resolve) => {
        http.listen(0, '127.0.0.1', resolve);
      });
    });

    afterAll(() => http.close());

    it('[CX2] asks nothing that a well-known implementation does not do', async () => {
      const { port } = http.address() as AddressInfo;
      const outcomes = await runScenarios(WEBSOCKET_SCENARIOS, { host: '127.0.0.1', port, path: '/' });
      expect(deviationsIn(outcomes)).toEqual([
        // Left to the HTTP server in front of it, which does not look at upgrades.
        'RFC 6455 §4.2.1 1 refuses HTTP/1.0: answered 101',
        'RFC 6455 §4.2.1 2 refuses a handshake without Host: answered 101',
        ...OF_THE_LIBRARY,
      ]);
    });
  });
});

function deviationsIn(outcomes: readonly Outcome[]): string[] {
  return outcomes
    .filter(({ deviation }) => deviation !== null)
    .map(({ clause, title, deviation }) => `${clause} ${title}: ${deviation}`);
}
