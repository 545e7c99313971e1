import { type Limits, REFUSALS } from '@skein/model';
import { decodeMessage, encodeMessage, readConversationState, writeCreateDirect } from '@skein/protocol';
import { SERVICES } from '@skein/protocol/services';
import { CoreScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { HttpPerson } from '../../testing/http-person.ts';
import { openPort, TestSocket, until } from '../../testing/test-port.ts';
import { STATUS_BY_REFUSAL } from '../problem.ts';

const NOBODYS = 4_711;

describe('procedures', () => {
  it('[HT1] are served, every one of the schema, and ask who it is', async () => {
    const { stranger } = await open();
    const statuses = await Promise.all(
      SERVICES.flatMap(({ name, methods }) =>
        methods.map(async (method) => (await stranger.calls(`${name}/${method.name}`)).status),
      ),
    );
    expect(statuses.length).toBeGreaterThan(15);
    expect([...new Set(statuses)]).toEqual([401]);
  });

  it('[HT1] say in words that a body is no JSON', async () => {
    const { alice } = await open();
    const told = await alice.asks('/rpc/skein.v1.Messages/Send', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"conversation":1,',
    });
    expect([told.status, told.body['detail']]).toEqual([400, 'The body is no JSON.']);
  });

  it('[HT1] answer protobuf in protobuf', async () => {
    const { alice } = await open();
    const conversation = await alice.direct('bob');
    const response = await fetch(`${alice.url}/rpc/skein.v1.Conversations/CreateDirect`, {
      method: 'POST',
      headers: { ...alice.authorization, 'Content-Type': 'application/proto' },
      body: encodeMessage(writeCreateDirect, { user: 'bob' }) as Uint8Array<ArrayBuffer>,
    });
    expect(response.headers.get('content-type')).toBe('application/proto');
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(decodeMessage(readConversationState, bytes)).toMatchObject({ conversation, memberCount: 2 });
  });

  it.each([
    ['text/plain', '{"user":"bob"}', 415],
    ['application/x-www-form-urlencoded', 'user=bob', 415],
    ['application/json; charset=utf-16', '{"user":"bob"}', 415],
    ['application/json;charset="ISO-8859-1"', '{"user":"bob"}', 415],
    ['application/json', '{"user":', 400],
    ['application/json', '{"user":7}', 400],
    ['application/json', '[]', 400],
    ['application/json', Buffer.from([0x7b, 0xff, 0x7d]), 400],
    ['application/proto', Buffer.from([0x0a, 0x7f]), 400],
  ])('[HT1] take no %s that says %j', async (type, body, status) => {
    const { alice } = await open();
    const told = await alice.asks('/rpc/skein.v1.Conversations/CreateDirect', {
      method: 'POST',
      headers: { 'Content-Type': type },
      body,
    });
    expect([told.status, told.body['code']]).toEqual([status, 'request.invalid']);
    expect(told.headers.get('content-type')).toBe('application/problem+json');
  });

  it('[HT2] are what a conversation needs', async () => {
    const { alice, bob } = await open();
    const { body: group } = await alice.calls('Conversations/CreateGroup', {
      key: 'k',
      title: 'Arden',
      users: ['bob'],
    });
    const conversation = group['conversation'] as number;
    expect((await alice.says(conversation, '你好')).body).toMatchObject({ conversation, seq: 2, ordinal: 1 });
    const page = await bob.calls('Messages/History', { conversation });
    expect(page.body['entries']).toMatchObject([
      { kind: 5, member: { action: 'created' } },
      { seq: 2, sender: 1, content: { text: '你好' } },
    ]);
    expect((await bob.calls('Messages/Read', { conversation, seq: 2 })).body).toEqual({});
    expect((await bob.calls('Members/List', { conversation })).body['members']).toHaveLength(2);
    expect((await bob.calls('Users/Find', { users: ['alice', 'nobody'] })).body).toEqual({
      users: [{ number: 1, id: 'alice', name: 'alice' }],
    });
    expect((await bob.calls('Devices/List')).body['devices']).toMatchObject([{ kind: 'bot', current: true }]);
  });

  it('[HT2] refuse with the code of the core, and a status of their own for each', async () => {
    const { alice } = await open();
    const told = await alice.says(NOBODYS, 'hello?');
    expect([told.status, told.body]).toEqual([
      403,
      {
        type: 'about:blank',
        title: 'Forbidden',
        status: 403,
        detail: REFUSALS['permission.not_member'].en,
        code: 'permission.not_member',
      },
    ]);
    expect((await alice.calls('Conversations/CreateDirect', { user: 'nobody' })).status).toBe(404);
    expect(Object.values(STATUS_BY_REFUSAL).every((status) => status >= 400)).toBe(true);
  });

  it('[HT2] say when it is worth asking again', async () => {
    const { alice } = await open({ requestsBurstMax: 2, requestsPerSecondMax: 1 });
    const statuses = [];
    for (let round = 0; round < 4; round++) statuses.push(await alice.calls('Devices/List'));
    const refused = statuses.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 'limit.rate', retryAfterMs: 1_000 });
    expect(refused?.headers.get('retry-after')).toBe('1');
  });

  it('[HT2] store what one token sends at once, each once', async () => {
    const { alice } = await open();
    const conversation = await alice.direct('bob');
    const told = await Promise.all(
      Array.from({ length: 20 }, (_, index) => alice.says(conversation, `${index}`)),
    );
    expect(told.map(({ status }) => status)).toEqual(told.map(() => 200));
    expect(new Set(told.map(({ body }) => body['seq'])).size).toBe(20);
  });

  it('[HT5] store what has a key once, and answer a repetition like the first', async () => {
    const { alice, port } = await open();
    const conversation = await alice.direct('bob');
    const key = { 'Idempotency-Key': 'order-17' };
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => alice.says(conversation, 'buy', key)));
    expect(others.map(({ body }) => body)).toEqual([first?.body, first?.body]);
    const phone = await HttpPerson.arrive(port, 'alice', { installation: 'a-second-installation' });
    expect((await phone.says(conversation, 'buy', { 'Idempotency-Key': '"order-17"' })).body).toEqual(
      first?.body,
    );
    const other = await alice.says(conversation, 'sell', key);
    expect([other.status, other.body['code']]).toEqual([409, 'conflict.duplicate']);
    expect(other.body['detail']).toMatch(/key/);
    const page = await alice.calls('Messages/History', { conversation });
    expect(page.body['entries']).toHaveLength(2);
  });

  it('[HT5] find what was sent with a key, for whom it was sent', async () => {
    const { alice, bob } = await open();
    const conversation = await alice.direct('bob');
    const { body: ack } = await alice.says(conversation, 'buy', { 'Idempotency-Key': 'order-17' });
    const asked = { conversation, key: 'order-17' };
    expect((await alice.calls('Messages/FindSent', asked)).body).toEqual(ack);
    const others = await bob.calls('Messages/FindSent', asked);
    expect([others.status, others.body['code']]).toEqual([404, 'message.not_found']);
  });

  it('[HT2] say who is there', async () => {
    const { alice, bob } = await open();
    await alice.direct('bob');
    const said = { availability: 'away', text: 'at lunch', priority: 3 };
    expect((await alice.calls('Users/SetPresence', said)).body).toEqual({});
    const { body } = await bob.calls('Users/FindPresence', { users: [1, 2, 99] });
    expect(body['users']).toMatchObject([
      { user: 1, online: true, availability: 'away', text: 'at lunch' },
      { user: 2, online: true },
      { user: 99 },
    ]);
    expect((await alice.calls('Users/SetPresence', { text: 'x'.repeat(10_000) })).status).toBe(400);
  });

  it.each(['', 'two words', 'x'.repeat(65), '"open', '中文'])('[HT5] take no key %j', async (key) => {
    const { alice } = await open();
    const conversation = await alice.direct('bob');
    const raw = Buffer.from(key).toString('latin1');
    expect((await alice.says(conversation, 'hi', { 'Idempotency-Key': raw })).status).toBe(400);
  });

  it('[HT6] listen to pages of this host and of the list alone', async () => {
    const { alice } = await open();
    const from = (origin: string) => alice.calls('Devices/List', {}, { Origin: origin });
    expect((await from('https://evil.example')).status).toBe(403);
    expect((await from('null')).status).toBe(403);
    const own = await from(alice.url);
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    const allowed = await from('https://chat.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://chat.example',
    ]);
    expect(allowed.headers.get('access-control-allow-credentials')).toBe(null);
  });

  it('[HT6] answer what a browser asks before it asks', async () => {
    const { alice } = await open();
    const preflight = await fetch(`${alice.url}/rpc/skein.v1.Messages/Send`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://chat.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    expect(preflight.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
  });

  it('[HT7] take bodies as large as a frame, and nothing that has to be unpacked', async () => {
    const { alice } = await open({ frameBytesMax: 1_000 });
    const text = 'x'.repeat(1_000);
    const told = await alice.calls('Messages/Send', { text });
    expect([told.status, told.body['limit']]).toEqual([413, 1_000]);
    const packed = await alice.calls('Devices/List', {}, { 'Content-Encoding': 'gzip' });
    expect([packed.status, packed.headers.get('accept-encoding')]).toEqual([415, 'identity']);
    const utf8 = { 'Content-Type': 'application/json; boundary=x; Charset="UTF-8"' };
    expect((await alice.calls('Devices/List', {}, utf8)).status).toBe(200);
  });

  it('[HT7] end a connection whose body they did not read', async () => {
    const { port } = await open({ frameBytesMax: 1_000 });
    const client = await TestSocket.open(port.port);
    client.write(
      'POST /rpc/skein.v1.Devices/List HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{}',
    );
    client.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => client.isEnded);
    expect(client.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
  });

  it('[HT7] read named fields and nothing else', async () => {
    const { alice, port } = await open();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const body of [`{"__proto__":{"isAdmin":true},"constructor":1,"deep":${deep}}`, '{"toString":1}']) {
      const told = await alice.asks('/rpc/skein.v1.Devices/List', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      expect(told.status).toBe(200);
    }
    expect(({} as Record<string, unknown>)['isAdmin']).toBe(undefined);
    expect(port.bugs).toEqual([]);
  });

  it('[HT8] name other paths and methods for what they are', async () => {
    const { alice } = await open();
    expect((await alice.calls('Messages/Nothing')).status).toBe(404);
    const wrong = await alice.asks('/rpc/skein.v1.Messages/Send');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect(wrong.headers.get('cache-control')).toBe('no-store');
  });

  it('[HT8] survive a bug', async () => {
    const { scene, port, alice } = await open();
    const connect = (): never => {
      throw new Error('planted');
    };
    const { core } = scene;
    const { limits, proofs, users, topics, avatars, contacts, groupNames, passingDevices, personalItems } =
      core;
    const other = await openPort({
      limits,
      proofs,
      registrations: core.registrations,
      users,
      topics,
      avatars,
      contacts,
      groupNames,
      passingDevices,
      personalItems,
      connect,
    });
    const told = await HttpPerson.stranger(other).calls('Accounts/SignIn', { dev: 'alice' });
    expect(told.status).toBe(500);
    expect(JSON.stringify(told.body)).not.toContain('planted');
    expect(other.bugs).toHaveLength(1);
    expect((await alice.calls('Devices/List')).status).toBe(200);
    expect(port.bugs).toEqual([]);
  });
});

async function open(limits: Partial<Limits> = {}) {
  const scene = await CoreScene.open({ limits });
  const port = await openPort(scene.core, { allowedOrigins: ['https://chat.example'] });
  const alice = await HttpPerson.arrive(port, 'alice');
  const bob = await HttpPerson.arrive(port, 'bob');
  return { scene, port, alice, bob, stranger: HttpPerson.stranger(port) };
}
