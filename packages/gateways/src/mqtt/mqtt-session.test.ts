import { CoreScene } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MqttClient } from '../testing/mqtt-client.ts';
import { openPort, type TestPort, TestSocket, until } from '../testing/test-port.ts';
import { WebSocketClient } from '../testing/web-socket-client.ts';

const FREE = { prefix: 'topics', hasOwnTrees: true, hasFreeSpace: true };
const LIMITS = { topicInFlightMax: 4, frameBytesMax: 4_096, sweepIntervalMs: 20 };

let scene: CoreScene;
let port: TestPort;

beforeEach(async () => {
  scene = await CoreScene.open({ topics: FREE, limits: LIMITS });
  port = await openPort(scene.core);
});
afterEach(() => {
  scene.throwBugs();
  if (port.bugs.length > 0) throw port.bugs[0];
});

describe('MQTT connections', () => {
  it('[MQ6] take the same name and password as everywhere, and say which it was in each version', async () => {
    await scene.core.createUser('alice', 'a good password');
    for (const [version, code] of [
      [4, 4],
      [5, 0x86],
    ] as const) {
      const right = await MqttClient.open(port, version);
      right.connect({ username: 'alice', password: Buffer.from('a good password') });
      expect(await right.hears('connack')).toMatchObject(
        version === 4 ? { returnCode: 0 } : { reasonCode: 0 },
      );
      const wrong = await MqttClient.open(port, version);
      wrong.connect({ username: 'alice', password: Buffer.from('a bad password') });
      expect(await wrong.hears('connack')).toMatchObject(
        version === 4 ? { returnCode: code } : { reasonCode: code },
      );
      await wrong.isEnded();
    }
  });

  it('[MQ6] take an access token of the installation that the client identifier names', async () => {
    const installation = 'installation-of-alice';
    const native = await scene.arrive('alice', { installation });
    const token = native.last('welcome').tokens?.accessToken ?? '';
    const alice = { username: 'alice', password: Buffer.from(token) };
    await MqttClient.connected(port, { ...alice, clientId: installation });
    for (const options of [
      { ...alice, clientId: 'another-installation-of-hers' },
      { ...alice, username: 'bob', clientId: installation },
    ]) {
      const client = await MqttClient.open(port);
      client.connect(options);
      expect(await client.hears('connack')).toMatchObject({ returnCode: 4 });
    }
  });

  it('[MQ6] serve nobody in particular under the test flag alone', async () => {
    await MqttClient.connected(port, {});
    const nameless = await MqttClient.open(port);
    // A user name of no characters; the client's codec would leave it out.
    nameless.link.socket.write(Buffer.from('100f00044d5154540482003c0001610000', 'hex'));
    expect(await nameless.hears('connack')).toMatchObject({ returnCode: 0 });
    const strict = await openPort((await CoreScene.open()).core);
    for (const [version, code] of [
      [4, { returnCode: 5 }],
      [5, { reasonCode: 0x87 }],
    ] as const) {
      const client = await MqttClient.open(strict, version);
      client.connect({});
      expect(await client.hears('connack')).toMatchObject(code);
    }
  });

  it('[MQ7] make the same client the same device, and name whoever has no name', async () => {
    for (let time = 0; time < 3; time++) {
      const client = await MqttClient.connected(port, { username: 'alice', clientId: 'thermometer' });
      client.say({ cmd: 'disconnect' });
      await client.isEnded();
    }
    expect(scene.directory.devices).toHaveLength(1);
    const nameless = await MqttClient.open(port, 5);
    nameless.connect({ clientId: '' });
    expect((await nameless.hears('connack')).properties.assignedClientIdentifier).toMatch(
      /^mqtt-[0-9a-f]{30}$/,
    );
    const kept = await TestSocket.open(port.port);
    kept.write(Buffer.from('100c00044d5154540400003c0000', 'hex'));
    await until(() => kept.isEnded);
    expect(kept.received.toString('hex')).toBe('20020002');
  });

  it('[MQ2] answer nothing but CONNECT first, and CONNECT once', async () => {
    const early = new WebSocketClient(port, { path: '/mqtt', subprotocol: 'mqtt' });
    await until(() => early.webSocket.readyState === 1);
    early.webSocket.send(Buffer.from('c000', 'hex'));
    await until(() => early.closed !== null);
    expect(early.messages).toEqual([]);
    const second = await MqttClient.connected(port, {}, 5);
    second.connect({});
    expect(await second.hears('disconnect')).toMatchObject({ reasonCode: 0x82 });
    await second.isEnded();
    const older = await MqttClient.connected(port, { clientId: 'older' });
    older.connect({});
    await older.isEnded();
    expect(older.all('disconnect')).toEqual([]);
  });

  it('[MQ2] hear of an unknown version in the words of 3.1.1', async () => {
    const client = await TestSocket.open(port.port);
    client.write(Buffer.from('100e00064d514973647003020000 0000'.replaceAll(' ', ''), 'hex'));
    await until(() => client.isEnded);
    expect(client.received.toString('hex')).toBe('20020001');
  });

  it('[MQ3] are told the size of packets, and ended with one that is larger', async () => {
    const client = await MqttClient.open(port, 5);
    client.connect({});
    expect((await client.hears('connack')).properties).toMatchObject({
      maximumPacketSize: 4_096,
      receiveMaximum: 4,
    });
    client.publish('x', 'y'.repeat(5_000));
    expect(await client.hears('disconnect')).toMatchObject({ reasonCode: 0x95 });
    const stranger = await TestSocket.open(port.port);
    stranger.write(Buffer.from('10ffff03', 'hex'));
    await until(() => stranger.isClosed || stranger.isEnded);
  });

  it('[MQ3] are not sent values that are larger than they take', async () => {
    const small = await MqttClient.connected(port, { properties: { maximumPacketSize: 50 } }, 5);
    await small.subscribe('#', 1);
    const sender = await MqttClient.connected(port, { clientId: 'sender' });
    sender.publish('x', 'y'.repeat(60), { qos: 1, messageId: 1 });
    sender.publish('x', 'small', { qos: 1, messageId: 2 });
    await until(() => small.texts.length > 0);
    expect(small.texts).toEqual(['small']);
  });

  it('[MQ8] end after one and a half keep-alive intervals of silence, with their will', async () => {
    const watcher = await MqttClient.connected(port, { clientId: 'watcher', keepalive: 0 });
    await watcher.subscribe('state');
    const will = { topic: 'state', payload: Buffer.from('gone'), qos: 1, retain: false };
    const startMs = performance.now();
    const client = await MqttClient.connected(port, { keepalive: 1, will }, 5);
    expect(await client.hears('disconnect')).toMatchObject({ reasonCode: 0x8d });
    expect(performance.now() - startMs).toBeGreaterThan(1_450);
    await until(() => watcher.texts.length === 1);
    watcher.say({ cmd: 'pingreq' });
    await watcher.hears('pingresp');
  });

  it('[MQ8] are told a shorter interval where theirs is too long', async () => {
    const client = await MqttClient.open(port, 5);
    client.connect({ username: 'alice', keepalive: 3_600 });
    expect((await client.hears('connack')).properties).toMatchObject({ serverKeepAlive: 600 });
  });

  it('[MQ9] may travel in WebSocket messages, cut anywhere, and not as text', async () => {
    const client = new WebSocketClient(port, { path: '/mqtt', subprotocol: 'mqtt' });
    await until(() => client.webSocket.readyState === 1);
    const bytes = Buffer.from('100d00044d5154540402003c000161c000', 'hex');
    for (const byte of bytes) client.webSocket.send(Buffer.of(byte));
    await until(() => client.bytes.toString('hex') === '20020000d000');
    client.webSocket.send('text');
    await until(() => client.closed !== null);
    const other = new WebSocketClient(port, { path: '/mqtt', subprotocol: 'other' });
    await until(() => other.refusedWith !== null);
  });

  it('[MQ10] hear why a topic is not theirs, in MQTT 5; in 3.1.1 the value is passed over', async () => {
    const client = await MqttClient.connected(port, { username: 'alice' }, 5);
    expect(await client.subscribe('bob/#')).toBe(0x87);
    // A filter, and of more levels than are taken.
    expect(await client.subscribe(`topics/${'a/'.repeat(200)}`)).toBe(0x8f);
    client.publish('bob/x', 'y', { qos: 1, messageId: 7 });
    expect(await client.hears('puback')).toMatchObject({ reasonCode: 0x87, messageId: 7 });
    const older = await MqttClient.connected(port, { username: 'alice', clientId: 'older' });
    expect(await older.subscribe('bob/#')).toBe(0x80);
    older.publish('bob/x', 'y', { qos: 2, messageId: 7 });
    await older.hears('pubrec');
  });

  it('[MQ10] end with the reason when the server stops', async () => {
    const client = await MqttClient.connected(port, { username: 'alice' }, 5);
    void scene.core.drain();
    expect(await client.hears('disconnect')).toMatchObject({ reasonCode: 0x8b });
  });
});

