import { encodeUp, HEARTBEAT, NATIVE_PREFACE } from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { FakeCore } from '../testing/fake-core.ts';
import { framesIn, HELLO, joined, NativeClient } from '../testing/frames.ts';
import { openPort, TestSocket, until } from '../testing/test-port.ts';

const ASKED = 300;
const TEXT = 'x'.repeat(10_000);

describe('native TCP', () => {
  it('[GW6] carries frames both ways', async () => {
    const port = await openPort(new FakeCore());
    const alice = await NativeClient.signedIn(port);
    const bob = await NativeClient.signedIn(port);
    alice.send({ case: 'send', value: { conversation: 1, counter: 1, text: '你好' } });
    expect(await bob.hears('push')).toMatchObject({ conversation: 1, text: '你好' });
    expect(await alice.hears('ack')).toMatchObject({ counter: 1, seq: 1 });
  });

  it('[GW7] says why before it ends, and ends although the peer goes on', async () => {
    const port = await openPort(new FakeCore());
    const client = await NativeClient.signedIn(port);
    client.link.write(Uint8Array.of(2, 1, 0xff));
    expect(await client.hears('close')).toMatchObject({ code: 4204 });
    await until(() => client.link.isEnded);
    client.link.write(new Uint8Array(100_000));
    client.link.socket.end();
    await until(() => port.socketCount === 0);
  });

  it('[GW7] cuts off a peer that was told to go and stays', async () => {
    const port = await openPort(new FakeCore({ lingerMs: 100 }));
    const client = await NativeClient.signedIn(port);
    client.send({ case: 'goodbye', value: {} });
    await until(() => client.link.isEnded);
    client.link.socket.pause();
    await until(() => port.socketCount === 0, 5_000);
  });

  it('[GW9] answers a heartbeat with one byte on the wire', async () => {
    const port = await openPort(new FakeCore());
    const client = await NativeClient.signedIn(port);
    client.link.forget();
    client.link.write(HEARTBEAT);
    await until(() => client.link.received.length > 0);
    expect([...client.link.received]).toEqual([0]);
  });

  it('[GW11] keeps a bounded queue for a reader that stops, and serves the others', async () => {
    const core = new FakeCore({ outboundBytesMax: 50_000, outboundPauseBytes: 100_000 });
    const port = await openPort(core);
    const stalled = await NativeClient.signedIn(port);
    const stalledSide = core.last;
    stalled.link.socket.pause();
    const reader = await NativeClient.signedIn(port);
    // Far more than the kernel's buffers hold on both sides.
    let queuedMax = 0;
    for (let count = 1; count <= 2_000; count++) {
      core.publish({ conversation: 1, text: TEXT, content: new Uint8Array(0) }, null);
      if (count % 4 === 0) await new Promise(setImmediate);
      queuedMax = Math.max(queuedMax, stalledSide.outbound.queuedBytes());
    }
    expect(stalledSide.outbound.queuedBytes()).toBeGreaterThan(0);
    expect(queuedMax).toBeLessThanOrEqual(50_000 + TEXT.length + 100);
    await reader.isServed(1);
    stalled.link.socket.resume();
    await until(() => stalledSide.outbound.queuedBytes() === 0);
    await until(() => stalledSide.drains > 0);
    await stalled.isServed(2);
  });

  it('[GW11] does not let a peer ask for more than it reads', async () => {
    const core = new FakeCore({ outboundPauseBytes: 200_000 });
    const port = await openPort(core);
    const greedy = await NativeClient.signedIn(port);
    const side = core.last;
    greedy.link.socket.pause();
    const ask = encodeUp({
      case: 'request',
      value: { id: 1, ask: { case: 'history', value: { conversation: 1, limit: 100_000 } } },
    });
    for (let count = 0; count < ASKED; count++) {
      greedy.link.write(ask);
      await new Promise(setImmediate);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    // What the kernel took and one read more was answered; nothing after it.
    const answered = core.received.filter((frame) => frame.case === 'request').length;
    expect(answered).toBeLessThan(ASKED / 2);
    expect(side.outbound.queuedBytes()).toBeLessThan(1_000_000);
    const other = await NativeClient.signedIn(port);
    await other.isServed(1);
    greedy.link.socket.resume();
    await until(() => greedy.link.received.length > ASKED * 100_000, 10_000);
    expect(framesIn(greedy.link.received).filter((frame) => frame.case === 'response')).toHaveLength(ASKED);
    expect(side.isClosed).toBe(false);
  });

  it('[GW12] survives 1,000 connections that stop in the middle of a frame', async () => {
    const core = new FakeCore();
    const port = await openPort(core);
    const hello = joined(NATIVE_PREFACE, encodeUp(HELLO));
    const halves = await Promise.all(
      Array.from({ length: 1_000 }, async (_, index) => {
        const half = await TestSocket.open(port.port);
        half.write(hello.subarray(0, index % hello.length));
        return half;
      }),
    );
    const canary = await NativeClient.signedIn(port);
    for (const half of halves) half.socket.destroy();
    await until(() => port.socketCount === 1);
    await canary.isServed(1);
    expect(core.openCount).toBe(1);
    expect(port.bugs).toEqual([]);
  });

  it('[GW12] survives peers that reset in the middle of everything', async () => {
    const core = new FakeCore();
    const port = await openPort(core);
    for (let count = 0; count < 50; count++) {
      const client = await TestSocket.open(port.port);
      client.write(joined(NATIVE_PREFACE, encodeUp(HELLO), encodeUp({ case: 'probe', value: { id: 1 } })));
      client.socket.resetAndDestroy();
    }
    const canary = await NativeClient.signedIn(port);
    await canary.isServed(1);
    await until(() => port.socketCount === 1);
    await until(() => core.openCount === 1);
    expect(port.bugs).toEqual([]);
  });
});
