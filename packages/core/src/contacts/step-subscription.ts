/**
 * How one user stands to another, RFC 6121 appendix A.1: whose presence is seen, and what was asked and not yet answered.
 * Nine of the sixteen combinations can happen; the names of the standard are in `subscriptionOf`.
 */
export interface Link {
  /** Sees the other's presence. */
  readonly to: boolean;
  /** The other one sees theirs. */
  readonly from: boolean;
  /** Asked for the other's presence, and was not answered. */
  readonly pendingOut: boolean;
  /** Was asked by the other, and did not answer. */
  readonly pendingIn: boolean;
}

export type SubscriptionAction = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed';

export interface SubscriptionStep {
  readonly mine: Link;
  readonly theirs: Link;
  /** The other one is told; false where it would be no news. */
  readonly isTold: boolean;
  /** The other one had agreed before, so the answer is theirs, given at once. */
  readonly isAnswered: boolean;
}

export const NO_LINK: Link = { to: false, from: false, pendingOut: false, pendingIn: false };

export function subscriptionOf({ to, from }: Link): 'none' | 'to' | 'from' | 'both' {
  if (to) return from ? 'both' : 'to';
  return from ? 'from' : 'none';
}

/** [CT2] RFC 6121 appendix A.2 and A.3 in one: what an action changes at both ends. */
export function stepSubscription(mine: Link, theirs: Link, action: SubscriptionAction): SubscriptionStep {
  switch (action) {
    case 'subscribe':
      return subscribe(mine, theirs);
    case 'subscribed': {
      // A.2.2: to who did not ask it says nothing.
      if (!mine.pendingIn) return unchanged(mine, theirs);
      const isAwaited = theirs.pendingOut;
      return {
        mine: { ...mine, from: true, pendingIn: false },
        theirs: isAwaited ? { ...theirs, to: true, pendingOut: false } : theirs,
        isTold: isAwaited,
        isAnswered: false,
      };
    }
    case 'unsubscribe':
      return {
        mine: { ...mine, to: false, pendingOut: false },
        theirs: { ...theirs, from: false, pendingIn: false },
        isTold: theirs.from || theirs.pendingIn,
        isAnswered: false,
      };
    case 'unsubscribed':
      return {
        mine: { ...mine, from: false, pendingIn: false },
        theirs: { ...theirs, to: false, pendingOut: false },
        isTold: theirs.to || theirs.pendingOut,
        isAnswered: false,
      };
  }
}

function subscribe(mine: Link, theirs: Link): SubscriptionStep {
  if (mine.to) return unchanged(mine, theirs);
  // RFC 6121 §3.1.3: the other one agreed long ago.
  if (theirs.from) {
    return { mine: { ...mine, to: true, pendingOut: false }, theirs, isTold: false, isAnswered: true };
  }
  return {
    mine: { ...mine, pendingOut: true },
    theirs: { ...theirs, pendingIn: true },
    isTold: !theirs.pendingIn,
    isAnswered: false,
  };
}

function unchanged(mine: Link, theirs: Link): SubscriptionStep {
  return { mine, theirs, isTold: false, isAnswered: false };
}
