import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describeNeeding, pathOf } from '@skein/needs';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SkeinProcess, temporaryFolder } from './testing/server-process.ts';

const SEEN_MS_MAX = 10_000;
const FLAGS = ['--port', '0', '--development', '--testing-echo'];
// Where Debian puts the module; another Python may stand before it in the path.
const PYTHON = '/usr/bin/python3';

let folder: ReturnType<typeof temporaryFolder>;
let server: SkeinProcess;
let port: number;

beforeAll(async () => {
  folder = temporaryFolder();
  server = new SkeinProcess({ folder: folder.path, args: FLAGS });
  ({ port } = await server.ready());
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

it('[HT1, MQ13] sends by HTTP what is received by MQTT', async () => {
  const rpc = async (procedure: string, ask: object, token = ''): Promise<Record<string, unknown>> => {
    const response = await fetch(`http://127.0.0.1:${port}/rpc/skein.v1.${procedure}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(ask),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  };
  const registration = { user: 'orlando', password: 'as you like it' };
  const { tokens } = await rpc('Accounts/SignIn', { registration });
  const { accessToken } = tokens as { accessToken: string };
  await using oliver = await Listener.connect(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 5,
    username: 'oliver',
  });
  await oliver.client.subscribeAsync('oliver', { qos: 1 });
  const { conversation } = await rpc('Conversations/CreateDirect', { user: 'oliver' }, accessToken);
  await rpc('Messages/Send', { conversation, text: '兄弟' }, accessToken);
  await oliver.sees(2);
  expect(oliver.heard.at(-1)).toBe('兄弟');
});

describe.each([4, 5] as const)('MQTT.js in version %i', (protocolVersion) => {
  it.each(['mqtt', 'ws'] as const)('publishes and subscribes with every QoS over %s', async (scheme) => {
    const url = scheme === 'ws' ? `ws://127.0.0.1:${port}/mqtt` : `mqtt://127.0.0.1:${port}`;
    await using listener = await Listener.connect(url, { protocolVersion, username: 'celia' });
    const topic = `topics/${scheme}/${protocolVersion}`;
    await listener.client.subscribeAsync(`${topic}/#`, { qos: 2 });
    await using sender = await Listener.connect(url, { protocolVersion, username: 'rosalind' });
    for (const qos of [0, 1, 2] as const)
      await sender.client.publishAsync(`${topic}/x`, `qos ${qos}`, { qos });
    await listener.sees(3);
    expect(listener.heard).toEqual(['qos 0', 'qos 1', 'qos 2']);
  });

  it('comes back to what was published while it was away', async () => {
    const url = `mqtt://127.0.0.1:${port}`;
    const options = {
      protocolVersion,
      username: 'celia',
      clientId: `away-${protocolVersion}`,
      clean: false,
      ...(protocolVersion === 5 ? { properties: { sessionExpiryInterval: 600 } } : {}),
    };
    {
      await using first = await Listener.connect(url, options);
      await first.client.subscribeAsync(`topics/away/${protocolVersion}`, { qos: 1 });
    }
    await using sender = await Listener.connect(url, { protocolVersion, username: 'rosalind' });
    for (const text of ['1', '2', '3']) {
      await sender.client.publishAsync(`topics/away/${protocolVersion}`, text, { qos: 1 });
    }
    await using again = await Listener.connect(url, options);
    await again.sees(3);
    expect(again.heard).toEqual(['1', '2', '3']);
  });
});

describeNeeding('mosquitto_pub', 'the clients of Mosquitto', () => {
  it.each(['mqttv311', 'mqttv5'])(
    'publish and subscribe, retained values included, in %s',
    async (version) => {
      const topic = `topics/mosquitto/${version}`;
      expect(mosquitto('pub', ['-V', version, '-t', topic, '-m', 'kept', '-q', '2', '-r']).status).toBe(0);
      const read = mosquitto('sub', ['-V', version, '-t', topic, '-C', '1', '-q', '1', '-F', '%r %p']);
      expect(read.stdout.trim()).toBe('1 kept');
    },
  );

  it('ask and are answered', async () => {
    const answering = spawn(pathOf('mosquitto_sub') ?? '', [
      ...who(),
      '-V',
      'mqttv5',
      '-t',
      'topics/question',
      '-C',
      '1',
      '-F',
      '%R %p',
    ]);
    answering.stdout.setEncoding('utf8').on('data', (line: string) => {
      const [answerTo = '', question = ''] = line.trim().split(' ');
      mosquitto('pub', ['-V', 'mqttv5', '-t', answerTo, '-m', `${question}?`]);
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const asking = spawn(pathOf('mosquitto_rr') ?? '', [
      ...who('mqttv5'),
      '-t',
      'topics/question',
      '-e',
      'topics/answer',
      '-m',
      'why',
      '-W',
      '5',
    ]);
    const [answer] = await once(asking.stdout.setEncoding('utf8'), 'data');
    expect(String(answer).trim()).toBe('why?');
    answering.kill();
  });

  it('say that the password was wrong', () => {
    const refused = mosquitto('pub', ['-P', 'wrong', '-t', 'topics/x', '-m', 'x']);
    expect(`${refused.status} ${refused.stderr}`).toMatch(/^4 .*bad user name or password/);
  });
});

const hasPaho = spawnSync(PYTHON, ['-c', 'import paho.mqtt.client']).status === 0;

describe.skipIf(!hasPaho)('Paho for Python (needs python3-paho-mqtt)', () => {
  it.each(['MQTTv311', 'MQTTv5'])('publishes and subscribes with every QoS in %s', (version) => {
    const program = `
import paho.mqtt.client as mqtt, sys
seen = []
def on_connect(client, *_):
    client.subscribe("topics/paho/${version}", 2)
def on_subscribe(client, *_):
    for qos in (0, 1, 2): client.publish("topics/paho/${version}", "qos %d" % qos, qos)
def on_message(client, _, message):
    seen.append("%s as %d" % (message.payload.decode(), message.qos))
    if len(seen) == 3: client.disconnect()
client = mqtt.Client("paho", protocol=mqtt.${version})
client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.username_pw_set("celia")
client.connect("127.0.0.1", ${port})
client.loop_forever()
print(seen)
`;
    const ran = spawnSync(PYTHON, ['-c', program], { encoding: 'utf8', timeout: SEEN_MS_MAX });
    expect(ran.stdout.trim()).toBe("['qos 0 as 0', 'qos 1 as 1', 'qos 2 as 2']");
  });
});

class Listener implements AsyncDisposable {
  readonly client: MqttClient;
  readonly heard: string[] = [];

  private constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (_topic, payload) => this.heard.push(payload.toString()));
  }

  static async connect(url: string, options: IClientOptions): Promise<Listener> {
    const client = connect(url, { reconnectPeriod: 0, ...options });
    // Before anything can come: what waited comes right behind the answer to CONNECT.
    const listener = new Listener(client);
    await new Promise((resolve, reject) => client.once('connect', resolve).once('error', reject));
    return listener;
  }

  async sees(count: number): Promise<void> {
    const endMs = performance.now() + SEEN_MS_MAX;
    while (this.heard.length < count) {
      if (performance.now() > endMs) throw new Error(`heard only ${JSON.stringify(this.heard)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.endAsync();
  }
}

function who(version = 'mqttv311'): string[] {
  return ['-h', '127.0.0.1', '-p', String(port), '-u', 'celia', '-V', version];
}

function mosquitto(program: 'pub' | 'sub' | 'rr', args: readonly string[]): SpawnSyncReturns<string> {
  const path = pathOf(`mosquitto_${program}`) ?? '';
  return spawnSync(path, [...who(), ...args], { encoding: 'utf8', timeout: SEEN_MS_MAX });
}
