import {
  addToDigest,
  type Digest,
  EMPTY_DIGEST,
  POSITION_BEFORE_FIRST,
  type Position,
  type UserNumber,
} from '@skein/model';
import type { Member } from '../log/conversation.ts';
import type { World } from '../log/world.ts';

export interface MembershipScan {
  /** What the next sync starts from: taken before anything else is looked at, so nothing committed later is missed. */
  readonly cursor: Position;
  /** Changed since the cursor that was asked from, the most recent first. */
  readonly changed: readonly Member[];
  /** Over all present memberships, as of now. */
  readonly digest: Digest;
  readonly memberships: number;
}

/** [SY1, SY2, SY5] One pass over a user's memberships: numbers in memory, no allocation for what did not change. */
export function scanMemberships(world: World, user: UserNumber, after: Position): MembershipScan {
  const cursor = world.position;
  const changed: Member[] = [];
  let digest: Digest = EMPTY_DIGEST;
  let memberships = 0;
  for (const member of world.membershipsOf(user)) {
    if (hasChanged(member, after)) changed.push(member);
    if (member.role === null) continue;
    memberships++;
    digest = addToDigest(digest, member.conversation.id, member.conversation.head, member.readSeq);
  }
  changed.sort((a, b) => changedAt(b) - changedAt(a));
  return { cursor, changed, digest, memberships };
}

function hasChanged(member: Member, after: Position): boolean {
  // [SY4] Who left hears that, and nothing that happened since. A device that knows nothing need not forget anything.
  if (member.role === null) return member.position > after && after > POSITION_BEFORE_FIRST;
  return changedAt(member) > after || member.conversation.hasUnsavedMarkers;
}

function changedAt(member: Member): Position {
  if (member.role === null) return member.position;
  const { position } = member.conversation;
  return position > member.position ? position : member.position;
}
