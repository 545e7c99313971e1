import {
  type DeviceNumber,
  deviceNumber,
  ENTRY_KIND,
  type Entry,
  isCountable,
  type Position,
  type Refusal,
  SEQ_BEFORE_FIRST,
  seq,
  type UserNumber,
} from '@skein/model';
import type { ConversationRow, MemberRow } from '../ports/store.ts';
import { withAttributes } from './attributes.ts';
import { Batch, type Step, type StepMember } from './batch.ts';
import type { Member } from './conversation.ts';
import type { RoleChange } from './decide-create.ts';
import type { MemberStep } from './decide-members.ts';
import type { SettingsChanges } from './decide-settings.ts';
import { Draft } from './draft.ts';
import type { DraftConversation } from './draft-conversation.ts';
import { memberBody, settingsBody } from './entry-body.ts';
import type { MemberFacts } from './facts.ts';
import type { LogResult, ReadCommand, SendCommand } from './log-command.ts';
import type { RecentEntries } from './recent-entries.ts';
import { HASH_UNKNOWN } from './send-hash.ts';
import type { World } from './world.ts';

const NO_MEMBERS: readonly StepMember[] = [];
const NO_DEVICE: DeviceNumber = deviceNumber(0);

type NewConversation = Omit<ConversationRow, 'id' | 'createdAtMs'> & {
  readonly members: readonly RoleChange[];
};
type NewEntry = Pick<Entry, 'kind' | 'sender' | 'device' | 'counter' | 'target' | 'body'>;

interface BatchSettings {
  readonly nowMs: number;
  /** Rule CV14. */
  readonly isHistoryFromJoining: boolean;
}

/** Writes what was decided into a batch, and over the draft, so that the next decision sees it. */
export class BatchWriter {
  readonly batch = new Batch();
  readonly draft: Draft;
  readonly nowMs: number;
  readonly #isHistoryFromJoining: boolean;
  readonly #world: World;

  constructor(world: World, recent: RecentEntries, { nowMs, isHistoryFromJoining }: BatchSettings) {
    this.draft = new Draft(world, recent);
    this.nowMs = nowMs;
    this.#isHistoryFromJoining = isHistoryFromJoining;
    this.#world = world;
  }

  send(conversation: DraftConversation, command: SendCommand, hash: number): LogResult {
    const { kind, user: sender, device, target, body, key } = command;
    // [SK1] A key stands for the next counter, whichever that is.
    const counter = key === '' ? command.counter : conversation.lastCounter(device) + 1;
    const entry = this.#append(conversation, { kind, sender, device, counter, target, body });
    const { seq: at, ordinal, timeMs } = entry;
    conversation.consume(device, { outcome: 'stored', seq: at, ordinal, timeMs, hash });
    const sentKey =
      key === ''
        ? null
        : { conversation: conversation.id, user: sender, key, seq: at, ordinal, timeMs, hash };
    if (sentKey !== null) conversation.useKey(sentKey);
    this.#step(conversation, { entry, hash, sentKey });
    return { outcome: 'stored', seq: at, ordinal, timeMs, isDuplicate: false };
  }

