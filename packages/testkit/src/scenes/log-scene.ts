import {
  type Committed,
  type LogCommand,
  type LogCounters,
  type LogEvents,
  LogReader,
  type LogResult,
  type LogRules,
  loadWorld,
  type Member,
  type RecentEntries,
  Sequencer,
  type World,
} from '@skein/core';
import {
  assert,
  type Clock,
  type ConversationId,
  type DeviceNumber,
  deviceNumber,
  ENTRY_KIND,
  type Limits,
  type Role,
  seq,
  type UserId,
  type UserNumber,
  userNumber,
  withLimits,
} from '@skein/model';
import { encodeMessage, writeContent } from '@skein/protocol';
import { FakeStore } from '../fakes/fake-store.ts';
import { ManualClock } from '../manual-clock.ts';

/** The four who play in tests of the log, by their numbers. */
export const ANA: UserNumber = userNumber(1);
export const BEN: UserNumber = userNumber(2);
export const CAI: UserNumber = userNumber(3);
export const DAN: UserNumber = userNumber(4);
const NAMES = ['ana', 'ben', 'cai', 'dan'];

export interface LogSceneOptions {
  readonly limits?: Partial<Limits>;
  readonly rules?: LogRules;
  readonly isHistoryFromJoining?: boolean;
  readonly store?: FakeStore;
  readonly clock?: Clock & ManualClock;
}

interface SendOptions {
  readonly device?: DeviceNumber;
  /** Left out: the one after the last that this device sent there. */
  readonly counter?: number;
  /** Instead of a counter. */
  readonly key?: string;
  readonly kind?: number;
  readonly target?: number;
  readonly body?: Uint8Array;
}

/** A log with four users, a store in plain sight and a clock that stands still. Everything announced is written down. */
export class LogScene {
  readonly clock: ManualClock;
  readonly store: FakeStore;
  readonly limits: Limits;
  readonly world: World;
  readonly recent: RecentEntries;
  readonly reader: LogReader;
  readonly sequencer: Sequencer;
  readonly counters: LogCounters = { stored: 0, commits: 0, commitsFailed: 0 };
  /** In words: `committed 1/3`, `entered 1 ben`, `read 1 ana 3`. */
  readonly announced: string[] = [];
  readonly committed: Committed[] = [];

  private constructor(
    options: LogSceneOptions & { store: FakeStore; limits: Limits },
    loaded: { world: World; recent: RecentEntries },
  ) {
    this.clock = options.clock ?? new ManualClock();
    this.store = options.store;
    this.limits = options.limits;
    this.world = loaded.world;
    this.recent = loaded.recent;
    this.reader = new LogReader(this.world, this.store, this.recent);
    this.sequencer = new Sequencer({
      world: this.world,
      store: this.store,
      clock: this.clock,
      limits: this.limits,
      recent: this.recent,
      events: this.#events(),
      counters: this.counters,
      isHistoryFromJoining: options.isHistoryFromJoining ?? false,
      ...(options.rules === undefined ? {} : { rules: options.rules }),
    });
  }

  static async open(options: LogSceneOptions = {}): Promise<LogScene> {
    const store = options.store ?? storeWithUsers();
    const limits = withLimits(options.limits ?? {});
    return new LogScene({ ...options, store, limits }, await loadWorld(store, limits, options.rules));
  }

  /** The same data as a new process finds it; this scene is dead then. */
  restart(options: Omit<LogSceneOptions, 'store'> = {}): Promise<LogScene> {
    return LogScene.open({ limits: this.limits, clock: this.clock, ...options, store: this.store.reopen() });
  }

  ask(command: LogCommand, origin: object | null = null): Promise<LogResult> {
    return new Promise((resolve) => {
      this.sequencer.submit(command, origin, resolve);
    });
  }

