import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type {
  Arriving,
  CommandResult,
  GatewayDriver,
  GatewayPeer,
  Place,
  Seen,
} from '@skein/testkit/contracts';
import { SignInRefused } from '@skein/testkit/contracts';
import { generate, parser } from 'mqtt-packet';
import { createWebSocketStream, WebSocket } from 'ws';

type Version = 4 | 5;
type OpenStream = (port: number) => Duplex;

const ELSEWHERE = 'groups are made and changed through other gateways';
const KEPT_S = 600;

const overTcp: OpenStream = (port) => connect({ port, host: '127.0.0.1', noDelay: true });
/** MQTT 5.0 §6.0: binary messages whose boundaries mean nothing, under the name `mqtt`. */
const overWebSocket: OpenStream = (port) => {
  const stream = createWebSocketStream(new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt'));
  // It is only closed when both directions are at their end, and of a line that broke one never is.
  return stream.on('end', () => stream.destroy());
};

export const MQTT_3: GatewayDriver = mqttDriver('MQTT 3.1.1', 4, overTcp);
export const MQTT_5: GatewayDriver = mqttDriver('MQTT 5', 5, overTcp);
export const MQTT_5_WEBSOCKET: GatewayDriver = mqttDriver('MQTT 5 over WebSocket', 5, overWebSocket);

function mqttDriver(name: string, version: Version, open: OpenStream): GatewayDriver {
  return {
    name,
    cannot: {
      groups: ELSEWHERE,
      members: ELSEWHERE,
      title: ELSEWHERE,
      history: 'a log is read from its cursor on, and not backwards',
      presence: 'MQTT has no word for it',
      will: 'a will is left with CONNECT',
      transient: 'it is heard, and said by no packet',
      ...(version === 4 ? { keys: 'MQTT 3.1.1 has no properties' } : {}),
    },
    arrive: async (port, arriving) => {
      const peer = new MqttPeer(open(port), version, arriving);
      await peer.arrive(arriving);
      return peer;
    },
  };
}

/** The fields that matter here, of whatever kind of packet. */
interface Heard {
  readonly cmd: string;
  readonly messageId?: number;
  readonly topic?: string;
  readonly payload?: Uint8Array;
  readonly qos?: number;
  readonly returnCode?: number;
  readonly reasonCode?: number;
  readonly properties?: {
    readonly reasonString?: string;
    readonly userProperties?: Readonly<Record<string, string>>;
  };
}

/** An entry, from properties or from JSON. */
type Said = Readonly<Record<string, string | number>>;

class MqttPeer implements GatewayPeer {
  readonly seen: Seen[];
  readonly typists: string[] = [];
  readonly reads: { readonly by: string; readonly place: Place; readonly seq: number }[] = [];
  readonly ended: Promise<void>;
  readonly #user: string;
  readonly #version: Version;
  readonly #stream: Duplex;
  readonly #places = new Map<number, Place>();
  readonly #answers = new Map<string, (packet: Heard) => void>();
  // Of MQTT 3.1.1: what was refused is said on a topic, before the acknowledgement.
  #refusal: string | null = null;
  #packetId = 0;

  constructor(stream: Duplex, version: Version, { user, screen = [] }: Arriving) {
    this.seen = screen;
    this.#user = user;
    this.#version = version;
    this.#stream = stream;
    const parsing = parser({ protocolVersion: version } as never);
    parsing.on('packet', (packet) => this.#hear(packet as unknown as Heard));
    this.#stream.on('data', (bytes: Buffer) => parsing.parse(bytes));
    this.#stream.on('error', () => undefined);
    this.ended = new Promise((resolve) => this.#stream.once('close', () => resolve()));
  }

  async arrive({ user, password, device }: Arriving): Promise<void> {
    const isKept = device !== undefined;
    this.#say({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: this.#version,
      clean: !isKept,
      clientId: device ?? randomUUID(),
      keepalive: 0,
      username: user,
      password: Buffer.from(password),
      ...(this.#version === 5 && isKept ? { properties: { sessionExpiryInterval: KEPT_S } } : {}),
    });
    const connack = await this.#answer('connack');
    const code = connack.returnCode ?? connack.reasonCode ?? 0;
    if (code !== 0) throw new SignInRefused(String(code));
    const topics = [`inbox/${user}`, `inbox/${user}/#`];
    const messageId = this.#nextId();
    this.#say({
      cmd: 'subscribe',
      messageId,
      subscriptions: topics.map((topic) => ({ topic, qos: 1, nl: false, rap: false, rh: 0 })),
    });
    await this.#answer(`suback ${messageId}`);
  }

  send(place: Place, text: string, key?: string): Promise<CommandResult> {
    return this.#publish(this.#topicOf(place), text, key);
  }

  edit(place: Place, target: number, text: string): Promise<CommandResult> {
    return this.#publish(`${this.#topicOf(place)}/edit/${target}`, text);
  }

  recall(place: Place, target: number): Promise<CommandResult> {
    return this.#publish(`${this.#topicOf(place)}/recall/${target}`, '');
  }

  react(place: Place, target: number, key: string): Promise<CommandResult> {
    return this.#publish(`${this.#topicOf(place)}/react/${target}`, key);
  }

  read(place: Place, seq: number): void {
    void this.#publish(`${this.#topicOf(place)}/read`, String(seq));
  }

  typing(place: Place): void {
    void this.#publish(`${this.#topicOf(place)}/typing`, '1');
  }

  createGroup(): Promise<never> {
    throw new Error(ELSEWHERE);
  }

  invite(): Promise<never> {
    throw new Error(ELSEWHERE);
  }

  remove(): Promise<never> {
    throw new Error(ELSEWHERE);
  }

  leaveGroup(): Promise<never> {
    throw new Error(ELSEWHERE);
  }

  rename(): Promise<never> {
    throw new Error(ELSEWHERE);
  }

  history(): Promise<never> {
    throw new Error('no such packet');
  }

  stall(): void {
    this.#stream.pause();
  }

  flow(): void {
    this.#stream.resume();
  }

  cut(): void {
    this.#stream.destroy();
  }

  async leave(): Promise<void> {
    if (this.#stream.destroyed) return;
    this.#say({ cmd: 'disconnect' });
    this.#stream.resume();
    await this.ended;
  }

  async #publish(topic: string, payload: string, key?: string): Promise<CommandResult> {
    const messageId = this.#nextId();
    const properties = key === undefined ? {} : { properties: { userProperties: { key } } };
    const answer = this.#answer(`puback ${messageId}`);
    this.#say({
      cmd: 'publish',
      topic,
      payload,
      qos: 1,
      dup: false,
      retain: false,
      messageId,
      ...properties,
    });
    const { reasonCode = 0, properties: said } = await answer;
    const code = said?.reasonString ?? this.#refusal;
    this.#refusal = null;
    return reasonCode >= 0x80 || code !== null
      ? { outcome: 'refused', code }
      : { outcome: 'done', seq: null };
  }

  #hear(packet: Heard): void {
    if (packet.cmd === 'publish') {
      this.#told(packet);
      return;
    }
    const name = packet.messageId === undefined ? packet.cmd : `${packet.cmd} ${packet.messageId}`;
    this.#answers.get(name)?.(packet);
    this.#answers.delete(name);
  }

  #told({ topic = '', payload = new Uint8Array(0), qos, messageId, properties }: Heard): void {
    if (qos === 1) this.#say({ cmd: 'puback', messageId });
    const text = Buffer.from(payload).toString();
    const event = topic.split('/')[2];
    if (event !== undefined) {
      this.#event(event, JSON.parse(text) as Said);
      return;
    }
    const said: Said =
      this.#version === 4 ? (JSON.parse(text) as Said) : { ...properties?.userProperties, text };
    const conversation = Number(said['conversation']);
    const other = said['with'];
    const place = other === undefined ? { group: conversation } : { direct: String(other) };
    this.#places.set(conversation, place);
    const kind = kindOf(String(said['kind']));
    if (kind === null) return;
    this.seen.push({
      place,
      kind,
      from: String(said['from']),
      text: String(said['text']),
      seq: Number(said['seq']),
      target: Number(said['target'] ?? 0),
    });
  }

  #event(event: string, said: Said): void {
    if (event === 'refused') this.#refusal = String(said['code']);
    const place = this.#places.get(Number(said['conversation']));
    const from = String(said['from']);
    if (event === 'typing') this.typists.push(from);
    if (event === 'read' && place !== undefined && from !== this.#user) {
      this.reads.push({ by: from, place, seq: Number(said['read']) });
    }
  }

  #topicOf(place: Place): string {
    return 'group' in place ? `g/${place.group}` : `inbox/${place.direct}`;
  }

  #answer(name: string): Promise<Heard> {
    return new Promise((resolve, reject) => {
      this.#answers.set(name, resolve);
      void this.ended.then(() => reject(new Error(`ended before ${name}`)));
    });
  }

  #say(packet: Readonly<Record<string, unknown>>): void {
    if (this.#stream.destroyed) return;
    this.#stream.write(generate(packet as never, { protocolVersion: this.#version }));
  }

  #nextId(): number {
    this.#packetId = (this.#packetId % 60_000) + 1;
    return this.#packetId;
  }
}

function kindOf(kind: string): Seen['kind'] | null {
  switch (kind) {
    case 'message':
    case 'edit':
    case 'recall':
    case 'member':
    case 'settings':
      return kind;
    case 'recalled':
      return 'message';
    case 'react':
    case 'unreact':
      return 'reaction';
    default:
      return null;
  }
}
