import { CoreScene } from '@skein/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { MqttClient } from '../../testing/mqtt-client.ts';
import { openPort, type TestPort, until } from '../../testing/test-port.ts';
import { installationOf } from '../connect-steps.ts';

const KEPT = { clean: false, properties: { sessionExpiryInterval: 60 } };

async function open(
  limits = {},
): Promise<{ scene: CoreScene; port: TestPort; isAlone: () => Promise<boolean> }> {
  const scene = await CoreScene.open({ limits: { sweepIntervalMs: 20, ...limits } });
  const port = await openPort(scene.core, { clock: scene.clock });
  onTestFinished(() => scene.throwBugs());
  const isAlone = async (): Promise<boolean> => {
    const ana = scene.core.users.byId('ana');
    return ana !== undefined && (await scene.directory.listDevices(ana.number)).length === 0;
  };
  return { scene, port, isAlone };
}

it.each([
  ['says goodbye', (client: MqttClient) => client.say({ cmd: 'disconnect' })],
  ['is lost', (client: MqttClient) => client.link.socket.destroy()],
])('[MQ18] signs a client without a kept session out when it %s', async (_how, end) => {
  const { port, isAlone } = await open({ devicesPerUserMax: 1 });
  for (const [clientId, version] of [
    ['mqttjs_1a2b3c4d', 4],
    ['', 5],
    ['always-the-same-one', 5],
    ['always-the-same-one', 5],
  ] as const) {
    const client = await MqttClient.connected(port, { username: 'ana', clientId }, version);
    expect(await isAlone()).toBe(false);
    end(client);
    await untilAsync(isAlone);
  }
});

it('[MQ18] keeps the device of a client whose session is kept, or that goes on elsewhere', async () => {
  const { scene, port, isAlone } = await open();
  const kept = await MqttClient.connected(port, { username: 'ana', clientId: 'kept', ...KEPT }, 5);
  kept.say({ cmd: 'disconnect' });
  await kept.isEnded();
  const first = await MqttClient.connected(port, { username: 'ben', clientId: 'ben' }, 5);
  const second = await MqttClient.connected(port, { username: 'ben', clientId: 'ben' }, 5);
  await first.isEnded();
  expect(await second.subscribe('topics/x')).toBe(0);
  expect(await isAlone()).toBe(false);
  expect(scene.directory.devices).toHaveLength(2);
});

it('[MQ18] lets a client back in that comes while it is still being signed out', async () => {
  const { port } = await open();
  for (let times = 0; times < 5; times++) {
    const client = await MqttClient.connected(port, { username: 'ana' }, 5);
    client.say({ cmd: 'disconnect' });
  }
});

it('[MQ18] lets a client that was cut off for what it said back in when it is signed out, not before', async () => {
  const { scene, port } = await open();
  const client = await MqttClient.connected(port, { username: 'ana', clientId: 'careless' }, 5);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  scene.directory.before = (call) => (call === 'endSessions' ? released : undefined);
  // A packet of type 0, which there is none of.
  client.link.socket.write(Buffer.of(0, 0));
  await client.isEnded();
  let isBack = false;
  const again = MqttClient.connected(port, { username: 'ana', clientId: 'careless' }, 5).then((back) => {
    isBack = true;
    return back;
  });
  // Others who come after it are in: it is not the server that is slow.
  for (const username of ['ben', 'cleo']) await MqttClient.connected(port, { username }, 5);
  expect(isBack).toBe(false);
  release();
  expect(await (await again).subscribe('topics/x')).toBe(0);
});

