import { conversationId, type Refusal, type Role, refuse, type UserNumber } from '@skein/model';
import {
  type ChangeMembers,
  type ChangeSettings,
  type CreateDirect,
  type CreateGroup,
  MemberAction,
  Role as WireRole,
} from '@skein/protocol';
import { fromWireAttributes } from '../log/attributes.ts';
import type { ChangeMembersCommand, LogCommand } from '../log/log-command.ts';
import type { World } from '../log/world.ts';
import { toConversationState } from '../sync/conversation-state.ts';
import type { Answer, ReadyConnection } from './ready-connection.ts';

const DONE: Answer = { case: 'done', value: {} };

const ACTIONS: Readonly<Record<number, ChangeMembersCommand['action']>> = {
  [MemberAction.invited]: 'invited',
  [MemberAction.joined]: 'joined',
  [MemberAction.left]: 'left',
  [MemberAction.kicked]: 'kicked',
  [MemberAction.role]: 'role',
};

const ROLES: Readonly<Record<number, Role>> = {
  // Inviting names no role: whoever is invited becomes a member.
  [WireRole.unspecified]: 'member',
  [WireRole.member]: 'member',
  [WireRole.admin]: 'admin',
  [WireRole.owner]: 'owner',
};

export async function answerCreateDirect(
  connection: ReadyConnection,
  ask: CreateDirect,
): Promise<Answer | Refusal> {
  const peer = connection.parts.world.users.byId(ask.user);
  if (peer === undefined) return refuse('user.not_found');
  return stateAfter(connection, {
    type: 'create-direct',
    user: connection.user.number,
    peer: peer.number,
  });
}

export async function answerCreateGroup(
  connection: ReadyConnection,
  ask: CreateGroup,
): Promise<Answer | Refusal> {
  const members = usersOf(ask.users, connection);
  if ('outcome' in members) return members;
  return stateAfter(connection, {
    type: 'create-group',
    user: connection.user.number,
    key: ask.key,
    title: ask.title,
    isOpen: ask.open,
    attributes: fromWireAttributes(ask.attributes),
    members: members.numbers,
  });
}

export async function answerChangeMembers(
  connection: ReadyConnection,
  ask: ChangeMembers,
): Promise<Answer | Refusal> {
  const action = ACTIONS[ask.action];
  const role = ROLES[ask.role];
  if (action === undefined || role === undefined) return refuse('request.invalid');
  const users = usersOf(ask.users, connection);
  if ('outcome' in users) return users;
  const result = await submitted(connection, {
    type: 'change-members',
    user: connection.user.number,
    conversation: conversationId(ask.conversation),
    action,
    users: users.numbers,
    role,
  });
  return 'outcome' in result ? result : DONE;
}

export async function answerChangeSettings(
  connection: ReadyConnection,
  ask: ChangeSettings,
): Promise<Answer | Refusal> {
  const result = await submitted(connection, {
    type: 'change-settings',
    user: connection.user.number,
    conversation: conversationId(ask.conversation),
    title: ask.title,
    isOpen: ask.open,
    attributes: fromWireAttributes(ask.attributes),
  });
  return 'outcome' in result ? result : DONE;
}

/** Ids as people know them, to numbers; refused whole when one of them is nobody's. */
function usersOf(
  ids: readonly string[],
  { parts }: ReadyConnection,
): { numbers: readonly UserNumber[] } | Refusal {
  const limit = parts.limits.membersPerCommandMax;
  if (ids.length > limit) return refuse('request.invalid', { limit });
  const numbers: UserNumber[] = [];
  for (const id of ids) {
    const number = numberOf(id, parts.world);
    if (number === undefined) return refuse('user.not_found');
    numbers.push(number);
  }
  return { numbers };
}

function numberOf(id: string, world: World): UserNumber | undefined {
  return world.users.byId(id)?.number;
}

async function stateAfter(connection: ReadyConnection, command: LogCommand): Promise<Answer | Refusal> {
  const result = await submitted(connection, command);
  if ('outcome' in result) return result;
  const { parts } = connection;
  const member = parts.world.conversation(result.conversation)?.members.get(connection.user.number);
  // Removed again in the very same batch.
  if (member === undefined) return refuse('permission.not_member');
  return { case: 'conversation', value: toConversationState(member, parts) };
}

/** The conversation that the command concerned, or why not. */
function submitted(
  connection: ReadyConnection,
  command: LogCommand,
): Promise<{ readonly conversation: ReturnType<typeof conversationId> } | Refusal> {
  return new Promise((resolve) => {
    connection.submit(command, (result) => {
      if (result.outcome === 'done') resolve({ conversation: result.conversation });
      else if (result.outcome === 'refused') resolve(result);
      // Only sends are answered otherwise.
      else resolve(refuse('request.invalid'));
    });
  });
}
