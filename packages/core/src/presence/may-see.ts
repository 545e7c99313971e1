import type { UserNumber } from '@skein/model';
import type { Contacts } from '../contacts/contacts.ts';
import type { World } from '../log/world.ts';

/** What the decision needs to know. */
export interface Acquaintance {
  readonly world: World;
  readonly contacts: Pick<Contacts, 'isBlockedBetween' | 'linkOf'>;
  readonly membersMax: number;
}

/**
 * [PR2] Whether `asker` may know how `user` is there: oneself, whoever shares a conversation of at most `membersMax`
 * members, and whomever the user has let see it; never where one of the two has blocked the other. The one place that
 * decides it.
 */
export function maySeePresence(
  { world, contacts, membersMax }: Acquaintance,
  { asker, user }: { readonly asker: UserNumber; readonly user: UserNumber },
): boolean {
  if (asker === user) return true;
  if (contacts.isBlockedBetween(asker, user)) return false;
  if (world.directBetween(asker, user) !== undefined || contacts.linkOf(asker, user).to) return true;
  const isAskerInFewer = world.presentCountOf(asker) <= world.presentCountOf(user);
  const [few, other] = isAskerInFewer ? [asker, user] : [user, asker];
  return world.membershipsOf(few).some(({ role, conversation }) => {
    if (role === null || conversation.present.length > membersMax) return false;
    return (conversation.members.get(other)?.role ?? null) !== null;
  });
}
