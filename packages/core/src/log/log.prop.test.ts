import {
  type ConversationId,
  type DeviceNumber,
  deviceNumber,
  ENTRY_KIND,
  type Entry,
  isCountable,
  type Limits,
  type Seq,
  type UserNumber,
  userNumber,
} from '@skein/model';
import { decodeMessage, MemberAction, readMemberChange } from '@skein/protocol';
import { LogScene } from '@skein/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member } from './conversation.ts';
import { loadWorld } from './load-world.ts';
import type { LogResult } from './log-command.ts';
import { LOG_RULES, type LogRules } from './log-rules.ts';
import type { Producer } from './producer.ts';
import type { World } from './world.ts';

const USERS = [1, 2, 3, 4].map((number) => userNumber(number));
const RUNS = 500;

type Op = ReturnType<typeof arbitraryOp> extends fc.Arbitrary<infer T> ? T : never;

/** Small enough that every edge is met: batches are cut, rings wrap, caches miss, checkpoints come in slices. */
const limits: fc.Arbitrary<Partial<Limits>> = fc.record({
  batchEntriesMax: fc.integer({ min: 1, max: 8 }),
  recentCountersMax: fc.integer({ min: 1, max: 6 }),
  recentEntriesPerConversationMax: fc.integer({ min: 1, max: 8 }),
  recentBytesMax: fc.constantFrom(600, 1_000_000),
  checkpointEntriesMax: fc.integer({ min: 2, max: 12 }),
  checkpointConversationsMax: fc.integer({ min: 1, max: 2 }),
  markerMembersMax: fc.integer({ min: 1, max: 4 }),
  membersPerGroupMax: fc.integer({ min: 2, max: 4 }),
  bodyBytesMax: fc.constantFrom(8, 100),
  recallWindowMs: fc.constantFrom(0, 60_000),
});

function arbitraryOp() {
  const user = fc.constantFrom(...USERS);
  const at = fc.nat(12);
  const talk = fc.constantFrom(1, 1, 1, 2, 2, 3);
  return fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({
        op: fc.constant('send' as const),
        user,
        talk,
        isLaptop: fc.boolean(),
        // 0 sends in turn; the others repeat a counter or run ahead.
        skew: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, -1, -2, 1),
        text: fc.constantFrom('a', 'a', 'a', 'a', 'b', 'a longer text'),
        kind: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4, 9),
        target: at,
      }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('direct' as const), user, peer: user }) },
    {
      weight: 2,
      arbitrary: fc.record({
        op: fc.constant('group' as const),
        user,
        key: fc.constantFrom('k', 'l'),
        members: fc.subarray(USERS),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('members' as const),
        user,
        talk,
        action: fc.constantFrom('invited', 'joined', 'left', 'kicked', 'role'),
        users: fc.subarray(USERS, { minLength: 1, maxLength: 2 }),
        role: fc.constantFrom('member', 'admin', 'owner'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('open' as const), user, talk, isOpen: fc.boolean() }),
    },
    { weight: 4, arbitrary: fc.record({ op: fc.constant('read' as const), user, talk, at }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('deliver' as const), user, talk, at }) },
    {
      weight: 6,
      arbitrary: fc.record({ op: fc.constant('turn' as const), ms: fc.constantFrom(0, 100, 5_000) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('fail' as const), times: fc.integer({ min: 1, max: 2 }) }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('restart' as const), isClean: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('jump' as const), ms: fc.constantFrom(-90_000, 90_000) }),
    },
  );
}

interface Sent {
  readonly conversation: ConversationId;
  readonly device: DeviceNumber;
  readonly counter: number;
  readonly kind: number;
  readonly body: Uint8Array;
  readonly result: LogResult;
}

/** Plays commands against one log through turns, failures and restarts, and keeps every answer. */
class Player {
  scene: LogScene;
  readonly sent: Sent[] = [];
  readonly #rules: LogRules;
  readonly #pending: Promise<unknown>[] = [];
  readonly #inTurn = new Map<string, number>();

  constructor(scene: LogScene, rules: LogRules) {
    this.scene = scene;
    this.#rules = rules;
  }

