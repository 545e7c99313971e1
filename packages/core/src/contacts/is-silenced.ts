import type { UserNumber } from '@skein/model';
import type { Conversation } from '../log/conversation.ts';

/** Who has blocked whom, as far as the decision needs it. */
export interface Blocks {
  isBlockedBetween(a: UserNumber, b: UserNumber): boolean;
}

/** [CT4] Whether nobody says anything here, in no way: one of the two of this direct conversation has blocked the other. */
export function isSilenced({ kind, present: [one, other] }: Conversation, blocks: Blocks): boolean {
  if (kind !== 'direct' || one === undefined || other === undefined) return false;
  return blocks.isBlockedBetween(one, other);
}
