import { type ClientHttp2Session, connect } from 'node:http2';
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
});

async function open() {
  const scene = await CoreScene.open();
  const port = await openPort(scene.core, { certificate: CERTIFICATE });
  const session = connect(`https://localhost:${port.port}`, { rejectUnauthorized: false });
  onTestFinished(() => session.destroy());
  await new Promise((resolve, reject) => session.once('connect', resolve).once('error', reject));
  return { port, session, ask: asker(session) };
}

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
