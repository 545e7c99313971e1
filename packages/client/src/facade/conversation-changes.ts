import type { Role } from '@skein/model';
import type { MemberAction, Role as WireRole } from '@skein/protocol';
import type { ConversationSettings } from '../api/conversation.ts';
import type { SkeinError } from '../api/skein-error.ts';
import type { Ask } from '../engine/connection/requests.ts';
import type { Engine } from '../engine/engine.ts';

// The schema's numbers, as types: its values are in the part of the program that is loaded first.
const ROLE: { readonly [Name in Role]: (typeof WireRole)[Name] } = { member: 1, admin: 2, owner: 3 };
const ACTION: {
  readonly [Name in 'invited' | 'joined' | 'left' | 'kicked' | 'role']: (typeof MemberAction)[Name];
} = { invited: 2, joined: 3, left: 4, kicked: 5, role: 6 };

/** What its members can change about a conversation. */
export type ConversationChange =
  | ({ readonly to: 'settings' } & ConversationSettings)
  | { readonly to: 'invited' | 'kicked'; readonly users: readonly string[] }
  | { readonly to: 'role'; readonly user: string; readonly role: Role }
  | { readonly to: 'joined' | 'left' };

interface ConversationSource {
  readonly engine: Engine;
  /** The very class that applications import: this part of the program has none of its own. */
  readonly SkeinError: typeof SkeinError;
  /** Of the conversation. */
  readonly id: string;
}

/** Errors: rejects with a SkeinError; `permission.not_member` when there is no such conversation. */
export async function changeConversation(
  { engine, SkeinError, id }: ConversationSource,
  change: ConversationChange,
): Promise<void> {
  const { model, requests } = engine.parts;
  const number = model.byPublicId(id)?.number ?? (id.startsWith('@') ? NaN : Number(id));
  if (!Number.isSafeInteger(number)) throw new SkeinError('permission.not_member');
  const answer = await requests.ask(askFor(number, change));
  if (answer.case === 'conversation') engine.took(answer.value);
}

function askFor(conversation: number, change: ConversationChange): Ask {
  switch (change.to) {
    case 'settings':
      return {
        case: 'changeSettings',
        value: {
          conversation,
          title: change.title,
          open: change.isOpen,
          attributes: change.attributes,
        },
      };
    case 'role':
      return {
        case: 'changeMembers',
        value: {
          conversation,
          action: ACTION.role,
          users: [change.user],
          role: ROLE[change.role],
        },
      };
    default: {
      const users = 'users' in change ? change.users : [];
      return { case: 'changeMembers', value: { conversation, action: ACTION[change.to], users } };
    }
  }
}
