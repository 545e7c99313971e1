import { CoreScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { HttpPerson } from '../testing/http-person.ts';
import { openPort, type TestPort, TestSocket, until } from '../testing/test-port.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

describe('what no parser takes', () => {
  it.each([
    ['headers that are too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['headers that never end', `GET / HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(4_000)}`, 431],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400],
    ['a version that there is not', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ['two lengths', 'POST /rpc/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['no host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
    ['two hosts', 'GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', 400],
    [
      'an expectation',
      'GET /livez HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\nConnection: close\r\n\r\n',
      417,
    ],
  ])('[HT24] is a problem, and the end of its connection: %s', async (_what, text, status) => {
    const { port } = await open();
    const [answer] = await answersTo(port, text);
    expect(answer?.status).toBe(status);
    expect(answer?.headers.get('content-type')).toBe('application/problem+json');
    expect(answer?.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer?.body).toMatchObject({ type: 'about:blank', status, detail: expect.any(String) });
  });

  it('[HT24] is told how large headers may be', async () => {
    const { port } = await open();
    const [answer] = await answersTo(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer?.body).toMatchObject({ code: 'request.invalid', limit: 16_384 });
  });

  it('[HT24] is a problem where headers come too slowly', async () => {
    const scene = await CoreScene.open({ limits: { httpHeadersTimeoutMs: 100 } });
    const port = await openPort(scene.core);
    const [answer] = await answersTo(port, 'GET / HTTP/1.1\r\nHost:');
    expect([answer?.status, answer?.body['code']]).toEqual([408, 'request.invalid']);
  });

  it('[HT24] leaves the requests before it their answers', async () => {
    const { port, alice } = await open();
    const conversation = await alice.direct('bob');
    const body = JSON.stringify({ conversation, text: 'kept' });
    const send = `${rpc('Messages/Send', alice, body.length)}${body}`;
    const answers = await answersTo(port, `${send}${send}\0\0\0\r\n\r\n`);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
    expect(answers.map(({ body: { seq } }) => seq)).toEqual([2, 3, undefined]);
  });

  it('[HT24] is the answer to the request in whose body it is', async () => {
    const { port, alice } = await open();
    const chunked = rpc('Messages/Send', alice).replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n');
    const answers = await answersTo(port, `${chunked}5\r\nhello\r\nno length\r\n`);
    expect(answers.map(({ status }) => status)).toEqual([400]);
  });

  it('[HT24] takes nothing from a stream that is under way', async () => {
    const { port, alice } = await open();
    const client = await TestSocket.open(port.port);
    client.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\n\r\n`);
    await until(() => client.text.includes('event: changes'));
    client.write('\0\0\0\r\n\r\n');
    await until(() => client.isClosed);
    expect(client.text).not.toContain('HTTP/1.1 400');
  });

  it('[HT24] holds no connection open', async () => {
    const scene = await CoreScene.open({ limits: { lingerMs: 50, sweepIntervalMs: 10 } });
    const port = await openPort(scene.core);
    const client = await TestSocket.open(port.port);
    client.socket.on('end', () => client.write('x'.repeat(100)));
    client.write('GET / HTTP/9.9\r\n\r\n');
    await until(() => port.socketCount === 0);
  });
});

describe('a request that others would write otherwise', () => {
  it('[HT28] may name scheme and host in its target', async () => {
    const { port, alice } = await open();
    const headers = `Host: x\r\nAuthorization: Bearer ${alice.token}\r\nConnection: close\r\n\r\n`;
    for (const target of ['http://x/v1/poll', 'HTTPS://x:6969/v1/poll?entries=1', 'http://x/livez']) {
      const [head = ''] = (await textOf(port, `GET ${target} HTTP/1.1\r\n${headers}`)).split('\r\n');
      expect([target, head]).toEqual([target, 'HTTP/1.1 200 OK']);
    }
    for (const target of ['*', 'x:6969', 'ftp://x/livez', 'http:livez']) {
      const [answer] = await answersTo(port, `GET ${target} HTTP/1.1\r\n${headers}`);
      expect([target, answer?.status]).toEqual([target, 400]);
    }
  });

  it('[HT28] may offer protocols that nobody speaks here', async () => {
    const { port } = await open();
    const upgrade =
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n';
    const text = await textOf(port, `GET /livez HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`, (said) =>
      said.endsWith('ok\n'),
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe('a body that is announced', () => {
  it('[HT25] is asked for when it is read', async () => {
    const { port, alice } = await open();
    const body = JSON.stringify({ user: 'bob' });
    const client = await TestSocket.open(port.port);
    client.write(rpc('Conversations/CreateDirect', alice, body.length, 'Expect: 100-continue\r\n'));
    await until(() => client.text.startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
    client.forget();
    client.write(body);
    await until(() => client.text.startsWith('HTTP/1.1 200 '));
  });

  it.each([
    ['too large', 'Messages/Send', 10_000_000, 413],
    ['for nobody', 'No/Such', 10, 404],
  ])('[HT25] is not asked for where it is %s', async (_why, procedure, length, status) => {
    const { port, alice } = await open();
    const answers = await answersTo(port, rpc(procedure, alice, length, 'Expect: 100-continue\r\n'));
    expect(answers.map((answer) => answer.status)).toEqual([status]);
  });
});

async function open() {
  const scene = await CoreScene.open();
  const port = await openPort(scene.core);
  const alice = await HttpPerson.arrive(port, 'alice');
  await HttpPerson.arrive(port, 'bob');
  return { port, alice };
}

function rpc(procedure: string, { token }: HttpPerson, length: number | null = null, more = ''): string {
  const framing = length === null ? '' : `Content-Length: ${length}\r\n`;
  return `POST /rpc/skein.v1.${procedure} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n${framing}${more}\r\n`;
}

/** What is said until the connection ends, or until it is enough. */
async function textOf(
  { port }: Pick<TestPort, 'port'>,
  text: string,
  isEnough: (said: string) => boolean = () => false,
): Promise<string> {
  const client = await TestSocket.open(port);
  client.write(text);
  await until(() => client.isEnded || isEnough(client.text), 5_000);
  return client.text;
}

/** Everything that is answered until the connection ends. */
async function answersTo({ port }: TestPort, text: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let rest = await textOf({ port }, text); rest !== ''; ) {
    const bodyAt = rest.indexOf('\r\n\r\n') + 4;
    const [line = '', ...lines] = rest.slice(0, bodyAt - 4).split('\r\n');
    const headers = new Headers(
      lines.map((header) => {
        const at = header.indexOf(':');
        return [header.slice(0, at), header.slice(at + 1).trim()];
      }),
    );
    const length = Number(headers.get('content-length'));
    const body = Buffer.from(rest.slice(bodyAt)).subarray(0, length).toString();
    answers.push({
      status: Number(line.split(' ')[1]),
      headers,
      body: JSON.parse(body) as Record<string, unknown>,
    });
    rest = rest.slice(bodyAt + body.length);
  }
  return answers;
}
