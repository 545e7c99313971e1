import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { acceptOf, type Handshake, WebSocketPeer, type WebSocketTarget } from './web-socket-peer.ts';

type Listed = Scenario<WebSocketTarget>;

/** RFC 6455 §4.2: what a server reads in a handshake, and what it answers. */
export const HANDSHAKE_SCENARIOS: readonly Listed[] = [
  must('§4.2.2 5.1', 'answers an opening handshake with 101', async (target) => {
    using peer = await WebSocketPeer.open(target);
    expectThat(await peer.socket.isQuiet(100), 'something was sent before any message');
  }),
  must('§4.2.2 5.4', 'proves with Sec-WebSocket-Accept that it read the key', async (target) => {
    const [peer, response] = await WebSocketPeer.ask(target);
    using _ = peer;
    expectEqual(response.headers.get('sec-websocket-accept'), acceptOf(response.key), 'Sec-WebSocket-Accept');
  }),
  must('§4.2.2 5.2–5.3', 'answers with Upgrade: websocket and Connection: Upgrade', async (target) => {
    const [peer, { headers }] = await WebSocketPeer.ask(target);
    using _ = peer;
    expectEqual(headers.get('upgrade')?.toLowerCase(), 'websocket', 'Upgrade');
    expectThat(tokensOf(headers.get('connection')).includes('upgrade'), 'Connection lacks the token Upgrade');
  }),
  takes('§4.2.1 3', 'reads the value of Upgrade whatever its case', { headers: { Upgrade: 'WebSocket' } }),
  takes('§4.2.1 4', 'finds the token Upgrade among others in Connection, whatever its case', {
    headers: { Connection: 'keep-alive, uPgRaDe' },
  }),
  takes('§4.1 8', 'takes an Origin of its own, as a browser sends it', {}),
  refuses('§4.2.1 1', 'refuses a method other than GET', {
    method: 'POST',
    headers: { 'Content-Length': '0' },
  }),
  refuses('§4.2.1 1', 'refuses HTTP/1.0', { version: 'HTTP/1.0' }),
  refuses('§4.2.1 2', 'refuses a handshake without Host', { headers: { Host: null } }),
  refuses('§4.2.1 3', 'refuses a handshake without Upgrade', { headers: { Upgrade: null } }),
  refuses('§4.2.1 3', 'refuses an Upgrade to something else', { headers: { Upgrade: 'chat' } }),
  refuses('§4.2.1 4', 'refuses a handshake without Connection', { headers: { Connection: null } }),
  refuses('§4.2.1 4', 'refuses a Connection without the token Upgrade', { headers: { Connection: 'close' } }),
  refuses('§4.2.1 5', 'refuses a handshake without a key', { headers: { 'Sec-WebSocket-Key': null } }),
  refuses('§4.2.1 5', 'refuses a key that does not decode to 16 bytes', {
    headers: { 'Sec-WebSocket-Key': Buffer.from('too short').toString('base64') },
  }),
  refuses('§4.2.1 5', 'refuses a key that is no base64', {
    headers: { 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' },
  }),
  refuses('§4.2.1 6', 'refuses a handshake without a version', {
    headers: { 'Sec-WebSocket-Version': null },
  }),
  must('§4.4', 'says which version it speaks to a client of another one', async (target) => {
    const [peer, { status, headers }] = await WebSocketPeer.ask(target, {
      headers: { 'Sec-WebSocket-Version': '14' },
    });
    using _ = peer;
    expectThat(status >= 400, `answered ${status} to version 14`);
    expectThat(
      tokensOf(headers.get('sec-websocket-version')).includes('13'),
      'Sec-WebSocket-Version lacks 13',
    );
  }),
  must('§4.2.2 4', 'names no subprotocol when none was offered', async (target) => {
    const [peer, { headers }] = await WebSocketPeer.ask(target);
    using _ = peer;
    expectEqual(headers.get('sec-websocket-protocol'), undefined, 'Sec-WebSocket-Protocol');
  }),
  must('§9.1', 'takes no extension that was not offered', async (target) => {
    const [peer, { headers }] = await WebSocketPeer.ask(target);
    using _ = peer;
    expectEqual(headers.get('sec-websocket-extensions'), undefined, 'Sec-WebSocket-Extensions');
  }),
  must('§9.1', 'takes no extension that it does not know', async (target) => {
    const [peer, { headers, status }] = await WebSocketPeer.ask(target, {
      headers: { 'Sec-WebSocket-Extensions': 'x-nobody-knows' },
    });
    using _ = peer;
    expectEqual(status, 101, 'status');
    expectEqual(headers.get('sec-websocket-extensions'), undefined, 'Sec-WebSocket-Extensions');
  }),
];

function must(clause: string, title: string, run: Listed['run']): Listed {
  return { clause: `RFC 6455 ${clause}`, title, level: 'must', run };
}

function takes(clause: string, title: string, handshake: Handshake): Listed {
  return must(clause, title, async (target) => {
    const [peer, { status }] = await WebSocketPeer.ask(target, handshake);
    using _ = peer;
    expectEqual(status, 101, 'status');
  });
}

function refuses(clause: string, title: string, handshake: Handshake): Listed {
  return must(clause, title, async (target) => {
    const [peer, { status }] = await WebSocketPeer.ask(target, handshake);
    using _ = peer;
    expectThat(status >= 400 && status < 500, `answered ${status}`);
  });
}

function tokensOf(header: string | undefined): readonly string[] {
  return (header ?? '').split(',').map((token) => token.trim().toLowerCase());
}
