import { Delivery, type Outbound, type Peer, type RecordStore, Topics } from '@skein/core';
import {
  conversationId,
  deviceNumber,
  ENTRY_KIND,
  type Limits,
  position,
  refuse,
  seq,
  type UserNumber,
  userNumber,
  withLimits,
} from '@skein/model';
import { type CloseReason, contentOfSend, type Hello, type Send, type UpFrame } from '@skein/protocol';
import type { CoreConnection, CoreDoor } from '../session/core-door.ts';
import { REAL_CLOCK } from './real-clock.ts';

const NO_RECORDS: RecordStore = { readRecords: async () => [], commitRecords: async () => undefined };

/** Nobody knows anybody, and nothing comes of it when they want to. */
const NO_CONTACTS: CoreDoor['contacts'] = {
  askers: () => [],
  block: async () => null,
  blockedBy: () => [],
  hasBlocked: () => false,
  isBlockedBetween: () => false,
  linkOf: () => {
    throw new Error('there is nobody');
  },
  listOf: () => [],
  listen: () => undefined,
  put: async () => null,
  remove: async () => [],
  step: async () => {
    throw new Error('there is nobody');
  },
  unblock: async () => undefined,
};

const NO_AVATARS: CoreDoor['avatars'] = {
  bytesOf: async () => null,
  listen: () => undefined,
  maySee: () => false,
  offer: async () => refuse('request.invalid'),
  offeredBy: () => null,
  remove: async () => undefined,
  seenBy: () => undefined,
  set: async () => refuse('request.invalid'),
  show: async () => refuse('request.invalid'),
};

const NO_GROUP_NAMES: CoreDoor['groupNames'] = {
  canBe: () => false,
  conversationOf: () => undefined,
  free: async () => undefined,
  isListed: () => false,
  list: async () => undefined,
  listed: () => [],
  nameOf: () => undefined,
  openGroup: () => null,
  take: async () => false,
};

const NO_PERSONAL_ITEMS: CoreDoor['personalItems'] = {
  hasName: () => false,
  namesSeenBy: () => [],
  put: async () => null,
  remove: async () => false,
  seenBy: async () => null,
};

/**
 * A core that answers at once and remembers what it was told: everyone who says hello is signed in, a probe gets a pong,
 * what is sent is acknowledged and pushed to all others, a request for history gets an answer of `limit` bytes.
 */
export class FakeCore implements CoreDoor {
  readonly limits: Limits;
  readonly proofs: CoreDoor['proofs'] = {
    hasScram: false,
    password: async () => ({ outcome: 'denied', close: 'badCredentials', code: 'auth.bad_credentials' }),
    scram: async () => ({ outcome: 'denied', close: 'badCredentials', code: 'auth.bad_credentials' }),
  };
  readonly registrations: CoreDoor['registrations'] = {
    policy: 'closed',
    register: async () => refuse('auth.registration_closed'),
  };
  get avatars(): CoreDoor['avatars'] {
    return NO_AVATARS;
  }
  get contacts(): CoreDoor['contacts'] {
    return NO_CONTACTS;
  }
  get groupNames(): CoreDoor['groupNames'] {
    return NO_GROUP_NAMES;
  }
  get personalItems(): CoreDoor['personalItems'] {
    return NO_PERSONAL_ITEMS;
  }
  readonly passingDevices: CoreDoor['passingDevices'] = { add: () => undefined, remove: () => undefined };
  readonly users: CoreDoor['users'] = { byNumber: () => undefined, byId: () => undefined };
  readonly topics: Topics;
  readonly connections: FakeConnection[] = [];
  readonly received: UpFrame[] = [];
  #entries = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = withLimits({ sweepIntervalMs: 20, ...limits });
    const onFailure = (): void => undefined;
    const ports = {
      records: NO_RECORDS,
      clock: REAL_CLOCK,
      limits: this.limits,
      onFailure,
      deviceLeft: () => undefined,
    };
    this.topics = new Topics(ports, { prefix: 'topics', hasOwnTrees: true, hasFreeSpace: true });
  }

  connect(peer: Peer, outbound: Outbound): FakeConnection {
    const connection = new FakeConnection(this, peer, outbound);
    this.connections.push(connection);
    return connection;
  }

  get last(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nobody has connected');
    return connection;
  }

  get openCount(): number {
    return this.connections.filter(({ isClosed }) => !isClosed).length;
  }

  /** Commits a message and tells everyone but the sender. */
  publish(send: Pick<Send, 'conversation' | 'text' | 'content'>, from: FakeConnection | null): number {
    this.#entries++;
    const delivery = new Delivery(
      {
        conversation: conversationId(send.conversation),
        seq: seq(this.#entries),
        ordinal: this.#entries,
        kind: ENTRY_KIND.message,
        sender: from?.user ?? userNumber(999),
        device: deviceNumber(1),
        counter: this.#entries,
        timeMs: 1_000,
        target: seq(0),
        body: contentOfSend(send),
        position: position(this.#entries),
      },
      1_000,
    );
    for (const other of this.connections) {
      const hasRoom = other.outbound.queuedBytes() < this.limits.outboundBytesMax;
      if (other !== from && other.isSignedIn && !other.isClosed && hasRoom) other.outbound.push(delivery);
    }
    return this.#entries;
  }
}

export class FakeConnection implements CoreConnection {
  readonly peer: Peer;
  readonly outbound: Outbound;
  readonly frames: UpFrame[] = [];
  readonly violations: CloseReason[] = [];
  heartbeats = 0;
  drains = 0;
  isSignedIn = false;
  isClosed = false;
  readonly #core: FakeCore;
  readonly #number: UserNumber;

  constructor(core: FakeCore, peer: Peer, outbound: Outbound) {
    this.#core = core;
    this.#number = userNumber(core.connections.length + 1);
    this.peer = peer;
    this.outbound = outbound;
  }

  get user(): UserNumber | null {
    return this.isSignedIn ? this.#number : null;
  }

  handle(frame: UpFrame): void {
    this.frames.push(frame);
    this.#core.received.push(frame);
    switch (frame.case) {
      case 'hello':
        this.isSignedIn = true;
        this.outbound.send({ case: 'welcome', value: { version: 1, me: { number: this.#number } } });
        return;
      case 'probe':
        this.outbound.send({ case: 'pong', value: { id: frame.value.id } });
        return;
      case 'send': {
        const { conversation, counter } = frame.value;
        const at = this.#core.publish(frame.value, this);
        this.outbound.send({ case: 'ack', value: { conversation, counter, seq: at, timeMs: 1_000 } });
        return;
      }
      case 'request': {
        const { id, ask } = frame.value;
        const length = ask?.case === 'history' ? ask.value.limit : 0;
        this.outbound.send({
          case: 'response',
          value: {
            id,
            answer: { case: 'history', value: { entries: [{ body: new Uint8Array(length) }] } },
          },
        });
        return;
      }
      case 'goodbye':
        this.outbound.close('goodbye');
        return;
      default:
        return;
    }
  }

  handleProven(hello: Hello): void {
    this.handle({ case: 'hello', value: hello });
  }

  heartbeat(): void {
    this.heartbeats++;
  }

  drained(): void {
    this.drains++;
  }

  violated(reason: CloseReason, detail: string): void {
    this.violations.push(reason);
    this.outbound.close(reason, detail);
  }

  closed(): void {
    this.isClosed = true;
  }
}
