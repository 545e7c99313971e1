import {
  type Limits,
  outranks,
  type Refusal,
  type Role,
  refuse,
  type UserNumber,
  unreachable,
} from '@skein/model';
import { judgeCommandSize, judgeRoom, type RoleChange } from './decide-create.ts';
import type { ConversationFacts, MemberFacts, PeopleFacts } from './facts.ts';
import type { ChangeMembersCommand } from './log-command.ts';

/** One member entry: who it names, and every role that changes by it. */
export interface MemberStep {
  readonly action: ChangeMembersCommand['action'];
  readonly users: readonly UserNumber[];
  /** The role that the named users have afterwards; null for those who are gone. */
  readonly role: Role | null;
  readonly roles: readonly RoleChange[];
}

export type MembersDecision =
  | Refusal
  | { readonly outcome: 'already' }
  | { readonly outcome: 'change'; readonly steps: readonly MemberStep[] };

export type MembersLimits = Pick<
  Limits,
  'conversationsPerUserMax' | 'membersPerCommandMax' | 'membersPerGroupMax'
>;

const ALREADY: MembersDecision = { outcome: 'already' };

interface Circumstances {
  readonly command: ChangeMembersCommand;
  readonly conversation: ConversationFacts;
  readonly people: PeopleFacts;
  readonly limits: MembersLimits;
}

/**
 * Decides who enters, leaves or changes role. A command is done whole or not at all; one whose result already holds is
 * done without an entry, so a retry is harmless (rules CV7–CV13). The order of the checks is part of the contract.
 */
export function decideMembers(
  command: ChangeMembersCommand,
  conversation: ConversationFacts | undefined,
  people: PeopleFacts,
  limits: MembersLimits,
): MembersDecision {
  if (conversation === undefined) return refuse('permission.not_member');
  const circumstances: Circumstances = { command, conversation, people, limits };
  const actor = conversation.member(command.user);
  if (actor === undefined || actor.role === null) return decideFromOutside(circumstances, actor);
  if (conversation.kind === 'direct') return refuse('permission.direct');
  const tooMany = judgeCommandSize(command.users, limits);
  if (tooMany !== null) return tooMany;
  switch (command.action) {
    case 'invited':
      return decideInvite(circumstances);
    case 'joined':
      return ALREADY;
    case 'left':
      return decideLeave(circumstances, actor);
    case 'kicked':
      return decideKick(circumstances, actor.role);
    case 'role':
      return decideRole(circumstances, actor.role);
    default:
      return unreachable(command.action);
  }
}

/** [CV8] From outside one can only join what is open; leaving again, when one already left, is done. */
function decideFromOutside(
  { command, conversation, people, limits }: Circumstances,
  former: MemberFacts | undefined,
): MembersDecision {
  if (command.action === 'left' && former !== undefined) return ALREADY;
  if (command.action !== 'joined' || !conversation.isOpen) return refuse('permission.not_member');
  // [CV16] A group that everyone left has nobody to tend it but the one who comes back first.
  const role = conversation.presentCount === 0 ? 'owner' : 'member';
  const roles: RoleChange[] = [{ user: command.user, role }];
  const full = judgeGroupRoom(conversation, roles, limits) ?? judgeRoom(roles, people, limits);
  return full ?? change({ action: 'joined', users: [command.user], role, roles });
}

/** [CV7] Any member may invite; who is present already is passed over. */
function decideInvite({ command, conversation, people, limits }: Circumstances): MembersDecision {
  const roles: RoleChange[] = [];
  for (const user of new Set(command.users)) {
    if (!people.isUser(user)) return refuse('user.not_found');
    if (isPresent(conversation, user)) continue;
    roles.push({ user, role: 'member' });
  }
  if (roles.length === 0) return ALREADY;
  const full = judgeGroupRoom(conversation, roles, limits) ?? judgeRoom(roles, people, limits);
  return full ?? change({ action: 'invited', users: usersOf(roles), role: 'member', roles });
}

