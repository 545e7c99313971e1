import type { UserNumber } from '@skein/model';
import type { World } from '../log/world.ts';

/**
 * [PR2] Whether `asker` may know how `user` is there: oneself, and whoever shares a conversation of at most
 * `membersMax` members. The one place that decides it.
 */
export function maySeePresence(
  world: World,
  { asker, user }: { readonly asker: UserNumber; readonly user: UserNumber },
  membersMax: number,
): boolean {
  if (asker === user || world.directBetween(asker, user) !== undefined) return true;
  const isAskerInFewer = world.presentCountOf(asker) <= world.presentCountOf(user);
  const [few, other] = isAskerInFewer ? [asker, user] : [user, asker];
  return world.membershipsOf(few).some(({ role, conversation }) => {
    if (role === null || conversation.present.length > membersMax) return false;
    return (conversation.members.get(other)?.role ?? null) !== null;
  });
}
