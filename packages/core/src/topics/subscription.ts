import type { Qos, RetainHandling } from './publication.ts';
import type { TopicFilter } from './topic-filter.ts';
import type { TopicSession } from './topic-session.ts';

export interface SubscriptionOptions {
  readonly qos: Qos;
  /** What this session publishes itself does not come back to it. */
  readonly isNoLocal: boolean;
  /** The RETAIN flag is passed on as it was published. */
  readonly isRetainAsPublished: boolean;
  readonly retainHandling: RetainHandling;
  /** Comes along with everything that this subscription takes; 0: none. */
  readonly id: number;
}

/** One filter of one session. */
export interface Subscription {
  readonly session: TopicSession;
  readonly filter: TopicFilter;
  readonly options: SubscriptionOptions;
}

/** Subscriptions of several sessions of which each value goes to one (`$share/group/filter`). */
export interface SharedGroup {
  readonly members: Set<Subscription>;
  /** Whose turn it is. */
  turn: number;
}

/** How one session gets the values of one topic, over all its subscriptions that take it. */
export interface Route {
  readonly session: TopicSession;
  readonly qos: Qos;
  readonly isRetainAsPublished: boolean;
  /** [MQTT-3.3.4-3] The identifiers of all of them. */
  readonly ids: readonly number[] | null;
  /** The same for what this session publishes itself; null: nothing. */
  readonly own: Route | null;
}

export function isShared(value: Subscription | SharedGroup): value is SharedGroup {
  return 'members' in value;
}