it('[MQ18] signs clients without a kept session out at the next start where the server was killed', async () => {
  const { scene, port } = await open();
  await MqttClient.connected(port, { username: 'ana', clientId: 'mqttjs_1a2b3c4d' }, 5);
  await MqttClient.connected(port, { username: 'ana', clientId: 'kept', ...KEPT }, 5);
  // It was let in for one connection first, and stays.
  await MqttClient.connected(port, { username: 'ana', clientId: 'changed' }, 5);
  await MqttClient.connected(port, { username: 'ana', clientId: 'changed', ...KEPT }, 5);
  const { store, directory, records, clock } = scene;
  const next = await CoreScene.open({ store, directory, records, clock });
  const ana = next.core.users.byId('ana');
  if (ana === undefined) throw new Error('ana is gone');
  const left = await next.directory.listDevices(ana.number);
  expect(left.map(({ installation }) => installation).toSorted()).toEqual(
    ['changed', 'kept'].map(installationOf).toSorted(),
  );
});

it('[AC21] signs a client out whose session ends while it is away, also where the server was restarted', async () => {
  const { scene, port } = await open();
  const client = await MqttClient.connected(port, { username: 'ana', clientId: 'kept', ...KEPT }, 5);
  await cut(scene, client);
  await scene.clock.advanceSettled(59_000);
  expect(scene.directory.sessions.size).toBe(1);
  const { store, directory, records, clock, limits } = scene;
  await CoreScene.open({ store, directory, records, clock, limits });
  await scene.clock.advanceSettled(2_000);
  await until(() => scene.directory.sessions.size === 0);
});

it('[AC21] leaves the device to whoever signed in to it since', async () => {
  const { scene, port } = await open();
  const installation = 'installation-of-ana';
  const client = await MqttClient.connected(port, { username: 'ana', clientId: installation, ...KEPT }, 5);
  await cut(scene, client);
  await scene.clock.advanceSettled(1_000);
  (await scene.arrive('ana', { installation })).cut();
  await scene.clock.advanceSettled(70_000);
  expect(scene.core.topics.sessions.count).toBe(0);
  expect(scene.directory.sessions.size).toBe(1);
});

it('[MQ18] signs a client out that is refused, unless it has a session of before', async () => {
  const { scene, port } = await open();
  const options = { username: 'ana', clientId: 'kept', ...KEPT };
  const isRefused = async (): Promise<void> => {
    const client = await MqttClient.open(port, 5);
    client.connect({ ...options, will: { topic: 'forbidden/x', payload: 'x', qos: 0, retain: false } });
    expect(await client.hears('connack')).toMatchObject({ reasonCode: 0x87 });
    await client.isEnded();
  };
  await isRefused();
  await until(() => scene.directory.sessions.size === 0);
  await cut(scene, await MqttClient.connected(port, options, 5));
  await isRefused();
  await until(() => scene.core.connectionCount === 0);
  expect(scene.directory.sessions.size).toBe(1);
});

it('[MQ18] leaves the device alone whose token a client came with', async () => {
  const { scene, port, isAlone } = await open();
  const installation = 'installation-of-ana';
  const native = await scene.arrive('ana', { installation });
  const password = Buffer.from(native.last('welcome').tokens?.accessToken ?? '');
  const client = await MqttClient.connected(port, { username: 'ana', password, clientId: installation });
  client.say({ cmd: 'disconnect' });
  await client.isEnded();
  expect(await isAlone()).toBe(false);
  expect(native.closed).toBeNull();
});

it('[MQ19] outlives the token that it was given', async () => {
  const { scene, port } = await open({ accessTokenMs: 120_000, sweepIntervalMs: 1_000 });
  const client = await MqttClient.connected(port, { username: 'ana', keepalive: 0 }, 5);
  for (let second = 0; second < 300; second++) {
    scene.clock.advance(1_000);
    await new Promise(setImmediate);
  }
  expect(await client.subscribe('topics/x')).toBe(0);
});

/** It is away, and the server knows. */
async function cut(scene: CoreScene, client: MqttClient): Promise<void> {
  client.link.socket.destroy();
  await until(() => scene.core.connectionCount === 0);
}

async function untilAsync(isSo: () => Promise<boolean>): Promise<void> {
  let known = false;
  await until(() => {
    void isSo().then((so) => {
      known ||= so;
    });
    return known;
  });
}