  /** Remembers a refusal, which uses the counter up (SD5). */
  refuse(conversation: DraftConversation, command: SendCommand, refusal: Refusal): LogResult {
    const { device, counter } = command;
    conversation.consume(device, { outcome: 'refused', refusal });
    const position = this.draft.nextPosition();
    this.#step(conversation, {
      refusal: { conversation: conversation.id, device, counter, refusal, position },
    });
    return refusal;
  }

  create(creator: UserNumber, plan: NewConversation): LogResult {
    const { kind, key, title, isOpen, attributes, members } = plan;
    const conversation = this.draft.create({ kind, key, title, isOpen, attributes, createdAtMs: this.nowMs });
    const users = members.map(({ user }) => user);
    const entry = this.#appendOwn(conversation, creator, memberBody('created', users, 'member'));
    const { row } = conversation;
    this.#step(conversation, { entry, row, members: this.#setRoles(conversation, members, entry) });
    return { outcome: 'done', conversation: conversation.id };
  }

  changeMembers(
    conversation: DraftConversation,
    actor: UserNumber,
    { action, users, role, roles }: MemberStep,
  ): void {
    const entry = this.#appendOwn(conversation, actor, memberBody(action, users, role));
    this.#step(conversation, { entry, members: this.#setRoles(conversation, roles, entry) });
  }

  changeSettings(conversation: DraftConversation, actor: UserNumber, changes: SettingsChanges): void {
    const entry = this.#appendOwn(conversation, actor, settingsBody(changes), ENTRY_KIND.settings);
    const { row } = conversation;
    conversation.row = {
      ...row,
      title: changes.title ?? row.title,
      isOpen: changes.isOpen ?? row.isOpen,
      attributes: withAttributes(row.attributes, changes.attributes),
    };
    this.#step(conversation, { entry, row: conversation.row });
  }

  moveRead(conversation: DraftConversation, member: MemberFacts, command: ReadCommand): void {
    const row: MemberRow = {
      ...rowOf(conversation, member, this.draft.nextPosition()),
      // Who has read it has it.
      deliveredSeq: seq(Math.max(member.deliveredSeq, command.seq)),
      readSeq: command.seq,
      readOrdinal: command.ordinal,
      readOwn: command.own,
    };
    this.draft.setMember(conversation, row);
    this.#step(conversation, { members: [{ row, change: 'read' }] });
  }

  /** Lets a moved delivered marker ride along. It gets a position, so that the next sync tells of it (RD5). */
  addMarker(member: Member): void {
    const conversation = this.draft.conversation(member.conversation.id);
    const facts = conversation?.member(member.user);
    if (conversation === undefined || facts === undefined || facts.role === null) return;
    const row: MemberRow = {
      ...rowOf(conversation, facts, this.draft.nextPosition()),
      deliveredSeq: seq(Math.max(facts.deliveredSeq, member.deliveredSeq)),
    };
    this.draft.setMember(conversation, row);
    this.batch.addMarker(row);
  }

  #appendOwn(
    conversation: DraftConversation,
    sender: UserNumber,
    body: Uint8Array,
    kind: number = ENTRY_KIND.member,
  ): Entry {
    return this.#append(conversation, {
      kind,
      sender,
      device: NO_DEVICE,
      counter: 0,
      target: SEQ_BEFORE_FIRST,
      body,
    });
  }

  #append(conversation: DraftConversation, from: NewEntry): Entry {
    const entry: Entry = {
      conversation: conversation.id,
      seq: seq(conversation.head + 1),
      ordinal: conversation.ordinal + (isCountable(from.kind) ? 1 : 0),
      kind: from.kind,
      sender: from.sender,
      device: from.device,
      counter: from.counter,
      // [LG5] The clock may go back; the log does not.
      timeMs: Math.max(this.nowMs, conversation.headTimeMs),
      target: from.target,
      body: from.body,
      position: this.draft.nextPosition(),
    };
    conversation.append(entry);
    return entry;
  }

  /** The rows of everyone whose role an entry changes. */
  #setRoles(conversation: DraftConversation, roles: readonly RoleChange[], entry: Entry): StepMember[] {
    return roles.map(({ user, role }) => {
      const before = conversation.member(user);
      const position = this.draft.nextPosition();
      const change = role === null ? 'left' : (before?.role ?? null) === null ? 'entered' : 'role';
      const row: MemberRow =
        before === undefined || change === 'entered'
          ? { ...this.#enteringRow(conversation, user, entry), role, position }
          : {
              ...rowOf(conversation, before, position),
              role,
              leftSeq: role === null ? entry.seq : SEQ_BEFORE_FIRST,
            };
      this.draft.setMember(conversation, row);
      return { row, change };
    });
  }

  /**
   * [CV14] History belongs to the conversation: all of it can be seen, unless the operator wants it otherwise. None of what was
   * before counts as unread.
   */
  #enteringRow(
    conversation: DraftConversation,
    user: UserNumber,
    entry: Entry,
  ): Omit<MemberRow, 'role' | 'position'> {
    return {
      conversation: conversation.id,
      user,
      firstSeq: this.#isHistoryFromJoining ? entry.seq : seq(1),
      leftSeq: SEQ_BEFORE_FIRST,
      joinedSeq: entry.seq,
      deliveredSeq: entry.seq,
      readSeq: entry.seq,
      readOrdinal: entry.ordinal,
      readOwn: this.#ownTotal(conversation, user),
    };
  }

  #ownTotal(conversation: DraftConversation, user: UserNumber): number {
    let own = this.#world.conversation(conversation.id)?.members.get(user)?.ownTotal ?? 0;
    for (const { entry } of this.batch.steps) {
      const isOwn = entry?.conversation === conversation.id && entry.sender === user;
      if (isOwn && isCountable(entry.kind)) own++;
    }
    return own;
  }

  #step(conversation: DraftConversation, step: Partial<Omit<Step, 'conversation'>>): void {
    const { entry = null, hash = HASH_UNKNOWN, row = null, members = NO_MEMBERS } = step;
    const { refusal = null, sentKey = null } = step;
    this.batch.addStep({ conversation: conversation.id, entry, hash, row, members, refusal, sentKey });
  }
}

function rowOf(conversation: DraftConversation, member: MemberFacts, position: Position): MemberRow {
  return {
    conversation: conversation.id,
    user: member.user,
    role: member.role,
    firstSeq: member.firstSeq,
    leftSeq: member.leftSeq,
    joinedSeq: member.joinedSeq,
    deliveredSeq: member.deliveredSeq,
    readSeq: member.readSeq,
    readOrdinal: member.readOrdinal,
    readOwn: member.readOwn,
    position,
  };
}
