import {
  type ConversationId,
  type ConversationKind,
  type Limits,
  type Refusal,
  type Role,
  refuse,
  type UserNumber,
} from '@skein/model';
import type { Attributes } from '../ports/store.ts';
import { type AttributeLimits, judgeAttributes, NO_ATTRIBUTES, withAttributes } from './attributes.ts';
import { directKey, groupKey } from './conversation-key.ts';
import type { PeopleFacts } from './facts.ts';
import type { CreateDirectCommand, CreateGroupCommand } from './log-command.ts';
import { judgeTitle } from './title.ts';

export interface CreateFacts extends PeopleFacts {
  /** The conversation that has this key already. */
  byKey(key: string): ConversationId | undefined;
}

export type CreateLimits = AttributeLimits &
  Pick<
    Limits,
    'conversationsPerUserMax' | 'membersPerCommandMax' | 'membersPerGroupMax' | 'titleCharactersMax'
  >;

export interface RoleChange {
  readonly user: UserNumber;
  /** Null: no longer a member. */
  readonly role: Role | null;
}

export type CreateDecision =
  | Refusal
  | { readonly outcome: 'exists'; readonly conversation: ConversationId }
  | {
      readonly outcome: 'create';
      readonly kind: ConversationKind;
      readonly key: string;
      readonly title: string;
      readonly isOpen: boolean;
      readonly attributes: Attributes;
      readonly members: readonly RoleChange[];
    };

/** The creator's key for a group is random; this is room for any way to write one. */
const GROUP_KEY_CHARACTERS_MAX = 64;

/** Decides about a direct conversation: one for each pair of users, whoever asks first (rules CV1, CV2). */
export function decideDirect(
  command: CreateDirectCommand,
  facts: CreateFacts,
  limits: CreateLimits,
): CreateDecision {
  const { user, peer } = command;
  if (peer === user) return refuse('permission.self_conversation');
  if (!facts.isUser(peer)) return refuse('user.not_found');
  const key = directKey(user, peer);
  const conversation = facts.byKey(key);
  if (conversation !== undefined) return { outcome: 'exists', conversation };
  const members: RoleChange[] = [
    { user, role: 'member' },
    { user: peer, role: 'member' },
  ];
  const full = judgeRoom(members, facts, limits);
  return (
    full ?? {
      outcome: 'create',
      kind: 'direct',
      key,
      title: '',
      isOpen: false,
      attributes: NO_ATTRIBUTES,
      members,
    }
  );
}

/** Decides about a group: the creator owns it; the same key again finds it again (rules CV3, CV4). */
export function decideGroup(
  command: CreateGroupCommand,
  facts: CreateFacts,
  limits: CreateLimits,
): CreateDecision {
  const { user, title, isOpen } = command;
  const attributes = withAttributes(NO_ATTRIBUTES, command.attributes);
  if (command.key.length < 1 || command.key.length > GROUP_KEY_CHARACTERS_MAX) {
    return refuse('request.invalid', { limit: GROUP_KEY_CHARACTERS_MAX });
  }
  const key = groupKey(user, command.key);
  const conversation = facts.byKey(key);
  if (conversation !== undefined) return { outcome: 'exists', conversation };

  const invalid =
    judgeTitle(title, limits) ??
    judgeAttributes(attributes, limits) ??
    judgeCommandSize(command.members, limits);
  if (invalid !== null) return invalid;
  const others = new Set(command.members);
  others.delete(user);
  for (const other of others) if (!facts.isUser(other)) return refuse('user.not_found');
  if (others.size + 1 > limits.membersPerGroupMax) {
    return refuse('limit.group_full', { limit: limits.membersPerGroupMax });
  }
  const members: RoleChange[] = [{ user, role: 'owner' }];
  for (const other of others) members.push({ user: other, role: 'member' });
  const full = judgeRoom(members, facts, limits);
  return full ?? { outcome: 'create', kind: 'group', key, title, isOpen, attributes, members };
}

/** [CV5] A command names no more users than one entry should hold. */
export function judgeCommandSize(
  users: readonly UserNumber[],
  { membersPerCommandMax: limit }: Pick<CreateLimits, 'membersPerCommandMax'>,
): Refusal | null {
  return users.length <= limit ? null : refuse('request.invalid', { limit });
}

/** [CV5] Whoever enters has room for one more conversation. */
export function judgeRoom(
  entering: readonly RoleChange[],
  facts: PeopleFacts,
  { conversationsPerUserMax: limit }: Pick<CreateLimits, 'conversationsPerUserMax'>,
): Refusal | null {
  for (const { user } of entering) {
    if (facts.presentCountOf(user) >= limit) return refuse('limit.too_many_conversations', { limit });
  }
  return null;
}
