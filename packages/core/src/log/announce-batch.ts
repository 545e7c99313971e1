import type { Limits, Position, UserNumber } from '@skein/model';
import { assert } from '@skein/model';
import { Delivery } from '../delivery/delivery.ts';
import { applyConversationRow, applyMemberRow, reportMarker } from './apply-row.ts';
import type { Batch, Step, StepMember } from './batch.ts';
import type { Conversation, Member } from './conversation.ts';
import type { LogEvents } from './log-events.ts';
import type { LogRules } from './log-rules.ts';
import type { RecentEntries } from './recent-entries.ts';
import type { World } from './world.ts';

export interface Announcing {
  readonly world: World;
  readonly recent: RecentEntries;
  readonly rules: LogRules;
  readonly limits: Limits;
  readonly events: LogEvents;
}

const NO_USERS: readonly UserNumber[] = [];
const NO_MEMBERS: readonly Member[] = [];

/**
 * Makes a committed batch part of the state, step by step, and tells of each step before the next (rule LG4): whoever is told
 * sees the state as of that entry.
 */
export function announceBatch(batch: Batch, position: Position, to: Announcing): void {
  let applied = 0;
  batch.submissions.forEach((submission, index) => {
    const before = batch.stepsBefore[index] ?? 0;
    for (; applied < before; applied++) announceStep(batch.steps[applied] as Step, submission.origin, to);
    submission.done(batch.results[index] as (typeof batch.results)[number]);
  });
  for (const row of batch.markers) {
    const { conversation } = applyMemberRow(to.world, row);
    reportMarker(conversation, row.position, to.limits.markerMembersMax);
  }
  // Last, so that a cursor taken in between reports again instead of omitting.
  to.world.position = position;
}

function announceStep(step: Step, origin: object | null, to: Announcing): void {
  const { world, rules, limits, events } = to;
  if (step.row !== null) applyConversationRow(world, step.row);
  const conversation = world.conversation(step.conversation);
  assert(conversation !== undefined, 'a step belongs to a conversation');
  const previousTimeMs = conversation.headTimeMs;
  if (step.entry !== null) {
    rules.applyEntry(conversation, step.entry, step.hash, limits);
    to.recent.add(step.entry);
    world.noteChanged(conversation);
  }
  if (step.sentKey !== null) world.sentKeys.add(step.sentKey, limits.sentKeysHeldMax);
  if (step.refusal !== null) {
    rules.applyRefusal(conversation, step.refusal, limits);
    world.noteChanged(conversation);
  }
  const members = step.members.length === 0 ? NO_MEMBERS : applyMembers(step.members, conversation, to);
  if (step.entry !== null) {
    events.committed({
      delivery: new Delivery(step.entry, previousTimeMs),
      conversation,
      origin,
      entered: usersWith(step.members, 'entered'),
      left: usersWith(step.members, 'left'),
    });
  }
  for (let index = 0; index < members.length; index++) {
    const member = members[index] as Member;
    const change = step.members[index]?.change ?? 'read';
    if (change === 'read') events.readMoved(member);
    else events.memberChanged(member, change);
  }
}

function applyMembers(
  changed: readonly StepMember[],
  conversation: Conversation,
  { world, limits }: Announcing,
): readonly Member[] {
  const members = changed.map(({ row }) => applyMemberRow(world, row));
  const last = changed.at(-1);
  if (last !== undefined) reportMarker(conversation, last.row.position, limits.markerMembersMax);
  return members;
}

function usersWith(changed: readonly StepMember[], change: StepMember['change']): readonly UserNumber[] {
  if (changed.length === 0) return NO_USERS;
  const users: UserNumber[] = [];
  for (const member of changed) if (member.change === change) users.push(member.row.user);
  return users;
}
