import { decodeMessage, readContent } from '@skein/protocol';
import { CoreScene, FakeRecordStore, settle, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MqttClient } from '../../testing/mqtt-client.ts';
import { openPort, type TestPort, until } from '../../testing/test-port.ts';

const TOPICS = { prefix: 'topics', hasOwnTrees: true, hasFreeSpace: true };
const LIMITS = { topicInFlightMax: 4, sweepIntervalMs: 20 };

let scene: CoreScene;
let port: TestPort;
let ana: TestPeer;

beforeEach(async () => {
  scene = await CoreScene.open({ topics: TOPICS, limits: LIMITS });
  port = await openPort(scene.core);
  ana = await scene.arrive('ana');
  // Somebody who can be written to, and is not there.
  for (const name of ['ben', 'eve']) (await scene.arrive(name)).cut();
});
afterEach(() => {
  scene.throwBugs();
  if (port.bugs.length > 0) throw port.bugs[0];
});

describe('conversations over MQTT', () => {
  it('[MQ11] send to a user by their name, to a group by its number, and change what was sent', async () => {
    const ben = await MqttClient.connected(port, { username: 'ben' }, 5);
    ben.publish('ana', 'hello', { qos: 1, messageId: 1 });
    expect(await ben.hears('puback')).toMatchObject({ reasonCode: 0 });
    const [hello] = pushesTo(ana);
    const { conversation } = ana.last('membership').state ?? { conversation: 0 };
    expect(hello).toMatchObject({ text: 'hello' });
    ben.publish('inbox/ana/edit/2', 'hello!', { qos: 1, messageId: 2 });
    ben.publish('ana/react/2', '👍', { qos: 1, messageId: 3 });
    ben.publish(`g/${conversation}/recall/2`, '', { qos: 2, messageId: 4 });
    await until(() => ben.all('puback').length === 3 && ben.all('pubrec').length === 1);
    expect(ben.all('puback').map(({ reasonCode }) => reasonCode ?? 0)).toEqual([0, 0, 0]);
    expect(pushesTo(ana).map(({ kind }) => kind)).toEqual([1, 2, 4, 3]);
  });

  it('[MQ11] show typing and reading both ways', async () => {
    const ben = await MqttClient.connected(port, { username: 'ben' });
    await ben.subscribe('ben/#', 1);
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'are you there?');
    await until(() => ben.all('publish').some(({ topic }) => topic === 'ben'));
    ben.publish('ana/typing', '1');
    await until(() => ana.all('typing').length === 1);
    ben.publish('ana/read', '');
    await until(() => ana.all('marker').some(({ read }) => read === 2));
    ana.say({ case: 'typing', value: { conversation } });
    const typing = await ben.hears('publish', ({ topic }) => topic === 'ben/typing');
    expect(JSON.parse(String(typing.payload))).toMatchObject({ from: 'ana', conversation, stopped: false });
  });

  it('[MQ11] hear what may not be, in the words of each version', async () => {
    const ben = await MqttClient.connected(port, { username: 'ben' }, 5);
    const codes: [string, string, number][] = [
      ['nobody', 'x', 0x90],
      ['ben', 'x', 0x90],
      ['g/999', 'x', 0x87],
      ['ana/unknown', 'x', 0x87],
    ];
    for (const [at, [topic, text]] of codes.entries())
      ben.publish(topic, text, { qos: 1, messageId: at + 1 });
    await until(() => ben.all('puback').length === codes.length);
    expect(ben.all('puback').map(({ reasonCode }) => reasonCode)).toEqual(codes.map(([, , code]) => code));
    const older = await MqttClient.connected(port, { username: 'ben', clientId: 'older' });
    await older.subscribe('ben/#');
    older.publish('nobody', 'x', { qos: 1, messageId: 1 });
    await older.hears('puback');
    const refused = await older.hears('publish', ({ topic }) => topic === 'ben/refused');
    expect(JSON.parse(String(refused.payload))).toEqual({ topic: 'nobody', code: 'user.not_found' });
  });

  it.each(['ben', 'inbox/ben', 'inbox/#', 'inbox/+'])(
    '[MQ12] tell everything that is sent to whoever subscribes to %s',
    async (filter) => {
      const ben = await MqttClient.connected(port, { username: 'ben' }, 5);
      expect(await ben.subscribe(filter, 2)).toBe(2);
      await settle();
      const { conversation } = await ana.createDirect('ben');
      for (const text of ['one', 'two', 'three']) await ana.text(conversation, text);
      await until(() => ben.texts.includes('three'));
      const said = ben
        .all('publish')
        .filter(({ properties }) => properties.userProperties.kind === 'message');
      expect(said.map(({ payload, qos }) => [String(payload), qos])).toEqual([
        ['one', 2],
        ['two', 2],
        ['three', 2],
      ]);
      expect(said[0].properties.userProperties).toMatchObject({
        from: 'ana',
        seq: '2',
        n: '1',
        conversation: String(conversation),
      });
    },
  );

  it('[MQ12] show nobody the inbox of somebody else, behind no wildcard either', async () => {
    const eve = await MqttClient.connected(port, { username: 'eve' }, 5);
    for (const filter of [
      'ben',
      'ben/#',
      'inbox/ben',
      'inbox/ben/#',
      '$share/g/inbox/ben',
      '$share/g/ben',
      '$share/g/eve',
    ])
      expect(await eve.subscribe(filter)).toBe(0x87);
    for (const filter of ['#', '+', '+/+', '$share/g/#', 'inbox/#', 'inbox/+', 'g/1', 'g/2'])
      await eve.subscribe(filter);
    const ben = await MqttClient.connected(port, { username: 'ben' }, 5);
    await ben.subscribe('ben', 1);
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'secret');
    await until(() => ben.texts.includes('secret'));
    eve.say({ cmd: 'pingreq' });
    await eve.hears('pingresp');
    expect(eve.all('publish')).toEqual([]);
    const older = await MqttClient.connected(port, { username: 'eve', clientId: 'older' });
    expect(await older.subscribe('ben')).toBe(0x80);
  });

  it('[MQ12] tell of a group alone to whoever subscribes to it alone', async () => {
    const ben = await MqttClient.connected(port, { username: 'ben' }, 5);
    const { conversation } = await ana.createGroup(['ben']);
    const direct = await ana.createDirect('ben');
    await ben.subscribe(`g/${conversation}`, 1);
    await settle();
    await ana.text(direct.conversation, 'not this');
    await ana.text(conversation, 'this');
    await until(() => ben.texts.length > 0);
    expect(ben.all('publish').map(({ topic, payload }) => [topic, String(payload)])).toEqual([
      [`g/${conversation}`, 'this'],
    ]);
  });

  it('[MQ13] say in a JSON object what MQTT 3.1.1 has no properties for', async () => {
    const ben = await MqttClient.connected(port, { username: 'ben' });
    await ben.subscribe('ben', 1);
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, '你好');
    await until(() => ben.texts.some((text) => text.includes('你好')));
    expect(JSON.parse(ben.texts.at(-1) ?? '')).toMatchObject({
      from: 'ana',
      seq: 2,
      n: 1,
      conversation,
      kind: 'message',
      text: '你好',
    });
  });

  it('[MQ14] are sent to once, by the key that was named or by the packet that comes again', async () => {
    const named = await MqttClient.connected(port, { username: 'ben' }, 5);
    const properties = { userProperties: { key: 'order-66' } };
    named.publish('ana', 'once', { qos: 1, messageId: 1, properties });
    named.publish('ana', 'once', { qos: 1, messageId: 2, properties });
    await until(() => named.all('puback').length === 2);
    const kept = { username: 'ben', clientId: 'kept', clean: false };
    const first = await MqttClient.connected(port, kept);
    for (const qos of [1, 2]) first.publish('ana', `qos ${qos}`, { qos, messageId: qos });
    await until(() => first.all('puback').length + first.all('pubrec').length === 2);
    first.link.socket.destroy();
    const again = await MqttClient.connected(port, kept);
    for (const qos of [1, 2]) again.publish('ana', `qos ${qos}`, { qos, messageId: qos, dup: true });
    again.publish('ana', 'qos 1', { qos: 1, messageId: 3 });
    await until(() => again.all('puback').length === 2 && again.all('pubrec').length === 1);
    expect(pushesTo(ana).map(({ text }) => text)).toEqual(['once', 'qos 1', 'qos 2', 'qos 1']);
  });

  it('[MQ15] go on where a session left off, in order, each entry once', async () => {
    const kept = { username: 'ben', clientId: 'kept', clean: false };
    const first = await MqttClient.connected(port, kept);
    await first.subscribe('ben', 2);
    await settle();
    const { conversation } = await ana.createDirect('ben');
    await until(() => first.all('publish').length === 1);
    acknowledge(first);
    for (let at = 1; at <= 30; at++) await ana.text(conversation, String(at));
    await until(() => first.all('publish').length === 5);
    first.link.socket.destroy();
    const seen = new Map<number, number>();
    for (let round = 0; round < 12 && seen.size < 30; round++) {
      const again = await MqttClient.connected(port, kept);
      await until(() => again.all('publish').length > 0);
      for (const { payload, messageId } of again.all('publish').slice(0, 3)) {
        const { seq } = JSON.parse(String(payload));
        seen.set(seq, (seen.get(seq) ?? 0) + 1);
        again.say({ cmd: 'pubrec', messageId });
        await again.hears('pubrel', (packet) => packet.messageId === messageId);
        again.say({ cmd: 'pubcomp', messageId });
      }
      again.say({ cmd: 'pingreq' });
      await again.hears('pingresp');
      again.link.socket.destroy();
    }
    expect([...seen.keys()]).toEqual(Array.from({ length: 30 }, (_, at) => at + 2));
    expect(Math.max(...seen.values())).toBe(1);
  });

  it('[TP10, TP15, MQ14] go on behind a kill in the middle of QoS 2: the session is there, nothing is sent twice', async () => {
    const kept = {
      username: 'ben',
      clientId: 'kept',
      clean: false,
      properties: { sessionExpiryInterval: 60 },
    };
    const first = await MqttClient.connected(port, kept, 5);
    await first.subscribe('topics/#', 1);
    for (const [at, topic] of ['ana', 'topics/x', 'ana', 'topics/x'].entries())
      first.publish(topic, `number ${at}`, { qos: 2, messageId: at + 1 });
    await until(() => first.all('pubrec').length === 4 && first.all('publish').length === 2);

    const killed = scene;
    const records = new FakeRecordStore();
    for (const [space, kept] of killed.records.spaces) records.spaces.set(space, new Map(kept));
    const { store, directory } = killed;
    scene = await CoreScene.open({ store, directory, records, seed: 2, topics: TOPICS, limits: LIMITS });
    port = await openPort(scene.core);
    const again = await MqttClient.connected(port, kept, 5);
    expect(again.all('connack')).toMatchObject([{ sessionPresent: true }]);
    // PUBREC of 1 and 2 arrived, that of 3 and 4 did not.
    for (const messageId of [1, 2]) again.say({ cmd: 'pubrel', messageId });
    // There are clients that forget DUP.
    again.publish('ana', 'number 2', { qos: 2, messageId: 3, dup: false });
    again.publish('topics/x', 'number 3', { qos: 2, messageId: 4, dup: true });
    await until(() => again.all('pubrec').length === 2);
    for (const messageId of [3, 4]) again.say({ cmd: 'pubrel', messageId });
    await until(() => again.all('pubcomp').length === 4);
    expect(again.all('pubcomp').map(({ reasonCode }) => reasonCode ?? 0)).toEqual([0, 0, 0, 0]);
    // What was not acknowledged comes again; the values that were sent again do not come as new ones.
    expect(again.texts).toEqual(['number 1', 'number 3']);
    again.publish('ana', 'number 2', { qos: 2, messageId: 3 });
    await until(() => again.all('pubrec').length === 3);
    const later = await scene.arrive('ana');
    const entries = later.last('syncResult').changed.flatMap((state) => state.entries);
    const said = entries.filter(({ kind }) => kind !== 5).map(({ body }) => textOf(body));
    expect(said).toEqual(['number 0', 'number 2', 'number 2']);
  });

  it('[MQ15] wait for the name of somebody new without holding up what brings it', async () => {
    const kept = { username: 'ben', clientId: 'kept', clean: false };
    const first = await MqttClient.connected(port, kept);
    await first.subscribe('ben', 1);
    const { conversation } = await ana.createGroup(['ben', 'eve']);
    await until(() => first.all('publish').length === 1);
    acknowledge(first);
    first.link.socket.destroy();
    const again = await MqttClient.connected(port, kept);
    const eve = await scene.arrive('eve');
    await eve.text(conversation, 'hello');
    await again.hears('publish', ({ payload }) => String(payload).includes('hello'));
  });

  it('[MQ17] hear the will of a client that is lost, not of one that says goodbye', async () => {
    const will = { topic: 'ana', payload: Buffer.from('gone'), qos: 1, retain: false };
    const polite = await MqttClient.connected(port, { username: 'ben', will });
    polite.say({ cmd: 'disconnect' });
    await polite.isEnded();
    const lost = await MqttClient.connected(port, { username: 'ben', will });
    lost.link.socket.destroy();
    await until(() => ana.all('transient').length > 0);
    expect(ana.all('transient')).toMatchObject([{ text: 'gone', will: true }]);
    const refused = await MqttClient.open(port, 5);
    refused.connect({ username: 'ben', will: { ...will, topic: 'nobody' } });
    expect(await refused.hears('connack')).toMatchObject({ reasonCode: 0x90 });
  });

  it('[MQ16] move the delivered marker when the client has acknowledged, not before', async () => {
    const ben = await MqttClient.connected(port, { username: 'ben' }, 5);
    await ben.subscribe('ben', 1);
    await settle();
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    await until(() => ben.texts.includes('hello'));
    expect(ana.all('marker').filter(({ delivered }) => delivered === 2)).toEqual([]);
    acknowledge(ben);
    await until(() => ana.all('marker').some(({ delivered }) => delivered === 2));
  });
});

/** What was sent to somebody, without what the server says of itself. */
function pushesTo(peer: TestPeer): { readonly kind: number; readonly text: string | undefined }[] {
  return peer
    .all('push')
    .filter(({ kind }) => kind !== 5)
    .map(({ kind, body }) => ({ kind, text: kind === 1 ? textOf(body) : undefined }));
}

function textOf(body: Uint8Array): string | undefined {
  const { of } = decodeMessage(readContent, body);
  return of?.case === 'text' ? of.value : undefined;
}

function acknowledge(client: MqttClient): void {
  for (const { qos, messageId } of client.all('publish')) {
    client.say({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId });
    if (qos === 2) client.say({ cmd: 'pubcomp', messageId });
  }
}
