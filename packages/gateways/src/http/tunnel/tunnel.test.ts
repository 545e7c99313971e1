import { encodeUp, type UpFrameInit } from '@skein/protocol';
import { CoreScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { FakeCore } from '../../testing/fake-core.ts';
import { framesIn, HELLO, joined } from '../../testing/frames.ts';
import { openPort, type TestPort, until } from '../../testing/test-port.ts';

describe('a tunnel', () => {
  it('[HT18] carries the native protocol both ways', async () => {
    const { client, core } = await open();
    expect(await client.up(0, HELLO)).toBe(204);
    expect(core.last.peer).toMatchObject({ gateway: 'tunnel', address: '127.0.0.1' });
    const { bytes } = await client.down(0, 5);
    expect(framesIn(bytes).map((frame) => frame.case)).toEqual(['welcome']);
    await client.up(encodeUp(HELLO).length, { case: 'probe', value: { id: 7 } });
    const more = await client.down(bytes.length, 5);
    expect(framesIn(more.bytes)).toMatchObject([{ case: 'pong', value: { id: 7 } }]);
  });

  it('[HT18] takes once what comes twice, whole or in part, and nothing out of turn', async () => {
    const { client, core } = await open();
    const hello = encodeUp(HELLO);
    const probe = encodeUp({ case: 'probe', value: { id: 1 } });
    expect(await client.upBytes(0, hello.subarray(0, 10))).toBe(204);
    expect(await client.upBytes(0, hello)).toBe(204);
    expect(await client.upBytes(0, joined(hello, probe))).toBe(204);
    expect(await client.upBytes(hello.length, probe)).toBe(204);
    expect(core.received.map((frame) => frame.case)).toEqual(['hello', 'probe']);
    expect(await client.upBytes(1_000, probe)).toBe(409);
  });

  it('[HT18] gives again what was not said to have come', async () => {
    const { client } = await open();
    await client.up(0, HELLO);
    const first = await client.down(0, 5);
    expect((await client.down(0, 5)).bytes).toEqual(first.bytes);
    expect((await client.down(3, 5)).bytes).toEqual(first.bytes.subarray(3));
    expect((await client.down(0, 0)).status).toBe(400);
    expect((await client.down(first.bytes.length + 1, 0)).status).toBe(400);
  });

  it('[HT18] waits for bytes as long as it is told to', async () => {
    const { client, core } = await open({ httpPollWaitMaxMs: 60 });
    await client.up(0, HELLO);
    const { bytes } = await client.down(0, 0);
    const startMs = performance.now();
    expect((await client.down(bytes.length, 50)).status).toBe(204);
    expect(performance.now() - startMs).toBeGreaterThan(50);
    const parked = client.down(bytes.length, 50);
    core.publish({ conversation: 1, text: 'hi', content: new Uint8Array(0) }, null);
    expect(framesIn((await parked).bytes)).toMatchObject([{ case: 'push', value: { text: 'hi' } }]);
  });

  it('[HT18] says that it is over, after its last bytes', async () => {
    const { client } = await open();
    await client.up(0, HELLO);
    await client.up(encodeUp(HELLO).length, { case: 'goodbye', value: {} });
    const { bytes } = await client.down(0, 5);
    expect(framesIn(bytes).map((frame) => frame.case)).toEqual(['welcome', 'close']);
    expect((await client.down(bytes.length, 5)).status).toBe(410);
    expect(await client.up(0, HELLO)).toBe(410);
  });

  it('[HT18] belongs to who has its secret', async () => {
    const { port } = await open();
    for (const secret of ['', 'x'.repeat(43), 'short']) {
      expect((await new TunnelClient(port, secret).down(0, 0)).status).toBe(410);
    }
  });

  it('[HT19] is a stream of events too, and ends with it', async () => {
    const { client, core } = await open();
    const abort = new AbortController();
    const { headers, body } = await client.asks('/events?from=0', { signal: abort.signal });
    expect(headers.get('content-type')).toBe('text/event-stream');
    let text = '';
    const reading = (async () => {
      for await (const chunk of body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
    })().catch(() => undefined);
    await until(() => text === ':\n\n');
    await client.up(0, HELLO);
    await until(() => text.includes('data: '));
    const data = /data: (\S+)/.exec(text)?.[1] ?? '';
    expect(framesIn(Buffer.from(data, 'base64')).map((frame) => frame.case)).toEqual(['welcome']);
    abort.abort();
    await reading;
    await until(() => core.last.isClosed);
    expect(await client.up(0, HELLO)).toBe(410);
  });

  it('[HT19] is gone when nobody reads from it', async () => {
    const { client, core } = await open({ httpTunnelIdleMs: 40 });
    await client.up(0, HELLO);
    await until(() => core.last.isClosed);
    expect((await client.down(0, 0)).status).toBe(410);
  });

  it.each([
    ['strangers of one address', { unauthenticatedPerAddressMax: 2 }],
    ['connections', { connectionsMax: 2 }],
  ])('[HT19] is not opened where there are too many %s, and leaves nothing behind', async (_what, limits) => {
    const scene = await CoreScene.open({ limits });
    const { url } = await openPort(scene.core);
    const opened = async () => (await fetch(`${url}/v1/tunnel`, { method: 'POST' })).status;
    expect([await opened(), await opened(), await opened(), await opened()]).toEqual([201, 201, 503, 503]);
    expect(scene.core.connectionCount).toBe(2);
  });

  it('[HT19] holds a client up that does not read', async () => {
    const { client, core } = await open({ outboundPauseBytes: 1_000 });
    let at = encodeUp(HELLO).length;
    await client.up(0, HELLO);
    const ask: UpFrameInit = {
      case: 'request',
      value: { id: 1, ask: { case: 'history', value: { limit: 2_000 } } },
    };
    await client.up(at, ask);
    at += encodeUp(ask).length;
    await until(() => core.received.length === 2);
    const held = client.up(at, ask);
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    expect(core.received).toHaveLength(2);
    const { bytes } = await client.down(0, 5);
    const last = client.down(bytes.length, 1);
    expect(await held).toBe(204);
    expect(core.received).toHaveLength(3);
    await last;
  });
});

async function open(limits: ConstructorParameters<typeof FakeCore>[0] = {}) {
  const core = new FakeCore(limits);
  const port = await openPort(core);
  const response = await fetch(`${port.url}/v1/tunnel`, { method: 'POST' });
  expect(response.status).toBe(201);
  const { tunnel } = (await response.json()) as { tunnel: string };
  return { core, port, client: new TunnelClient(port, tunnel) };
}

class TunnelClient {
  readonly #url: string;
  readonly #secret: string;

  constructor({ url }: TestPort, secret: string) {
    this.#url = `${url}/v1/tunnel`;
    this.#secret = secret;
  }

  asks(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.#url + path, { ...init, headers: { Authorization: `Bearer ${this.#secret}` } });
  }

  up(at: number, frame: UpFrameInit): Promise<number> {
    return this.upBytes(at, encodeUp(frame));
  }

  async upBytes(at: number, bytes: Uint8Array): Promise<number> {
    const body = bytes as Uint8Array<ArrayBuffer>;
    return (await this.asks(`/up?at=${at}`, { method: 'POST', body })).status;
  }

  async down(from: number, wait: number): Promise<{ status: number; bytes: Uint8Array }> {
    const response = await this.asks(`/down?from=${from}&wait=${wait}`);
    return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
  }
}
