import type { IqCall } from '../extensions/extension.ts';
import type { Place } from '../session/conversation-book.ts';
import { StanzaError } from '../stream/stanza-error.ts';

/** The number of the group that is asked; 0 where there is none. */
export function numberOf({ session, address }: IqCall): number {
  return address.at === 'room' || address.at === 'occupant' ? session.rooms.conversationAt(address) : 0;
}

/** A group that one is not in is one that is not there. Errors: throws StanzaError item-not-found. */
export function placeOf(call: IqCall): Place {
  const place = call.session.book.get(numberOf(call));
  if (place?.isGroup !== true) throw new StanzaError('item-not-found');
  return place;
}
