import {
  isDuplicateHow,
  isRetainedHow,
  Publication,
  type PublishResult,
  qosOfHow,
  type SessionDevice,
  type TopicLink,
  type TopicSession,
  Topics,
} from '@skein/core';
import { type Limits, type Refusal, withLimits } from '@skein/model';
import { FakeRecordStore } from '../fakes/fake-record-store.ts';
import { ManualClock } from '../manual-clock.ts';

interface Arrival {
  readonly user?: string;
  readonly isCleanStart?: boolean;
  readonly expiryS?: number;
  readonly will?: { topic: string; text: string; delayS?: number; isRetained?: boolean };
  readonly receiveMaximum?: number;
  readonly device?: SessionDevice;
  readonly space?: string;
}

interface Wish {
  readonly qos?: 0 | 1 | 2;
  readonly isRetained?: boolean;
  readonly packetId?: number;
  readonly expiryS?: number;
}

/** The key under which subscribers of a scene keep the form of a value. */
export const FORM = 'written';

/** What one subscriber was written, in a form to compare. */
interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly qos: number;
  readonly packetId: number;
  readonly isRetained: boolean;
  readonly isDuplicate: boolean;
  readonly ids: readonly number[];
}

/** One client of the broker, without any protocol between. */
export class TopicPeer implements TopicLink {
  readonly heard: Heard[] = [];
  readonly released: number[] = [];
  readonly publications: Publication[] = [];
  /** What another one had encoded already, for each of them; null where this is the first. */
  readonly formsMet: (number | null)[] = [];
  isFull = false;
  isTakenOver = false;
  packetBytesMax = Number.POSITIVE_INFINITY;
  session!: TopicSession;
  isPresent = false;
  readonly #scene: TopicScene;

  constructor(scene: TopicScene) {
    this.#scene = scene;
  }

  get texts(): string[] {
    return this.heard.map(({ text }) => text);
  }

  publish(
    publication: Publication,
    how: number,
    packetId: number,
    subscriptionIds: readonly number[] | null,
  ): boolean {
    if (publication.payload.length > this.packetBytesMax) return false;
    this.publications.push(publication);
    this.formsMet.push(publication.form<number>(FORM) ?? null);
    // As a gateway keeps what it encoded for the next subscriber.
    publication.keepForm(FORM, how);
    this.heard.push({
      topic: publication.topic,
      text: Buffer.from(publication.payload).toString(),
      qos: qosOfHow(how),
      packetId,
      isRetained: isRetainedHow(how),
      isDuplicate: isDuplicateHow(how),
      ids: subscriptionIds ?? [],
    });
    return true;
  }

  release(packetId: number): void {
    this.released.push(packetId);
  }

  hasRoom(): boolean {
    return !this.isFull;
  }

  takenOver(): void {
    this.isTakenOver = true;
  }

  async subscribe(
    filter: string,
    {
      qos = 2,
      id = 0,
      isNoLocal = false,
      isRetainAsPublished = false,
      retainHandling = 0,
    }: {
      qos?: 0 | 1 | 2;
      id?: number;
      isNoLocal?: boolean;
      isRetainAsPublished?: boolean;
      retainHandling?: 0 | 1 | 2;
    } = {},
  ): Promise<number | Refusal | undefined> {
    const request = { filter, qos, isNoLocal, isRetainAsPublished, retainHandling };
    const result = await this.#scene.topics.subscribe(this.session, [request], id);
    if ('outcome' in result) return result;
    result.sendRetained();
    return result.granted[0];
  }

  send(topic: string, text: string, wish: Wish = {}): PublishResult | Promise<PublishResult> {
    const { qos = 0, isRetained = false, packetId = 1, expiryS } = wish;
    const properties =
      expiryS === undefined
        ? null
        : {
            isText: false,
            expiryS,
            contentType: null,
            responseTopic: null,
            correlationData: null,
            userProperties: [],
          };
    const payload = Buffer.from(text);
    const publishedAtMs = this.#scene.clock.nowMs();
    return this.#scene.topics.publish(
      this.session,
      { topic, payload, qos, isRetained, properties, publishedAtMs },
      packetId,
    );
  }

  /** The same for a value that nothing has to be durable of: it is out when this returns. */
  sendAtOnce(topic: string, text: string, wish: Wish = {}): PublishResult {
    const result = this.send(topic, text, wish);
    if (result instanceof Promise) throw new Error('the value waits for the store');
    return result;
  }

  /** The connection breaks, or ends with a goodbye. */
  leave({ isClean = false, expiryS = null }: { isClean?: boolean; expiryS?: number | null } = {}): void {
    this.#scene.topics.sessions.disconnect(this.session, this, { isClean, expiryS });
  }

  acknowledge(packetId: number): void {
    this.session.window.finish(packetId, 'sent');
    this.session.pump();
  }

  complete(packetId: number): void {
    this.session.window.finish(packetId, 'received');
    this.session.pump();
  }

  receive(packetId: number): void {
    const message = this.session.window.get(packetId);
    if (message !== undefined) this.session.window.receive(message, this);
  }
}

/** A broker over fakes, with a clock that stands still. */
export class TopicScene {
  readonly clock = new ManualClock();
  readonly records: FakeRecordStore;
  readonly limits: Limits;
  readonly failures: unknown[] = [];
  readonly devicesLeft: SessionDevice[] = [];
  topics: Topics;

  private constructor(limits: Partial<Limits>) {
    this.records = new FakeRecordStore();
    this.limits = withLimits(limits);
    this.topics = this.#newTopics();
  }

  static async open(limits: Partial<Limits> = {}): Promise<TopicScene> {
    const scene = new TopicScene(limits);
    await scene.topics.load();
    return scene;
  }

  /** Another process on what the store holds. What was connected is so no more. */
  async restart(): Promise<void> {
    this.topics = this.#newTopics();
    await this.topics.load();
  }

  async connect(clientId: string, arrival: Arrival = {}): Promise<TopicPeer> {
    const peer = await this.tryConnect(clientId, arrival);
    if (!(peer instanceof TopicPeer)) throw new Error(peer.code);
    return peer;
  }

  async tryConnect(clientId: string, arrival: Arrival = {}): Promise<TopicPeer | Refusal> {
    const { user = 'alice', isCleanStart = false, expiryS = 0, will, device, space = 'users' } = arrival;
    const peer = new TopicPeer(this);
    const connected = await this.topics.sessions.connect(
      {
        space,
        owner: { user: space === 'free' ? null : user },
        clientId,
        isCleanStart,
        expiryS,
        will: will === undefined ? null : this.#toWill(will),
        device: device ?? null,
      },
      peer,
    );
    if ('outcome' in connected) return connected;
    peer.session = connected.session;
    peer.isPresent = connected.isPresent;
    peer.session.start(peer, arrival.receiveMaximum ?? 65_535);
    return peer;
  }

  #toWill(will: NonNullable<Arrival['will']>): { publication: Publication; delayS: number } {
    const publication = new Publication({
      topic: will.topic,
      payload: Buffer.from(will.text),
      qos: 1,
      isRetained: will.isRetained ?? false,
      properties: null,
      publishedAtMs: this.clock.nowMs(),
    });
    return { publication, delayS: will.delayS ?? 0 };
  }

  #newTopics(): Topics {
    const { records, clock, limits } = this;
    const onFailure = (error: unknown): void => {
      this.failures.push(error);
    };
    return new Topics(
      { records, clock, limits, onFailure, deviceLeft: (device) => this.devicesLeft.push(device) },
      { prefix: 'topics', hasOwnTrees: true, hasFreeSpace: true },
    );
  }
}
