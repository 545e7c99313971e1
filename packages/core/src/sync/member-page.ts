import { type Limits, type Refusal, refuse, type UserNumber } from '@skein/model';
import type { ListMembers, MemberInit, MemberPageInit } from '@skein/protocol';
import type { Blocks } from '../contacts/is-silenced.ts';
import type { Conversation } from '../log/conversation.ts';
import type { World } from '../log/world.ts';
import { shownOf, showsMarkers, toWireRole } from './conversation-state.ts';
import { toWireUser } from './people.ts';

interface MemberPageParts {
  readonly world: World;
  readonly limits: Limits;
  readonly contacts: Blocks;
}

/**
 * [RQ7] The members of a conversation by user number, for members only. Refuses permission.not_member, whether or not there
 * is such a conversation.
 */
export function memberPage(
  ask: ListMembers,
  user: UserNumber,
  { world, limits, contacts }: MemberPageParts,
): MemberPageInit | Refusal {
  const conversation = world.conversation(ask.conversation as Conversation['id']);
  const role = conversation?.members.get(user)?.role ?? null;
  if (conversation === undefined || role === null) return refuse('permission.not_member');
  const countMax = Math.min(ask.limit === 0 ? limits.pageEntriesMax : ask.limit, limits.membersPerCommandMax);
  const numbers = conversation.present.filter((number) => number > ask.after).sort((a, b) => a - b);
  const isShown = showsMarkers(conversation, { limits, contacts });
  const members = numbers.slice(0, countMax).flatMap((number): MemberInit[] => {
    const member = conversation.members.get(number);
    const known = world.users.byNumber(number);
    if (member === undefined || known === undefined) return [];
    const about = { user: toWireUser(known), role: toWireRole(member.role) };
    return [isShown ? { ...about, ...shownOf(member, limits) } : about];
  });
  return { members, more: numbers.length > countMax };
}
