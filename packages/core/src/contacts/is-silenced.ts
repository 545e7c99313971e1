import type { UserNumber } from '@skein/model';
import type { Conversation } from '../log/conversation.ts';

/** Who has blocked whom, as far as the decision needs it. */
export interface Blocks {
  isBlockedBetween(a: UserNumber, b: UserNumber): boolean;
}

/** [CT4] Whether `user` says nothing here, in no way: one of the two of this direct conversation has blocked the other. */
export function isSilenced({ kind, present }: Conversation, user: UserNumber, blocks: Blocks): boolean {
  return kind === 'direct' && present.some((other) => blocks.isBlockedBetween(user, other));
}
