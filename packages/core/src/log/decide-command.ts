import { assert, type Limits, type UserNumber, unreachable } from '@skein/model';
import type { BatchWriter } from './batch-writer.ts';
import type { CreateDecision } from './decide-create.ts';
import type {
  ChangeMembersCommand,
  ChangeSettingsCommand,
  LogCommand,
  LogResult,
  ReadCommand,
  SendCommand,
} from './log-command.ts';
import type { LogRules } from './log-rules.ts';

/** What every decision of a batch shares. */
export interface DecisionContext {
  readonly writer: BatchWriter;
  readonly rules: LogRules;
  readonly limits: Limits;
  readonly nowMs: number;
  readonly isBlockedBetween?: ((a: UserNumber, b: UserNumber) => boolean) | undefined;
}

/** Decides one command and writes what follows from it into the batch. */
export function decideCommand(command: LogCommand, context: DecisionContext): LogResult {
  const { writer, rules, limits } = context;
  switch (command.type) {
    case 'send':
      return send(command, context);
    case 'create-direct':
      return create(command.user, rules.decideDirect(command, writer.draft, limits), writer);
    case 'create-group':
      return create(command.user, rules.decideGroup(command, writer.draft, limits), writer);
    case 'change-members':
      return changeMembers(command, context);
    case 'change-settings':
      return changeSettings(command, context);
    case 'read':
      return read(command, context);
    default:
      return unreachable(command);
  }
}

function send(command: SendCommand, context: DecisionContext): LogResult {
  const { writer } = context;
  const conversation = writer.draft.conversation(command.conversation);
  const verdict = context.rules.decideSend(command, conversation, context);
  if (verdict.verdict === 'answer') return verdict.result;
  assert(conversation !== undefined, 'only an existing conversation is written to');
  return verdict.verdict === 'append'
    ? writer.send(conversation, command, verdict.hash)
    : writer.refuse(conversation, command, verdict.refusal);
}

function create(creator: UserNumber, decision: CreateDecision, writer: BatchWriter): LogResult {
  switch (decision.outcome) {
    case 'refused':
      return decision;
    case 'exists':
      return { outcome: 'done', conversation: decision.conversation };
    case 'create':
      return writer.create(creator, decision);
    default:
      return unreachable(decision);
  }
}

function changeMembers(command: ChangeMembersCommand, { writer, rules, limits }: DecisionContext): LogResult {
  const conversation = writer.draft.conversation(command.conversation);
  const decision = rules.decideMembers(command, conversation, writer.draft, limits);
  if (decision.outcome === 'refused') return decision;
  if (decision.outcome === 'change') {
    assert(conversation !== undefined, 'only an existing conversation is written to');
    for (const step of decision.steps) writer.changeMembers(conversation, command.user, step);
  }
  return { outcome: 'done', conversation: command.conversation };
}

function changeSettings(
  command: ChangeSettingsCommand,
  { writer, rules, limits }: DecisionContext,
): LogResult {
  const conversation = writer.draft.conversation(command.conversation);
  const decision = rules.decideSettings(command, conversation, limits);
  if (decision.outcome === 'refused') return decision;
  if (decision.outcome === 'change') {
    assert(conversation !== undefined, 'only an existing conversation is written to');
    writer.changeSettings(conversation, command.user, decision.changes);
  }
  return { outcome: 'done', conversation: command.conversation };
}

function read(command: ReadCommand, { writer, rules }: DecisionContext): LogResult {
  const conversation = writer.draft.conversation(command.conversation);
  const decision = rules.decideRead(command, conversation);
  if (decision.outcome === 'refused') return decision;
  if (decision.outcome === 'move') {
    const member = conversation?.member(command.user);
    assert(conversation !== undefined && member !== undefined, 'only a member has a marker');
    writer.moveRead(conversation, member, command);
  }
  return { outcome: 'done', conversation: command.conversation };
}
