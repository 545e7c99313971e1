import {
  type ConversationKind,
  ENTRY_KIND,
  type EntryKindNumber,
  type Limits,
  REFUSALS,
  type Refusal,
  refuse,
  type UserNumber,
} from '@skein/model';
import type { MemberFacts, SendFacts } from './facts.ts';
import type { LogResult, SendCommand } from './log-command.ts';
import { HASH_UNKNOWN, hashOfSend } from './send-hash.ts';

export interface SendContext {
  readonly nowMs: number;
  readonly limits: Pick<Limits, 'bodyBytesMax' | 'reactionKeyBytesMax' | 'recallWindowMs'>;
  /** [CT4] Left out where nobody can be blocked. */
  readonly isBlockedBetween?: ((a: UserNumber, b: UserNumber) => boolean) | undefined;
}

export type SendVerdict =
  | { readonly verdict: 'append'; readonly hash: number }
  /** Uses the counter up and is remembered, so that a retry hears the same (SD5). */
  | { readonly verdict: 'refuse'; readonly refusal: Refusal }
  /** Changes nothing. */
  | { readonly verdict: 'answer'; readonly result: LogResult };

/** What a reaction's body takes beside its key: two tags, a length of two bytes, one flag. */
const REACTION_BYTES_BESIDE_KEY = 5;

/**
 * Decides whether an entry from a client enters the log. Pure: a replay gives the same answer.
 *
 * The order of the checks is part of the contract (rules SD1–SD9): an outsider learns only that they are one; a retry hears its first
 * answer even when the rules would say something else by now; only what comes in turn is judged at all.
 */
export function decideSend(
  command: SendCommand,
  facts: SendFacts | undefined,
  context: SendContext,
): SendVerdict {
  const member = facts?.member(command.user);
  if (facts === undefined || member === undefined) return answer(refuse('permission.not_member'));
  if (command.key !== '') return decideKeyed(command, { facts, member, context });
  if (command.counter < 1) return answer(refuse('message.invalid'));

  const last = facts.lastCounter(command.device);
  if (command.counter <= last) return answer(retryOf(command, facts));
  if (command.counter > last + 1) return answer({ outcome: 'need', counter: last + 1 });

  const refusal = judge(command, member, facts, context);
  if (refusal === null) {
    return { verdict: 'append', hash: hashOfSend(command.kind, command.target, command.body) };
  }
  // [SD4] What may pass by itself uses nothing up.
  return REFUSALS[refusal.code].retryable ? answer(refusal) : { verdict: 'refuse', refusal };
}

/** [SK1] [SK2] [SK4] The same for a send that has a key: nothing has to come in turn, and a refusal uses nothing up. */
function decideKeyed(
  command: SendCommand,
  { facts, member, context }: { facts: SendFacts; member: MemberFacts; context: SendContext },
): SendVerdict {
  const hash = hashOfSend(command.kind, command.target, command.body);
  const known = facts.sentKey(command.user, command.key) ?? command.keyFacts;
  if (known !== null) {
    if (known.hash !== hash) return answer(refuse('conflict.duplicate'));
    const { seq, ordinal, timeMs } = known;
    return answer({ outcome: 'stored', seq, ordinal, timeMs, isDuplicate: true });
  }
  const refusal = judge(command, member, facts, context);
  return refusal === null ? { verdict: 'append', hash } : answer(refusal);
}

/** [SD2] [SD3] [SD5] The first answer again. */
function retryOf(command: SendCommand, facts: SendFacts): LogResult {
  const known = facts.outcome(command.device, command.counter);
  if (known === undefined) return refuse('conflict.duplicate');
  if (known.outcome === 'refused') return known.refusal;
  const hash = hashOfSend(command.kind, command.target, command.body);
  if (known.hash !== hash && known.hash !== HASH_UNKNOWN) return refuse('conflict.duplicate');
  const { seq, ordinal, timeMs } = known;
  return { outcome: 'stored', seq, ordinal, timeMs, isDuplicate: true };
}

function judge(
  command: SendCommand,
  member: MemberFacts,
  facts: SendFacts,
  context: SendContext,
): Refusal | null {
  if (member.role === null || isBlocked(command, facts, context)) return refuse('permission.not_member');
  const malformed = judgeForm(command, context.limits);
  if (malformed !== null || command.kind === ENTRY_KIND.message) return malformed;
  return judgeTarget(command, member, facts, context);
}

/** [CT4] Who is blocked hears what an outsider hears, and so does who blocks. */
function isBlocked({ user }: SendCommand, facts: SendFacts, { isBlockedBetween }: SendContext): boolean {
  if (isBlockedBetween === undefined || facts.kind !== 'direct') return false;
  for (const other of facts.presentUsers()) if (isBlockedBetween(user, other)) return true;
  return false;
}

/** [SD6] [SD7] What can be said of an entry without looking at any other. */
function judgeForm(command: SendCommand, limits: SendContext['limits']): Refusal | null {
  if (!isFromClient(command.kind)) return refuse('message.invalid');
  const isMessage = command.kind === ENTRY_KIND.message;
  if (isMessage !== (command.target === 0)) return refuse('message.invalid');

  const bytes = command.body.length;
  if (command.kind === ENTRY_KIND.recall) return bytes === 0 ? null : refuse('message.invalid');
  if (bytes === 0) return refuse('message.invalid');
  if (command.kind === ENTRY_KIND.reaction) {
    const limit = limits.reactionKeyBytesMax;
    return bytes <= limit + REACTION_BYTES_BESIDE_KEY ? null : refuse('message.too_large', { limit });
  }
  return bytes <= limits.bodyBytesMax ? null : refuse('message.too_large', { limit: limits.bodyBytesMax });
}

function isFromClient(kind: EntryKindNumber): boolean {
  // A kind of a newer version is refused: nobody here can tell what it would change.
  return (
    kind === ENTRY_KIND.message ||
    kind === ENTRY_KIND.edit ||
    kind === ENTRY_KIND.recall ||
    kind === ENTRY_KIND.reaction
  );
}

/** [ED1] What may be changed at all: a message the member can see, that was not recalled. */
function judgeTarget(
  command: SendCommand,
  member: MemberFacts,
  facts: SendFacts,
  context: SendContext,
): Refusal | null {
  const target = command.targetFacts;
  if (target === null || command.target < member.firstSeq) return refuse('message.not_found');
  if (target.kind !== ENTRY_KIND.message) return refuse('message.not_editable');
  const isRecalled = target.isRecalled || facts.wasRecalledSince(command.target, target.asOf);
  if (isRecalled === undefined) return refuse('server.overloaded');
  if (isRecalled) return refuse('message.not_editable');

  const isOwn = target.sender === command.user;
  if (command.kind === ENTRY_KIND.edit) return isOwn ? null : refuse('message.not_editable');
  if (command.kind === ENTRY_KIND.reaction || isModerator(facts.kind, member)) return null;
  if (!isOwn) return refuse('permission.role');
  const limit = context.limits.recallWindowMs;
  return context.nowMs - target.timeMs <= limit ? null : refuse('message.recall_window_passed', { limit });
}

/** [ED3] Owners and admins keep a group in order; a direct conversation has none. */
function isModerator(kind: ConversationKind, member: MemberFacts): boolean {
  return kind === 'group' && (member.role === 'owner' || member.role === 'admin');
}

function answer(result: LogResult): SendVerdict {
  return { verdict: 'answer', result };
}
