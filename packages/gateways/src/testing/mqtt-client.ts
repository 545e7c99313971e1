import { generate, type Packet, parser } from 'mqtt-packet';
import type { TestPort } from './test-port.ts';
import { TestSocket, until } from './test-port.ts';

type Version = 4 | 5;
type ConnectOptions = Readonly<Record<string, unknown>>;

/** A client that says exactly what a test wants, through a codec that is not ours. */
export class MqttClient {
  readonly link: TestSocket;
  readonly version: Version;
  readonly packets: Packet[] = [];

  private constructor(link: TestSocket, version: Version) {
    this.link = link;
    this.version = version;
    const parsing = parser({ protocolVersion: version } as never);
    parsing.on('packet', (packet) => this.packets.push(packet));
    link.socket.on('data', (bytes) => parsing.parse(bytes as Buffer));
  }

  static async open(port: TestPort, version: Version = 4): Promise<MqttClient> {
    return new MqttClient(await TestSocket.open(port.port), version);
  }

  /** Connected and accepted. Without a name it is nobody in particular. */
  static async connected(
    port: TestPort,
    options: ConnectOptions = {},
    version: Version = 4,
  ): Promise<MqttClient> {
    const client = await MqttClient.open(port, version);
    client.connect(options);
    const connack = await client.hears('connack');
    const code = connack.returnCode ?? connack.reasonCode;
    if (code !== 0) throw new Error(`connack ${code}`);
    return client;
  }

  connect(options: ConnectOptions = {}): void {
    this.say({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: this.version,
      clean: true,
      clientId: 'client',
      keepalive: 60,
      ...options,
    });
  }

  say(packet: Readonly<Record<string, unknown>>): void {
    this.link.write(generate(packet as never, { protocolVersion: this.version }));
  }

  publish(topic: string, payload: string, more: Readonly<Record<string, unknown>> = {}): void {
    this.say({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, ...more });
  }

  async subscribe(topic: string, qos = 0, more: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const messageId = 100 + this.all('suback').length;
    this.say({
      cmd: 'subscribe',
      messageId,
      subscriptions: [{ topic, qos, nl: false, rap: false, rh: 0, ...more }],
    });
    const suback = await this.hears('suback', (packet) => packet.messageId === messageId);
    return suback.granted[0];
  }

  // The fields of a packet depend on its kind, and a test names the kind.
  // oxlint-disable-next-line typescript/no-explicit-any
  all(cmd: string): any[] {
    return this.packets.filter((packet) => packet.cmd === cmd);
  }

  /** Waits for a packet of this kind. */
  // oxlint-disable-next-line typescript/no-explicit-any
  async hears(cmd: string, isIt: (packet: any) => boolean = () => true): Promise<any> {
    const find = (): unknown => this.all(cmd).find(isIt);
    await until(() => find() !== undefined);
    return find();
  }

  async isEnded(): Promise<void> {
    await until(() => this.link.isEnded || this.link.isClosed);
  }

  get texts(): string[] {
    return this.all('publish').map(({ payload }) => String(payload));
  }
}
