import { CoreScene, type CoreSceneOptions } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { NativeClient } from '../testing/frames.ts';
import { Person } from '../testing/person.ts';
import { openPort, type TestPort, TestSocket, until } from '../testing/test-port.ts';

describe('a chat in lines of JSON', () => {
  it('[GW16] lets two people talk', async () => {
    const { port } = await open();
    const bob = await Person.arrive(port, 'bob');
    const alice = await Person.arrive(port, 'alice');
    alice.type({ to: 'bob', text: '你好' });
    expect(await alice.reads('sent')).toMatchObject({ sent: 2, conversation: 1 });
    expect(await bob.reads('text')).toMatchObject({ from: 'alice', text: '你好', seq: 2, conversation: 1 });
    bob.type({ conversation: 1, text: '你好！' });
    expect(await alice.reads('text')).toMatchObject({ from: 'bob', text: '你好！', seq: 3 });
  });

  it('[GW16] answers many lines at once in their order', async () => {
    const { port } = await open();
    await Person.arrive(port, 'bob');
    const alice = await Person.arrive(port, 'alice');
    alice.type(...Array.from({ length: 200 }, (_, index) => ({ to: 'bob', text: `${index}` })), {
      list: true,
    });
    const list = await alice.reads('ok');
    expect(list).toEqual({ ok: 'list', conversations: 1 });
    const sent = alice.lines.flatMap((line) => ('sent' in line ? [line['sent']] : []));
    expect(sent).toEqual(Array.from({ length: 200 }, (_, index) => index + 2));
  });

  it('[GW16] makes groups, names everyone, tells who entered', async () => {
    const { port } = await open();
    const [bob, carol] = [await Person.arrive(port, 'bob'), await Person.arrive(port, 'carol')];
    const alice = await Person.arrive(port, 'alice');
    alice.type({ group: 'Lunch', with: ['bob', 'carol'] });
    const { created } = await alice.reads('created');
    expect(await bob.reads('event')).toMatchObject({
      event: 'entered',
      conversation: created,
      group: 'Lunch',
    });
    await carol.reads('event');
    alice.type({ conversation: created, text: '吃饭' });
    expect(await carol.reads('text')).toMatchObject({ from: 'alice', text: '吃饭', group: 'Lunch' });
    bob.type({ conversation: created, text: '好' });
    expect(await carol.reads('text')).toMatchObject({ from: 'bob', text: '好' });
  });

  it('[GW16] lists, counts what is unread, reads, and shows the past', async () => {
    const { port } = await open();
    const alice = await Person.arrive(port, 'alice');
    await Person.arrive(port, 'bob');
    alice.type({ to: 'bob', text: 'one' }, { to: 'bob', text: 'two' });
    await alice.reads('sent');
    await alice.reads('sent');
    const bob = await Person.connect(port);
    bob.type({ login: 'bob', dev: true }, { list: true });
    expect(await bob.reads('welcome')).toMatchObject({ welcome: 'bob', conversations: 1, unread: 2 });
    expect(await bob.reads('with')).toEqual({ conversation: 1, with: 'alice', unread: 2, head: 3 });
    bob.type({ history: 'alice', limit: 2 }, { read: 'alice' }, { list: true });
    expect(await bob.reads('text')).toMatchObject({ from: 'alice', text: 'one', seq: 2 });
    expect(await bob.reads('text')).toMatchObject({ from: 'alice', text: 'two', seq: 3 });
    expect(await bob.reads('ok')).toEqual({ ok: 'history', conversation: 1, entries: 2 });
    expect(await alice.reads('seen')).toEqual({ seen: 3, by: 'bob', conversation: 1 });
    bob.type({ list: true });
    await until(() => bob.lines.some((line) => line['with'] === 'alice' && line['unread'] === 0));
    bob.type({ typing: 'alice' });
    expect(await alice.reads('typing')).toEqual({ typing: 'bob', conversation: 1 });
  });

  it('[GW30] says transient messages to those who are there, and keeps none', async () => {
    const { port } = await open();
    const alice = await Person.arrive(port, 'alice');
    const bob = await Person.arrive(port, 'bob');
    alice.type({ to: 'bob', text: '👏', transient: true });
    expect(await bob.reads('transient')).toMatchObject({ from: 'alice', text: '👏', transient: true });
    alice.type({ history: 'bob' });
    expect(await alice.reads('ok')).toMatchObject({ ok: 'history', entries: 1 });
    const native = await NativeClient.open(port);
    native.send({
      case: 'hello',
      value: {
        version: 1,
        versionMin: 1,
        installation: 'installation-of-carol',
        auth: { case: 'dev', value: 'carol' },
        sync: {},
      },
    });
    await native.hears('syncResult');
    native.send({ case: 'request', value: { id: 1, ask: { case: 'createDirect', value: { user: 'bob' } } } });
    await native.hears('response');
    const will = { conversation: 2, text: 'carol is gone' };
    native.send({ case: 'request', value: { id: 2, ask: { case: 'setWill', value: will } } });
    await native.hears('response');
    native.link.socket.destroy();
    expect(await bob.reads('will')).toMatchObject({ from: 'carol', text: 'carol is gone', will: true });
  });

  it('[GW16] says what to do about a line it does not understand, and goes on', async () => {
    const { port } = await open();
    const person = await Person.connect(port);
    person.link.write('{"to":"bob","text":"too early"}\n');
    expect(await person.reads('error')).toMatchObject({ error: 'auth.required' });
    for (const line of [
      '{',
      '[]',
      '{}',
      '{"login":1}',
      '{"login":"alice"}',
      '{"register":"x"}',
      '{"text":"nobody"}',
    ]) {
      person.link.write(`${line}\n`);
      expect(await person.reads('error')).toMatchObject({ say: expect.stringContaining('{') });
    }
    person.type({ login: 'alice', dev: true });
    await person.reads('welcome');
    const wrong = [
      [{ to: 'nobody', text: 'x' }, 'user.not_found'],
      [{ to: 'alice', text: 'x' }, 'permission.self_conversation'],
      [{ conversation: 77, text: 'x' }, 'permission.not_member'],
      [{ history: 77 }, 'permission.not_member'],
      [{ to: 'bob' }, 'request.invalid'],
      [{ login: 'bob', dev: true }, 'request.invalid'],
    ] as const;
    for (const [line, error] of wrong) {
      person.type(line);
      expect(await person.reads('error')).toMatchObject({ error, say: expect.any(String) });
    }
    person.type({ help: true });
    expect((await person.reads('help'))['help']).toContain('{"to":"bob","text":"你好"}');
  });

  it('[GW16] registers, and refuses a wrong password with the reason', async () => {
    const { port } = await open({ isDevelopment: false });
    const alice = await Person.connect(port);
    alice.type({ register: 'alice', password: 'long enough' });
    expect(await alice.reads('welcome')).toMatchObject({ welcome: 'alice' });
    const thief = await Person.connect(port);
    thief.type({ login: 'alice', password: 'a guess, no more' });
    expect(await thief.reads('closed')).toMatchObject({ closed: 'auth.bad_credentials', code: 4202 });
    await until(() => thief.link.isEnded);
  });

  it('[GW16] answers what was asked before the input ended, as from a pipe', async () => {
    const { port } = await open();
    const bob = await Person.arrive(port, 'bob');
    const pipe = await TestSocket.open(port.port);
    pipe.socket.end('{"login":"alice","dev":true}\n{"to":"bob","text":"one"}\n{"to":"bob","text":"two"}');
    await until(() => pipe.isEnded);
    const answers = pipe.text
      .trim()
      .split('\n')
      .map((line) => Object.keys(JSON.parse(line) as object)[0]);
    expect(answers).not.toContain('closed');
    expect(answers.filter((answer) => answer === 'welcome' || answer === 'sent')).toEqual([
      'welcome',
      'sent',
      'sent',
    ]);
    await bob.reads('text');
    expect(await bob.reads('text')).toMatchObject({ text: 'two' });
  });

  it('[GW17] ends the sign-in with the connection, so that no devices are left behind', async () => {
    const { port, scene } = await open({ limits: { devicesPerUserMax: 3 } });
    for (let count = 0; count < 8; count++) {
      const alice = await Person.arrive(port, 'alice');
      if (count % 2 === 0) alice.link.socket.destroy();
      else alice.type({ bye: true });
      await until(() => scene.core.connectionsByGateway()['lines'] === undefined);
    }
  });

  it('[GW17] answers an id that was used for the same text with the same seq', async () => {
    const { port } = await open();
    const bob = await Person.arrive(port, 'bob');
    const installation = 'a-script-of-alice';
    const text = { to: 'bob', text: 'once', id: 1 };
    const alice = await Person.arrive(port, 'alice', { installation });
    alice.type(text);
    expect(await alice.reads('sent')).toMatchObject({ sent: 2, id: 1 });
    alice.link.socket.destroy();
    const again = await Person.arrive(port, 'alice', { installation });
    again.type(
      text,
      { ...text, text: 'something else' },
      { ...text, id: 4 },
      { to: 'bob', text: 'two', id: 2 },
    );
    expect(await again.reads('sent')).toMatchObject({ sent: 2, id: 1 });
    expect(await again.reads('error')).toMatchObject({ error: 'conflict.duplicate', id: 1 });
    expect(await again.reads('error')).toMatchObject({
      id: 4,
      say: 'The next id in this conversation is 2.',
    });
    expect(await again.reads('sent')).toMatchObject({ sent: 3, id: 2 });
    await bob.reads('text');
    expect(await bob.reads('text')).toMatchObject({ text: 'two', seq: 3 });
  });

  it('[GW18] needs no acknowledgements and no heartbeats', async () => {
    const { port, scene } = await open({ limits: { heartbeatIntervalMs: 100, heartbeatIntervalMaxMs: 100 } });
    const bob = await Person.arrive(port, 'bob');
    const alice = await Person.arrive(port, 'alice');
    alice.type({ to: 'bob', text: 'one' });
    await bob.reads('text');
    await until(() => scene.core.counters.pushesAcknowledged === 1);
    // The core's clock is the scene's: many silent intervals, each with a pulse of the gateway.
    for (let interval = 0; interval < 10; interval++) {
      await new Promise((resolve) => setTimeout(resolve, 120));
      scene.clock.advance(120);
    }
    alice.type({ to: 'bob', text: 'two' });
    expect(await bob.reads('text')).toMatchObject({ text: 'two' });
  });

  it('[GW15] speaks frames when the first line is a hello', async () => {
    const { port } = await open();
    const client = await TestSocket.open(port.port);
    const hello = {
      version: 1,
      versionMin: 1,
      installation: 'a-device-of-alice',
      auth: undefined,
      dev: 'alice',
      sync: {},
    };
    client.write(`${JSON.stringify({ hello })}\n`);
    await until(() => client.text.includes('"syncResult"'));
    expect(client.text.split('\n').map((line) => line.slice(0, 12))).toEqual([
      '{"welcome":{',
      '{"syncResult',
      '',
    ]);
    client.forget();
    client.write('\n');
    await until(() => client.text === '\n');
    client.write('{"nonsense\n');
    await until(() => client.isEnded);
    expect(client.text).toContain('{"close":{"code":4204');
  });

  it('[GW8] gives a stranger a small budget', async () => {
    const { port } = await open({ limits: { bytesBeforeSignInMax: 500 } });
    const stranger = await Person.connect(port);
    for (let count = 0; count < 200; count++) stranger.type({ help: true });
    await until(() => stranger.link.isEnded || stranger.link.isClosed);
  });

  it('[GW15] ends a connection whose line is too long or no UTF-8', async () => {
    const { port } = await open({ limits: { frameBytesMax: 1_000 } });
    const long = await Person.arrive(port, 'alice');
    long.type({ to: 'bob', text: 'x'.repeat(2_000) });
    expect(await long.reads('closed')).toMatchObject({ code: 4206 });
    const binary = await Person.arrive(port, 'bob');
    binary.link.write(Uint8Array.of(0x7b, 0xff, 0x0a));
    expect(await binary.reads('closed')).toMatchObject({ code: 4204 });
  });

  it('[GW12] survives any lines', async () => {
    const { port, scene } = await open();
    const canary = await Person.arrive(port, 'alice');
    const values = [
      '"x"',
      '-1',
      '1e300',
      '0',
      '1',
      'null',
      'true',
      '[]',
      '{}',
      '"\\ud800"',
      '["a"]',
      '9007199254740993',
    ];
    const names = [
      'login',
      'register',
      'to',
      'conversation',
      'group',
      'with',
      'read',
      'history',
      'typing',
      'list',
      'id',
      'text',
      'limit',
      'seq',
      'dev',
      'password',
      'hello',
    ];
    const fuzzer = await Person.arrive(port, 'fuzzer');
    for (const first of names) {
      for (const second of names) {
        for (const value of values) fuzzer.link.write(`{"${first}":${value},"${second}":${value}}\n`);
        await new Promise(setImmediate);
      }
    }
    canary.type({ list: true });
    await canary.reads('ok');
    fuzzer.link.socket.destroy();
    expect(port.bugs).toEqual([]);
    expect(scene.bugs).toEqual([]);
  });
});

async function open(options: CoreSceneOptions = {}): Promise<{ port: TestPort; scene: CoreScene }> {
  const scene = await CoreScene.open({
    limits: { sendsBurstMax: 10_000, requestsBurstMax: 10_000 },
    ...options,
  });
  return { scene, port: await openPort(scene.core) };
}