/** [CV9] Whoever leaves as owner passes ownership on first, by an entry of its own. */
function decideLeave({ conversation }: Circumstances, actor: MemberFacts): MembersDecision {
  const leave: MemberStep = {
    action: 'left',
    users: [actor.user],
    role: null,
    roles: [{ user: actor.user, role: null }],
  };
  const successor = actor.role === 'owner' ? successorOf(conversation, actor.user) : null;
  return successor === null ? change(leave) : change(transfer(actor.user, successor), leave);
}

/** [CV10] Owners and admins remove those they outrank. */
function decideKick({ command, conversation }: Circumstances, role: Role): MembersDecision {
  if (role === 'member') return refuse('permission.role');
  if (command.users.includes(command.user)) return refuse('request.invalid');
  const roles: RoleChange[] = [];
  for (const user of new Set(command.users)) {
    const target = conversation.member(user);
    if (target === undefined || target.role === null) continue;
    if (!outranks(role, target.role)) return refuse('permission.role');
    roles.push({ user, role: null });
  }
  return roles.length === 0
    ? ALREADY
    : change({ action: 'kicked', users: usersOf(roles), role: null, roles });
}

/** [CV11] The owner gives and takes roles. [CV12] Giving ownership is giving it up. */
function decideRole({ command, conversation }: Circumstances, role: Role): MembersDecision {
  if (role !== 'owner') return refuse('permission.role');
  const named = [...new Set(command.users)];
  if (named.some((user) => !isPresent(conversation, user))) return refuse('user.not_found');
  const changing = named.filter((user) => conversation.member(user)?.role !== command.role);
  if (command.role === 'owner') {
    if (named.length !== 1) return refuse('request.invalid');
    const [successor] = changing;
    return successor === undefined ? ALREADY : change(transfer(command.user, successor));
  }
  // An owner who could step down without a successor would leave a group that nobody can tend.
  if (named.includes(command.user)) return refuse('request.invalid');
  if (changing.length === 0) return ALREADY;
  const roles = changing.map((user) => ({ user, role: command.role }));
  return change({ action: 'role', users: changing, role: command.role, roles });
}

function transfer(owner: UserNumber, successor: UserNumber): MemberStep {
  return {
    action: 'role',
    users: [successor],
    role: 'owner',
    roles: [
      { user: successor, role: 'owner' },
      { user: owner, role: 'admin' },
    ],
  };
}

/** [CV9] The admin who stands longest, else the member who does; null when nobody else is there. */
function successorOf(conversation: ConversationFacts, owner: UserNumber): UserNumber | null {
  let best: MemberFacts | null = null;
  for (const user of conversation.presentUsers()) {
    const member = conversation.member(user);
    if (member === undefined || user === owner) continue;
    if (best === null || standsBefore(member, best)) best = member;
  }
  return best?.user ?? null;
}

function standsBefore(a: MemberFacts, b: MemberFacts): boolean {
  if (a.role !== b.role) return a.role === 'admin';
  // Those who entered by the same entry stand equally long; the older account goes first, so that it is decided.
  return a.joinedSeq === b.joinedSeq ? a.user < b.user : a.joinedSeq < b.joinedSeq;
}

function judgeGroupRoom(
  conversation: ConversationFacts,
  entering: readonly RoleChange[],
  { membersPerGroupMax: limit }: MembersLimits,
): Refusal | null {
  return conversation.presentCount + entering.length <= limit ? null : refuse('limit.group_full', { limit });
}

function isPresent(conversation: ConversationFacts, user: UserNumber): boolean {
  const role = conversation.member(user)?.role;
  return role !== undefined && role !== null;
}

function usersOf(roles: readonly RoleChange[]): UserNumber[] {
  return roles.map(({ user }) => user);
}

function change(...steps: MemberStep[]): MembersDecision {
  return { outcome: 'change', steps };
}