  async play(op: Op): Promise<void> {
    switch (op.op) {
      case 'send':
        return this.#send(op);
      case 'direct':
        return this.#ask({ type: 'create-direct', user: op.user, peer: op.peer });
      case 'group': {
        const { user, key, members } = op;
        return this.#ask({
          type: 'create-group',
          user,
          key,
          members,
          title: '',
          isOpen: false,
          attributes: new Map(),
        });
      }
      case 'members': {
        const { user, action, users, role } = op;
        const conversation = op.talk as ConversationId;
        return this.#ask({ type: 'change-members', user, conversation, action, users, role });
      }
      case 'open': {
        const { user, isOpen } = op;
        const conversation = op.talk as ConversationId;
        const settings = { title: undefined, isOpen, attributes: new Map() };
        return this.#ask({ type: 'change-settings', user, conversation, ...settings });
      }
      case 'read':
        return this.#read(op.user, op.talk as ConversationId, op.at);
      case 'deliver':
        return this.#deliver(op.user, op.talk as ConversationId, op.at);
      case 'turn':
        return this.turn(op.ms);
      case 'fail':
        return this.scene.store.failNext(undefined, op.times);
      case 'restart':
        return this.#restart(op.isClean);
      case 'jump':
        return this.scene.clock.jumpWall(op.ms);
      default:
    }
  }

  /** Lets everything asked so far be answered. */
  async turn(ms: number): Promise<void> {
    await this.scene.clock.advanceSettled(ms);
    await this.#settled(Promise.all(this.#pending.splice(0)));
    this.#inTurn.clear();
  }

  #send(op: Extract<Op, { op: 'send' }>): void {
    const conversation = op.talk as ConversationId;
    const device = deviceNumber(op.user * 10 + Number(op.isLaptop));
    const place = `${conversation}/${device}`;
    const last = this.scene.world.conversation(conversation)?.producers.get(device)?.last ?? 0;
    const before = this.#inTurn.get(place) ?? 0;
    this.#inTurn.set(place, before + 1);
    const { kind } = op;
    const target = kind === ENTRY_KIND.message ? 0 : op.target;
    const body = kind === ENTRY_KIND.recall ? new Uint8Array(0) : new TextEncoder().encode(op.text);
    const counter = Math.max(0, last + before + 1 + op.skew);
    this.#pending.push(
      this.scene.send(op.user, conversation, '', { device, counter, kind, target, body }).then((result) => {
        this.sent.push({ conversation, device, counter, kind, body, result });
      }),
    );
  }

  #ask(command: Parameters<LogScene['ask']>[0]): void {
    this.#pending.push(this.scene.ask(command));
  }

  #read(user: UserNumber, conversation: ConversationId, at: number): void {
    const head = this.scene.world.conversation(conversation)?.head ?? 0;
    this.#pending.push(this.scene.read(user, conversation, Math.min(at, head)));
  }

  #deliver(user: UserNumber, conversation: ConversationId, at: number): void {
    const member = this.scene.world.conversation(conversation)?.members.get(user);
    if (member === undefined || member.role === null) return;
    const upTo = Math.min(at, member.conversation.head) as Seq;
    if (upTo <= member.deliveredSeq) return;
    member.deliveredSeq = upTo;
    this.scene.sequencer.markDirty(member);
  }

  /** Each failed commit holds the rest up for one pause. */
  async #settled(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.then(() => {
      isDone = true;
    });
    while (!isDone) await this.scene.clock.advanceSettled(this.scene.limits.commitRetryPauseMs);
    await done;
  }

  async #restart(isClean: boolean): Promise<void> {
    await this.turn(0);
    if (isClean) await this.#settled(this.scene.sequencer.close());
    this.scene = await this.scene.restart({ rules: this.#rules });
  }
}

