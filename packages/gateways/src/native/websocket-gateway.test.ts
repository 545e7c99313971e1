import { encodeUp, SUBPROTOCOL } from '@skein/protocol';
import { downFromJson, upToJson } from '@skein/protocol/json';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FakeCore } from '../testing/fake-core.ts';
import { framesIn, HELLO, joined, NativeClient } from '../testing/frames.ts';
import { openPort, TestSocket, until } from '../testing/test-port.ts';
import { WebSocketClient } from '../testing/web-socket-client.ts';

const PROBE = encodeUp({ case: 'probe', value: { id: 5 } });

describe('native WebSocket', () => {
  it('[GW13] carries frames in binary messages', async () => {
    const core = new FakeCore();
    const port = await openPort(core);
    const alice = await signedIn(port);
    const bob = await NativeClient.signedIn(port);
    expect(core.connections[0]?.peer).toMatchObject({
      gateway: 'websocket',
      isLoopback: true,
      isSecure: false,
    });
    bob.send({ case: 'send', value: { conversation: 1, counter: 1, text: '你好' } });
    await until(() => framesIn(alice.bytes).some((frame) => frame.case === 'push'));
    expect(framesIn(alice.bytes).at(-1)).toMatchObject({ case: 'push', value: { text: '你好' } });
    expect(alice.messages.every(({ isBinary }) => isBinary)).toBe(true);
  });

  it('[GW13] takes several frames in one message, and refuses half a frame', async () => {
    const core = new FakeCore();
    const client = await signedIn(await openPort(core));
    client.webSocket.send(joined(PROBE, PROBE, PROBE));
    await until(() => core.received.length === 4);
    client.webSocket.send(PROBE.subarray(0, 2));
    await until(() => client.closed !== null);
    expect(client.closed).toEqual({ code: 4204, reason: 'truncated: a message ends inside a frame' });
  });

  it('[GW13] speaks JSON where the subprotocol says so, spelled the same as over any other wire', async () => {
    const core = new FakeCore();
    const port = await openPort(core);
    const client = await WebSocketClient.open(port, { subprotocol: SUBPROTOCOL.json });
    client.webSocket.send(upToJson(HELLO));
    await until(() => client.messages.length === 1);
    const other = await NativeClient.signedIn(port);
    other.send({ case: 'send', value: { conversation: 1, counter: 1, text: '你好' } });
    await until(() => client.messages.length === 2);
    expect(client.messages.every(({ isBinary }) => !isBinary)).toBe(true);
    const push = downFromJson(client.messages[1]!.bytes.toString('utf8'));
    expect(push).toMatchObject({ case: 'push', value: { conversation: 1 } });
    expect(client.messages[1]!.bytes.toString('utf8')).toContain('"你好"');
  });

  it.each([
    [SUBPROTOCOL.protobuf, 'hello'],
    [SUBPROTOCOL.json, Uint8Array.of(2, 9, 0)],
  ])('[GW13] treats a message of the other kind as a violation of %s', async (subprotocol, message) => {
    const core = new FakeCore();
    const client = await WebSocketClient.open(await openPort(core), { subprotocol });
    client.webSocket.send(message);
    await until(() => client.closed !== null);
    expect(client.closed?.code).toBe(4204);
    expect(core.last.violations).toEqual(['protocolViolation']);
  });

  it('[GW13] refuses a client that offers no subprotocol it knows, and negotiates no compression', async () => {
    const core = new FakeCore();
    const port = await openPort(core);
    const none = await WebSocketClient.open(port, { subprotocol: null });
    await until(() => none.closed !== null);
    expect(none.closed).toEqual({
      code: 1002,
      reason: 'offer a subprotocol: skein.v1.protobuf or skein.v1.json',
    });
    expect(core.connections).toEqual([]);
    const other = await WebSocketClient.open(port, { subprotocol: 'mqtt' });
    await until(() => other.closed !== null);
    expect(core.connections).toEqual([]);
    const client = await signedIn(port);
    expect(client.webSocket.extensions).toBe('');
  });

  it.each([
    [undefined, true],
    ['http://127.0.0.1:PORT', true],
    ['https://friend.example', true],
    ['http://evil.example', false],
    ['http://127.0.0.1:1', false],
    ['null', false],
  ])('[GW14] opens for origin %s: %s', async (origin, isAllowed) => {
    const core = new FakeCore();
    const port = await openPort(core, { allowedOrigins: ['https://friend.example'] });
    const opening = origin === undefined ? {} : { origin: origin.replace('PORT', String(port.port)) };
    const client = await WebSocketClient.open(port, opening);
    await until(() => client.refusedWith !== null || client.webSocket.readyState === WebSocket.OPEN);
    expect(client.refusedWith).toBe(isAllowed ? null : 403);
    expect(core.connections).toHaveLength(isAllowed ? 1 : 0);
  });

  it('[GW7] says the reason in the close frame, cut to 123 bytes between characters', async () => {
    const core = new FakeCore();
    const client = await signedIn(await openPort(core));
    core.last.outbound.close('overloaded', '请稍候'.repeat(40));
    await until(() => client.closed !== null);
    expect(client.closed?.code).toBe(4001);
    expect(client.closed?.reason).toBe('请稍候'.repeat(40).slice(0, 41));
    await until(() => core.last.isClosed);
  });

  it('[GW7] cuts off a peer that was told to go and stays', async () => {
    const core = new FakeCore({ lingerMs: 100 });
    const port = await openPort(core);
    const client = await signedIn(port);
    client.webSocket.pause();
    core.last.outbound.close('overloaded');
    await until(() => port.socketCount === 0);
  });

  it('[GW8] ends a stranger who sends more than bytesBeforeSignInMax, in one message or in pieces', async () => {
    const core = new FakeCore({ bytesBeforeSignInMax: 1_000 });
    const port = await openPort(core);
    const large = await WebSocketClient.open(port);
    large.webSocket.send(new Uint8Array(2_000));
    await until(() => large.closed !== null);
    expect(large.closed?.code).toBe(4206);
    const pieces = await WebSocketClient.open(port);
    for (let piece = 0; piece < 30; piece++) pieces.webSocket.send(new Uint8Array(100), { fin: false });
    await until(() => pieces.closed !== null);
    expect(pieces.closed?.code).toBe(4206);
    const good = await signedIn(port);
    good.webSocket.send(joined(...Array.from({ length: 400 }, () => PROBE)));
    await until(() => core.received.filter((frame) => frame.case === 'probe').length === 400);
  });

  it('[GW8] ends who sends a message above frameBytesMax', async () => {
    const client = await signedIn(await openPort(new FakeCore({ frameBytesMax: 10_000 })));
    client.webSocket.send(new Uint8Array(10_005));
    await until(() => client.closed !== null);
    expect(client.closed?.code).toBe(1009);
  });

  it('[GW9] answers an empty message with an empty message, and a ping with a pong', async () => {
    const core = new FakeCore();
    const client = await signedIn(await openPort(core));
    client.messages.length = 0;
    client.webSocket.send(new Uint8Array(0));
    await until(() => client.messages.length === 1);
    expect(client.messages[0]).toEqual({ bytes: Buffer.alloc(0), isBinary: true });
    let pong = '';
    client.webSocket.on('pong', (payload) => {
      pong = payload.toString();
    });
    client.webSocket.ping('are you there');
    await until(() => pong === 'are you there');
    expect(core.last.heartbeats).toBe(2);
  });

  it('[GW10] gives every connection the same bytes for a live entry, whatever its length', async () => {
    const core = new FakeCore();
    const port = await openPort(core);
    const clients = [await signedIn(port), await signedIn(port)];
    for (const length of [1, 100, 125, 126, 127, 200, 65_000, 65_535, 65_536, 70_000]) {
      for (const client of clients) client.messages.length = 0;
      core.publish({ conversation: 1, text: 'x'.repeat(length), content: new Uint8Array(0) }, null);
      for (const client of clients) {
        await until(() => client.messages.length === 1);
        expect(framesIn(client.bytes)).toMatchObject([{ case: 'push', value: { text: 'x'.repeat(length) } }]);
      }
    }
  });

  it('[GW11] keeps a bounded queue for a reader that stops, and serves the others', async () => {
    const core = new FakeCore({ outboundBytesMax: 50_000 });
    const port = await openPort(core);
    const stalled = await signedIn(port);
    const side = core.last;
    stalled.webSocket.pause();
    const reader = await NativeClient.signedIn(port);
    const text = 'x'.repeat(10_000);
    let queuedMax = 0;
    for (let count = 1; count <= 2_000; count++) {
      core.publish({ conversation: 1, text, content: new Uint8Array(0) }, null);
      if (count % 4 === 0) await new Promise(setImmediate);
      queuedMax = Math.max(queuedMax, side.outbound.queuedBytes());
    }
    expect(side.outbound.queuedBytes()).toBeGreaterThan(0);
    expect(queuedMax).toBeLessThanOrEqual(50_000 + text.length + 100);
    await reader.isServed(1);
    stalled.webSocket.resume();
    await until(() => side.drains > 0 && side.outbound.queuedBytes() === 0);
  });

  it('[GW12] answers broken WebSocket frames with the code of RFC 6455 and goes on with the others', async () => {
    const core = new FakeCore();
    const port = await openPort(core);
    const canary = await signedIn(port);
    for (const [code, bytes] of [
      [1002, [0x82, 0x01, 0x00]],
      [1002, [0xf2, 0x80, 0, 0, 0, 0]],
      [1002, [0x83, 0x80, 0, 0, 0, 0]],
      [1007, [0x81, 0x81, 0, 0, 0, 0, 0xff]],
      [1009, [0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
    ] as const) {
      const client = await WebSocketClient.open(port);
      const raw = (client.webSocket as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket;
      raw.write(Uint8Array.from(bytes));
      await until(() => client.closed !== null);
      expect(client.closed?.code).toBe(code);
    }
    await until(() => core.openCount === 1);
    canary.webSocket.send(PROBE);
    await until(() => framesIn(canary.bytes).some((frame) => frame.case === 'pong'));
    expect(port.bugs).toEqual([]);
  });

  it('[GW12] survives any bytes after the handshake', async () => {
    const core = new FakeCore();
    const port = await openPort(core);
    const canary = await signedIn(port);
    for (let round = 0; round < 200; round++) {
      const client = await TestSocket.open(port.port);
      client.write(
        'GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
          `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL.protobuf}\r\n\r\n`,
      );
      client.write(Uint8Array.from({ length: 60 }, (_, index) => (round * 7919 + index * index * 31) & 0xff));
      client.socket.end();
    }
    await until(() => core.openCount === 1, 5_000);
    canary.webSocket.send(PROBE);
    await until(() => framesIn(canary.bytes).some((frame) => frame.case === 'pong'));
    expect(port.bugs).toEqual([]);
  });
});

async function signedIn(port: Parameters<typeof WebSocketClient.open>[0]): Promise<WebSocketClient> {
  const client = await WebSocketClient.open(port);
  client.send(HELLO);
  await until(() => client.messages.length > 0);
  return client;
}
