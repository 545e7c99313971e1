import { conversationId, type Refusal, refuse } from '@skein/model';
import type { FindSent, FindUsers, History, ListMembers } from '@skein/protocol';
import { memberPage } from '../sync/member-page.ts';
import { toWireUser, usersByNumber } from '../sync/people.ts';
import type { Answer, ReadyConnection } from './ready-connection.ts';

export async function answerHistory(
  { parts, user }: ReadyConnection,
  ask: History,
): Promise<Answer | Refusal> {
  const page = await parts.history.page(ask, user.number);
  return isRefusal(page) ? page : { case: 'history', value: page };
}

export async function answerListMembers(
  { parts, user }: ReadyConnection,
  ask: ListMembers,
): Promise<Answer | Refusal> {
  const page = memberPage(ask, user.number, parts);
  return isRefusal(page) ? page : { case: 'members', value: page };
}

/** [RQ8] Users by number or by whole id. Whoever does not exist is left out. */
export async function answerFindUsers(
  { parts }: ReadyConnection,
  { numbers, users }: FindUsers,
): Promise<Answer | Refusal> {
  const limit = parts.limits.membersPerCommandMax;
  if (numbers.length + users.length > limit) return refuse('request.invalid', { limit });
  const found = new Set(usersByNumber(numbers, parts.world.users));
  for (const id of users) {
    const row = parts.world.users.byId(id);
    if (row !== undefined) found.add(row);
  }
  return { case: 'users', value: { users: Array.from(found, toWireUser) } };
}

/** [SK3] Where a keyed send of this user stands. What one may not see, or never sent, is not there. */
export async function answerFindSent(
  { parts, user }: ReadyConnection,
  { conversation, key }: FindSent,
): Promise<Answer | Refusal> {
  const id = conversationId(conversation);
  const role = parts.world.conversation(id)?.members.get(user.number)?.role ?? null;
  if (role === null) return refuse('permission.not_member');
  const found = await parts.reader.sentKey(id, user.number, key);
  if (found === null) return refuse('message.not_found');
  const { seq, timeMs, ordinal } = found;
  return { case: 'sent', value: { conversation, seq, timeMs, ordinal, key } };
}

function isRefusal(result: object): result is Refusal {
  return 'outcome' in result;
}