/** Rules with one mistake each: proof that the checks below would see it. */
const MISTAKES: Readonly<Record<string, Partial<LogRules>>> = {
  'a forgotten counter': {
    applyEntry: (conversation, entry, hash, by) =>
      LOG_RULES.applyEntry(conversation, { ...entry, device: deviceNumber(0) }, hash, by),
  },
  'a forgotten refusal': { applyRefusal: () => undefined },
  'a retry that is appended': {
    decideSend: (command, facts, context) => {
      const verdict = LOG_RULES.decideSend(command, facts, context);
      const isRetry = verdict.verdict === 'answer' && 'isDuplicate' in verdict.result;
      return isRetry ? { verdict: 'append', hash: 1 } : verdict;
    },
  },
  'a reaction that counts as unread': {
    applyEntry: (conversation, entry, hash, by) => {
      LOG_RULES.applyEntry(conversation, entry, hash, by);
      if (entry.kind === ENTRY_KIND.reaction) conversation.ordinal++;
    },
  },
  'a marker that goes back': {
    decideRead: (command, facts) => {
      const decision = LOG_RULES.decideRead(command, facts);
      return decision.outcome === 'already' ? { outcome: 'move' } : decision;
    },
  },
  'a message from outside': {
    decideSend: (command, facts, context) => {
      const verdict = LOG_RULES.decideSend(command, facts, context);
      const isOutside = verdict.verdict === 'refuse' && verdict.refusal.code === 'permission.not_member';
      return isOutside ? { verdict: 'append', hash: 1 } : verdict;
    },
  },
};

describe('the log, whatever is asked of it', () => {
  it('[LG1, LG3, LG5, LG9, SD1, SD5, RD3] keeps its promises', async () => {
    await fc.assert(anyLife(LOG_RULES), { numRuns: RUNS });
  }, 60_000);

  it.each(Object.entries(MISTAKES))(
    '[LG1, LG3] shows %s',
    async (_, mistake) => {
      const outcome = await fc.check(anyLife({ ...LOG_RULES, ...mistake }), {
        numRuns: RUNS,
        endOnFailure: true,
      });
      expect(outcome.failed).toBe(true);
    },
    60_000,
  );
});

function anyLife(rules: LogRules) {
  const ops = fc.array(arbitraryOp(), { minLength: 20, maxLength: 120, size: 'max' });
  return fc.asyncProperty(limits, ops, (drawn, played) => playAndCheck(drawn, played, rules));
}

async function playAndCheck(drawn: Partial<Limits>, ops: readonly Op[], rules: LogRules): Promise<void> {
  const player = new Player(await LogScene.open({ limits: drawn, rules }), rules);
  await player.scene.group(userNumber(1), USERS.slice(0, player.scene.limits.membersPerGroupMax));
  await player.scene.direct(userNumber(1), userNumber(2));
  for (const op of ops) await player.play(op);
  await player.turn(5_000);
  const { store, world, sequencer } = player.scene;
  const wrong = [
    ...[...store.logs.values()].flatMap(wrongInLog),
    ...player.sent.flatMap((sent) => wrongInAnswer(sent, store.logs.get(sent.conversation) ?? [])),
    ...wrongInPositions(player.scene),
    ...wrongInWorld(player.scene),
  ];
  expect(wrong).toEqual([]);

  const crashed = await loadWorld(store, player.scene.limits);
  expect(describeWorld(crashed.world)).toEqual(describeWorld(world));
  store.heal();
  await sequencer.close();
  const stopped = await loadWorld(store, player.scene.limits);
  expect(stopped.entriesRead).toBe(0);
  expect(describeWorld(stopped.world)).toEqual(describeWorld(world));
}

/** What must hold of one log, whoever wrote it. */
function wrongInLog(log: readonly Entry[]): string[] {
  const counters = new Map<DeviceNumber, number>();
  const present = new Set<number>();
  let before = { ordinal: 0, timeMs: 0 };
  return log.flatMap((entry, index) => {
    const wrong: string[] = [];
    const say = (what: string, isWrong: boolean) =>
      isWrong && wrong.push(`${what} at ${entry.conversation}/${index + 1}`);
    say('seq', entry.seq !== index + 1);
    say('ordinal', entry.ordinal !== before.ordinal + Number(isCountable(entry.kind)));
    say('time', entry.timeMs < before.timeMs);
    say('counter', entry.device !== 0 && entry.counter <= (counters.get(entry.device) ?? 0));
    say('membership', !mayWrite(entry, present));
    counters.set(entry.device, entry.counter);
    before = entry;
    return wrong;
  });
}