  /** Sends as a device would: with the next counter, unless told otherwise. */
  async send(
    user: UserNumber,
    conversation: ConversationId,
    text: string,
    options: SendOptions = {},
  ): Promise<LogResult> {
    const device = options.device ?? deviceOf(user);
    const last = this.world.conversation(conversation)?.producers.get(device)?.last ?? 0;
    const target = seq(options.target ?? 0);
    return this.ask({
      type: 'send',
      user,
      device,
      conversation,
      counter: options.key === undefined ? (options.counter ?? last + 1) : 0,
      key: options.key ?? '',
      kind: options.kind ?? ENTRY_KIND.message,
      target,
      body: options.body ?? textBody(text),
      keyFacts: options.key === undefined ? null : await this.reader.sentKey(conversation, user, options.key),
      targetFacts: target === 0 ? null : await this.reader.entryFacts(conversation, target),
    });
  }

  recall(user: UserNumber, conversation: ConversationId, target: number): Promise<LogResult> {
    return this.send(user, conversation, '', { kind: ENTRY_KIND.recall, target, body: new Uint8Array(0) });
  }

  async read(user: UserNumber, conversation: ConversationId, upTo: number): Promise<LogResult> {
    const facts = await this.reader.readFacts(conversation, user, seq(upTo));
    return this.ask({ type: 'read', user, conversation, seq: seq(upTo), ...facts });
  }

  async direct(user: UserNumber, peer: UserNumber): Promise<ConversationId> {
    return conversationOf(await this.ask({ type: 'create-direct', user, peer }));
  }

  async group(user: UserNumber, members: readonly UserNumber[], key = 'key'): Promise<ConversationId> {
    const rest = { title: 'Arden', isOpen: false, attributes: new Map(), members };
    return conversationOf(await this.ask({ type: 'create-group', user, key, ...rest }));
  }

  change(
    user: UserNumber,
    conversation: ConversationId,
    action: 'invited' | 'joined' | 'left' | 'kicked' | 'role',
    to: { users?: readonly UserNumber[]; role?: Role } = {},
  ): Promise<LogResult> {
    const { users = [], role = 'member' } = to;
    return this.ask({ type: 'change-members', user, conversation, action, users, role });
  }

  member(conversation: ConversationId, user: UserNumber): Member {
    const member = this.world.conversation(conversation)?.members.get(user);
    assert(member !== undefined, 'the scene knows this member');
    return member;
  }

  roleOf(conversation: ConversationId, user: UserNumber): Role | null {
    return this.world.conversation(conversation)?.members.get(user)?.role ?? null;
  }

  unread(conversation: ConversationId, user: UserNumber): number {
    const member = this.member(conversation, user);
    return member.conversation.ordinal - member.readOrdinal - (member.ownTotal - member.readOwn);
  }

  #events(): LogEvents {
    return {
      committed: (event) => {
        this.committed.push(event);
        this.announced.push(`committed ${event.conversation.id}/${event.delivery.entry.seq}`);
      },
      memberChanged: (member, change) => {
        this.announced.push(`${change} ${member.conversation.id} ${nameOf(member.user)}`);
      },
      readMoved: (member) => {
        this.announced.push(`read ${member.conversation.id} ${nameOf(member.user)} ${member.readSeq}`);
      },
    };
  }
}

/** The device that a user of the scene sends from. */
export function deviceOf(user: UserNumber): DeviceNumber {
  return deviceNumber(user);
}

export function textBody(text: string): Uint8Array {
  return encodeMessage(writeContent, { of: { case: 'text', value: text } });
}

function nameOf(user: UserNumber): string {
  return NAMES[user - 1] ?? String(user);
}

function conversationOf(result: LogResult): ConversationId {
  assert(result.outcome === 'done', 'the scene may create conversations');
  return result.conversation;
}

function storeWithUsers(): FakeStore {
  const store = new FakeStore();
  NAMES.forEach((name, index) => {
    store.users.push({ number: userNumber(index + 1), id: name as UserId, name });
  });
  return store;
}