describe('MQTT values', () => {
  it.each([
    ['a topic of somebody else', 'bob/x'],
    ['a conversation with nobody', 'nobody'],
  ])('[MQ10] are new under the identifier of one that was refused, for %s', async (_why, topic) => {
    const options = { username: 'alice', properties: { sessionExpiryInterval: 60 } };
    const client = await MqttClient.connected(port, options, 5);
    await client.subscribe('topics/x', 0);
    const once = { qos: 2, messageId: 7 };
    client.publish(topic, 'refused', once);
    await until(() => client.all('pubrec').length === 1);
    // [MQTT-4.3.3-9] Also where it comes again as the same.
    client.publish('topics/x', 'new', { ...once, dup: true });
    await until(() => client.all('pubrec').length === 2);
    expect(client.all('pubrec').map(({ reasonCode }) => reasonCode >= 0x80)).toEqual([true, false]);
    client.say({ cmd: 'pubrel', messageId: 7 });
    expect(await client.hears('pubcomp')).toMatchObject({ messageId: 7 });
    expect(client.texts).toEqual(['new']);
  });

  it.each([4, 5] as const)('[MQ4, MQ5] travel with every QoS, in version %i', async (version) => {
    const listener = await MqttClient.connected(port, { clientId: 'listener' }, version);
    await listener.subscribe('a/#', 2);
    const sender = await MqttClient.connected(port, { clientId: 'sender' }, version);
    sender.publish('a/0', 'zero');
    sender.publish('a/1', 'one', { qos: 1, messageId: 1 });
    sender.publish('a/2', 'two', { qos: 2, messageId: 2 });
    await sender.hears('puback');
    await sender.hears('pubrec');
    sender.say({ cmd: 'pubrel', messageId: 2 });
    await sender.hears('pubcomp');
    await until(() => listener.texts.length === 3);
    expect(listener.all('publish').map(({ topic, qos, dup, retain }) => [topic, qos, dup, retain])).toEqual([
      ['a/0', 0, false, false],
      ['a/1', 1, false, false],
      ['a/2', 2, false, false],
    ]);
    const [, , two] = listener.all('publish');
    listener.say({ cmd: 'pubrec', messageId: two.messageId });
    await listener.hears('pubrel');
    listener.say({ cmd: 'pubcomp', messageId: two.messageId });
    sender.say({ cmd: 'pubrel', messageId: 2 });
    await until(() => sender.all('pubcomp').length === 2);
  });

  it('[MQ4] reach many subscribers in one form per version, with the identifiers of each', async () => {
    const listeners = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        MqttClient.connected(port, { clientId: `l${at}` }, at % 2 === 0 ? 4 : 5),
      ),
    );
    for (const [at, listener] of listeners.entries()) {
      for (let n = 0; n < at; n++) await listener.subscribe('warm/up', 1);
      await listener.subscribe('a/b', 1);
    }
    const sender = await MqttClient.connected(port, { clientId: 'sender' }, 5);
    const properties = {
      contentType: 'text/plain',
      userProperties: { a: '1' },
      responseTopic: 'r',
      correlationData: Buffer.from([1, 2]),
    };
    sender.publish('warm/up', 'w', { qos: 1, messageId: 1 });
    sender.publish('a/b', 'value', { qos: 1, messageId: 2, properties });
    await until(() => listeners.every(({ texts }) => texts.includes('value')));
    for (const listener of listeners) {
      const [value] = listener.all('publish').filter(({ topic }) => topic === 'a/b');
      expect(value).toMatchObject({ qos: 1, messageId: listener === listeners[0] ? 1 : 2 });
      expect(value.properties ?? properties).toMatchObject(properties);
      expect(value.properties === undefined).toBe(listener.version === 4);
    }
  });

  it('[MQ4] use aliases in both directions where the other side takes them', async () => {
    const listener = await MqttClient.connected(
      port,
      { clientId: 'l', properties: { topicAliasMaximum: 1 } },
      5,
    );
    await listener.subscribe('#', 1);
    const sender = await MqttClient.connected(port, { clientId: 's' }, 5);
    sender.publish('a/b', '1', { properties: { topicAlias: 9 } });
    sender.publish('', '2', { qos: 1, messageId: 1, properties: { topicAlias: 9 } });
    sender.publish('a/c', '3', { properties: { topicAlias: 9 } });
    await until(() => listener.texts.length === 3);
    const told = listener.all('publish').map(({ topic, properties }) => [topic, properties?.topicAlias]);
    expect(told).toEqual([
      ['a/b', 1],
      ['', 1],
      ['a/c', undefined],
    ]);
    sender.publish('', '4', { properties: { topicAlias: 10 } });
    expect(await sender.hears('disconnect')).toMatchObject({ reasonCode: 0x82 });
    const other = await MqttClient.connected(port, { clientId: 'o' }, 5);
    other.publish('x', '5', { properties: { topicAlias: 65 } });
    expect(await other.hears('disconnect')).toMatchObject({ reasonCode: 0x94 });
  });

  it('[MQ5] are acknowledged in order, when they are durable, and not before', async () => {
    const kept = await MqttClient.connected(port, { clientId: 'kept', clean: false });
    await kept.subscribe('stored', 1);
    const sender = await MqttClient.connected(port, { clientId: 'sender' });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    scene.records.before = () => held;
    sender.publish('stored', '1', { qos: 1, messageId: 1 });
    sender.publish('fleeting', '2', { qos: 1, messageId: 2 });
    sender.say({ cmd: 'pingreq' });
    await sender.hears('pingresp');
    expect(sender.all('puback')).toEqual([]);
    release();
    await until(() => sender.all('puback').length === 2);
    expect(sender.all('puback').map(({ messageId }) => messageId)).toEqual([1, 2]);
  });

  it('[MQ5] are as many at once as was said', async () => {
    const client = await MqttClient.connected(port, {}, 5);
    for (let id = 1; id <= 5; id++) client.publish('x', 'y', { qos: 2, messageId: id });
    expect(await client.hears('disconnect')).toMatchObject({ reasonCode: 0x93 });
    const older = await MqttClient.connected(port, { clientId: 'older' });
    for (let id = 1; id <= 50; id++) older.publish('x', 'y', { qos: 2, messageId: id });
    await until(() => older.all('pubrec').length === 50);
  });

  it('[MQ5] tell that nobody wanted them, in MQTT 5', async () => {
    const client = await MqttClient.connected(port, {}, 5);
    client.publish('x', 'y', { qos: 1, messageId: 1 });
    expect(await client.hears('puback')).toMatchObject({ reasonCode: 0x10 });
    client.say({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['never'] });
    expect(await client.hears('unsuback')).toMatchObject({ granted: [0x11] });
    client.say({ cmd: 'pubrel', messageId: 77 });
    expect(await client.hears('pubcomp')).toMatchObject({ reasonCode: 0x92 });
  });
});