/** Membership as the log itself tells it: whoever writes is in it, and who enters was not. */
function mayWrite(entry: Entry, present: Set<number>): boolean {
  if (entry.kind !== ENTRY_KIND.member) return present.has(entry.sender);
  const { action, users } = decodeMessage(readMemberChange, entry.body);
  const isFromOutside = action === MemberAction.created || action === MemberAction.joined;
  const isSenderRight = isFromOutside !== present.has(entry.sender);
  if (action === MemberAction.role) return isSenderRight && users.every((user) => present.has(user));
  const isRemoval = action === MemberAction.left || action === MemberAction.kicked;
  const areUsersRight = users.every((user) => present.has(user) === isRemoval);
  for (const user of users) {
    if (isRemoval) present.delete(user);
    else present.add(user);
  }
  return isSenderRight && areUsersRight;
}

/** What was answered is what the log says, for ever. */
function wrongInAnswer(
  { result, device, counter, body, conversation }: Sent,
  log: readonly Entry[],
): string[] {
  const own = log.filter((entry) => entry.device === device && entry.counter === counter);
  const identity = `${conversation}/${device}/${counter}`;
  if (own.length > 1) return [`twice in the log: ${identity}`];
  const [entry] = own;
  if (result.outcome === 'stored') {
    const isSame =
      entry?.seq === result.seq && entry.ordinal === result.ordinal && entry.timeMs === result.timeMs;
    // Recalled since, or as it was sent.
    const isBodySame = entry?.body.length === 0 || String(entry?.body) === String(body);
    return isSame && isBodySame ? [] : [`acknowledged, but not so in the log: ${identity}`];
  }
  const isFinal = result.outcome === 'refused' && result.code.startsWith('message.') && counter > 0;
  return isFinal && entry !== undefined ? [`refused, but in the log: ${identity}`] : [];
}

function wrongInPositions({ store }: LogScene): string[] {
  const positions = store.commits.flatMap(({ entries, members, refusals }) =>
    [...entries, ...members, ...refusals].map(({ position }) => position),
  );
  const batches = store.commits.map(({ position }) => position);
  const areGrowing = batches.every((position, index) => index === 0 || position > (batches[index - 1] ?? 0));
  return areGrowing && new Set(positions).size === positions.length ? [] : ['positions'];
}

/** Indexes agree with the rows, and unread with counting. */
function wrongInWorld({ store, world }: LogScene): string[] {
  return [...world.conversations()].flatMap(({ id, members, present, ordinal }) => {
    const log = store.logs.get(id) ?? [];
    const holding = [...members.values()].filter(({ role }) => role !== null);
    const isIndexed =
      present.length === holding.length && holding.every(({ user }) => present.includes(user));
    const owners = holding.filter(({ role }) => role === 'owner').length;
    const isOwned = owners === (world.conversation(id)?.kind === 'group' && holding.length > 0 ? 1 : 0);
    const miscounted = [...members.values()].filter((member) => {
      const unread = log.filter(
        ({ seq, kind, sender }) => seq > member.readSeq && isCountable(kind) && sender !== member.user,
      );
      return ordinal - member.readOrdinal - (member.ownTotal - member.readOwn) !== unread.length;
    });
    return [
      ...(isIndexed ? [] : [`present in ${id}`]),
      ...(isOwned ? [] : [`owners of ${id}: ${owners}`]),
      ...miscounted.map(({ user }) => `unread of ${user} in ${id}`),
    ];
  });
}

/** All of the state that must survive a restart, in a form that can be compared. */
function describeWorld(world: World): unknown {
  return [...world.conversations()].map((conversation) => {
    const { members, producers, present, hasUnsavedMarkers: _, ...rest } = conversation;
    return {
      ...rest,
      present: present.toSorted((a, b) => a - b),
      members: Array.from(members.values(), describeMember).sort((a, b) => a.user - b.user),
      producers: Array.from(producers, describeProducer).sort((a, b) => a.device - b.device),
    };
  });
}

// A delivered marker that is not stored yet is the one thing that a restart may forget.
function describeMember({
  conversation: _,
  deliveredSeq: __,
  ...member
}: Member): Omit<Member, 'conversation' | 'deliveredSeq'> {
  return member;
}

function describeProducer([device, producer]: [DeviceNumber, Producer]) {
  const { last, oldestHeld, lastUsedAtMs } = producer;
  const outcomes: unknown[] = [];
  for (let counter = oldestHeld; counter <= last; counter++) {
    // The hash of what was recalled is known until the restart only.
    outcomes.push({ ...producer.outcome(counter), hash: undefined });
  }
  return { device, last, oldestHeld, lastUsedAtMs, outcomes };
}
