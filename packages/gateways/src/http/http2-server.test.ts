import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Limits } from '@skein/model';
import { CoreScene, selfSignedCertificate } from '@skein/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpPerson } from '../testing/http-person.ts';
import { openPort, TestSocket, until } from '../testing/test-port.ts';

const CERTIFICATE = selfSignedCertificate();

describe('HTTP/2', () => {
  it('[HT17] is spoken to whoever asks for it in TLS: the same procedures, many at once', async () => {
    const { session, ask, port } = await open();
    expect(session.alpnProtocol).toBe('h2');
    const { tokens } = await ask('POST', '/rpc/skein.v1.Accounts/SignIn', { body: { dev: 'alice' } });
    const authorization = `Bearer ${(tokens as { accessToken: string }).accessToken}`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        ask('POST', '/rpc/skein.v1.Devices/List', { authorization, body: {} }),
      ),
    );
    for (const answer of answers) expect(answer['devices']).toHaveLength(1);
    expect((await ask('GET', '/nothing.js'))['status']).toBe(404);
    expect((await ask('GET', '/ws'))['status']).toBe(404);
    expect(port.bugs).toEqual([]);
  });

  it('[HT17] carries polls and events', async () => {
    const { session, ask, port } = await open();
    const { tokens } = await ask('POST', '/rpc/skein.v1.Accounts/SignIn', { body: { dev: 'bob' } });
    const authorization = `Bearer ${(tokens as { accessToken: string }).accessToken}`;
    const alice = await HttpPerson.arrive(port, 'alice');
    const conversation = await alice.direct('bob');
    const { cursor } = await ask('GET', '/v1/poll', { authorization });
    const parked = ask('GET', `/v1/poll?cursor=${cursor as string}&wait=5`, { authorization });
    const stream = session.request({ ':path': '/v1/events', authorization });
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await until(() => text.includes('event: changes'));
    await alice.says(conversation, 'over two');
    expect(JSON.stringify(await parked)).toContain('over two');
    await until(() => text.includes('event: push'));
    stream.close();
    expect(port.bugs).toEqual([]);
  });

  it('[HT17] ends a connection whose bytes are none of it', async () => {
    const { port } = await open();
    const plain = await TestSocket.open(port.port);
    plain.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    plain.write(Buffer.alloc(9, 0xff));
    await until(() => plain.isEnded || plain.isClosed);
    expect(port.bugs).toEqual([]);
  });

  it.each(['end', 'destroy'] as const)(
    '[HT29] lets go of whoever leaves with requests open: %s',
    async (how) => {
      const { session, socket, port } = await open({ lingerMs: 50, sweepIntervalMs: 10 });
      const { half, events } = await openRequests(session);
      expect(port.socketCount).toBe(1);
      socket[how]();
      await until(() => port.socketCount === 0);
      expect(half.closed && events.closed).toBe(true);
      expect(port.bugs).toEqual([]);
    },
  );

  it('[HT29] answers what was asked in full by whoever ends their half', async () => {
    const { socket, port, ask } = await open();
    const answer = ask('GET', '/v1/nothing');
    setImmediate(() => socket.end());
    expect(await answer).toMatchObject({ status: 404 });
    await until(() => port.socketCount === 0);
  });

  it('[HT29] ends a connection on which nothing is said, whatever is open', async () => {
    const { session, port } = await open({ http2IdleMs: 100 });
    const { half } = await openRequests(session);
    await until(() => port.socketCount === 0);
    expect(half.closed).toBe(true);
  });

  it('[HT29] answers 408 to a body that takes too long', async () => {
    const { session, ask, port } = await open({ httpRequestTimeoutMs: 50, sweepIntervalMs: 10 });
    const { half } = await openRequests(session);
    const headers = await new Promise<Record<string, unknown>>((resolve) => half.once('response', resolve));
    expect(headers[':status']).toBe(408);
    await until(() => half.readableEnded);
    expect((await ask('GET', '/v1/nothing'))['status']).toBe(404);
    expect(port.bugs).toEqual([]);
  });
});

/** A request whose body never ends, and one whose answer never does. */
async function openRequests(session: ClientHttp2Session) {
  const { tokens } = await asker(session)('POST', '/rpc/skein.v1.Accounts/SignIn', {
    body: { dev: 'alice' },
  });
  const authorization = `Bearer ${(tokens as { accessToken: string }).accessToken}`;
  const half = session.request({
    ':method': 'POST',
    ':path': '/rpc/skein.v1.Devices/List',
    'content-type': 'application/json',
    authorization,
  });
  half.on('error', ignore).resume().write('{');
  const events = session.request({ ':path': '/v1/events', authorization });
  events.on('error', ignore);
  await new Promise((resolve) => events.once('response', resolve));
  return { half, events };
}

async function open(limits: Partial<Limits> = {}) {
  const scene = await CoreScene.open({ limits });
  const port = await openPort(scene.core, { certificate: CERTIFICATE });
  const socket = await openTls(port.port);
  const session = connect(`https://localhost:${port.port}`, { createConnection: () => socket });
  onTestFinished(() => session.destroy());
  session.on('error', ignore);
  await new Promise((resolve) => session.once('connect', resolve));
  return { port, socket, session, ask: asker(session) };
}

/** Of which a test can end one half, as the session lets nobody do. */
async function openTls(port: number): Promise<TLSSocket> {
  const options = { port, ALPNProtocols: ['h2'], rejectUnauthorized: false, allowHalfOpen: true };
  const socket = connectTls(options);
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return socket;
}

function ignore(): void {}

interface Asked {
  readonly authorization?: string;
  readonly body?: object;
}

function asker(session: ClientHttp2Session) {
  return (
    method: string,
    path: string,
    { authorization, body }: Asked = {},
  ): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const stream = session.request({
        ':method': method,
        ':path': path,
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      });
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => resolve(JSON.parse(text) as Record<string, unknown>));
      stream.on('error', reject);
      stream.end(body === undefined ? undefined : JSON.stringify(body));
    });
}
