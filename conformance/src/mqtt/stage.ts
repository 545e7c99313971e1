import { randomBytes } from 'node:crypto';
import { expectEqual, expectThat } from '../scenario.ts';
import { ClientIds } from './client-ids.ts';
import type { Received } from './decode-packet.ts';
import { type ConnectInit, connect, disconnect, type FilterInit } from './encode-packet.ts';
import { MqttPeer } from './mqtt-peer.ts';
import type { MqttTarget } from './mqtt-target.ts';
import type { Version } from './packet-types.ts';
import { type Property, valueOf } from './properties.ts';

export interface ClientInit extends Partial<ConnectInit> {
  /** A session that outlives its connection: the clean session flag of 3.1.1, a session expiry in 5. */
  readonly keeps?: boolean;
}

// What is kept by mistake does not stay for long.
const EXPIRY_S = 120;

/** Where one scenario takes place: topics and names that nobody else uses, and clients that leave when it is over. */
export class Stage implements AsyncDisposable {
  readonly target: MqttTarget;
  readonly version: Version;
  readonly #id = randomBytes(5).toString('hex');
  readonly #peers: MqttPeer[] = [];
  readonly #kept = new Set<string>();
  readonly #clientIds: ClientIds;
  readonly #taken: string[] = [];

  constructor(target: MqttTarget, version: Version, clientIds = new ClientIds()) {
    this.target = target;
    this.version = version;
    this.#clientIds = clientIds;
  }

  /** A name that nobody else has while this scenario lasts. */
  clientId(): string {
    const clientId = this.#clientIds.take();
    this.#taken.push(clientId);
    return clientId;
  }

  topic(name = 'a'): string {
    return `${this.target.prefix}c${this.#id}/${name}`;
  }

  /** A connection on which nothing was said. */
  async open(): Promise<MqttPeer> {
    const peer = await MqttPeer.open(this.target, this.version);
    this.#peers.push(peer);
    return peer;
  }

  /** Bytes of a CONNECT that the server should take, but for what is said otherwise. */
  connect(init: ClientInit = {}): Buffer {
    return connect(this.version, this.#connectInit(init));
  }

  #connectInit({ keeps = false, properties = [], ...init }: ClientInit): ConnectInit {
    const { user, password } = this.target;
    const expiry: Property[] = keeps && this.version === 5 ? [['sessionExpiryInterval', EXPIRY_S]] : [];
    return {
      clientId: this.clientId(),
      userName: user,
      password,
      isCleanStart: !keeps,
      ...init,
      properties: [...expiry, ...properties],
    };
  }

  /** Connects; answers whatever CONNACK says. */
  async ask(init: ClientInit = {}): Promise<[MqttPeer, Received]> {
    const peer = await this.open();
    const max = valueOf(init.properties ?? [], 'maximumPacketSize');
    if (typeof max === 'number') peer.packetBytesMax = max;
    const { clientId } = init;
    if (init.keeps === true && typeof clientId === 'string') this.#kept.add(clientId);
    peer.send(this.connect(init));
    return [peer, await peer.expect('connack')];
  }

  /** Connects as a client should. */
  async client(init: ClientInit = {}): Promise<MqttPeer> {
    const [peer, { reason }] = await this.ask(init);
    expectEqual(reason, 0, 'reason of CONNACK');
    return peer;
  }

  /** Goes on with a session, which has to be there. */
  async back(init: ClientInit): Promise<MqttPeer> {
    const [peer, { reason, isSessionPresent }] = await this.ask({ keeps: true, ...init });
    expectEqual(reason, 0, 'reason of CONNACK');
    expectThat(isSessionPresent, 'the session was not there any more');
    return peer;
  }

  async subscriber(filter: string | FilterInit, init: ClientInit = {}): Promise<MqttPeer> {
    const peer = await this.client(init);
    const { reasons } = await peer.subscribe([filter]);
    expectThat((reasons[0] ?? 0x80) < 0x80, 'the subscription was refused');
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer.drop();
    for (const clientId of this.#kept) {
      using peer = await MqttPeer.open(this.target, this.version);
      peer.send(this.connect({ clientId }), disconnect(this.version));
      await peer.expect('connack');
    }
    this.#clientIds.giveBack(this.#taken);
  }
}
