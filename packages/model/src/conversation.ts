/** What a conversation is for; fixed when it is created. */
export type ConversationKind = 'direct' | 'group';

/** What a member may do; ordered from least to most. `null` in tables means "not a member". */
export type Role = 'member' | 'admin' | 'owner';

const RANK: Readonly<Record<Role, number>> = { member: 1, admin: 2, owner: 3 };

/** True when `actor` stands strictly above `other`: only then may one remove or demote the other. */
export function outranks(actor: Role, other: Role): boolean {
  return RANK[actor] > RANK[other];
}
