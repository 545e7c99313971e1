import { isShared, type Route, type SharedGroup, type Subscription } from './subscription.ts';
import type { TopicAccess } from './topic-access.ts';
import type { TopicFilter } from './topic-filter.ts';
import type { TopicSession } from './topic-session.ts';
import { TopicTree } from './topic-tree.ts';

/** Everyone who gets the values of one topic. */
export interface Routes {
  readonly own: readonly Route[];
  readonly shared: readonly SharedRoute[];
}

interface SharedRoute {
  readonly group: SharedGroup;
  /** Those of its members who may read the topic. */
  readonly members: readonly Route[];
}

// Topics whose routes are remembered. A crowd with more topics than this computes some of them again.
const REMEMBERED_MAX = 8_192;

/**
 * Who subscribed to what in one space. What a topic's values go to is worked out once and remembered until a subscription
 * changes, access included: a value for a thousand subscribers walks over an array (TP1).
 */
export class TopicRoutes {
  readonly #access: TopicAccess;
  readonly #tree = new TopicTree<Subscription | SharedGroup>();
  readonly #groups = new Map<string, SharedGroup>();
  #remembered = new Map<string, Routes>();

  constructor(access: TopicAccess) {
    this.#access = access;
  }

  add(subscription: Subscription): void {
    const { filter } = subscription;
    if (filter.group === null) this.#tree.add(filter.levels, subscription);
    else this.#groupOf(filter).members.add(subscription);
    this.#remembered = new Map();
  }

  remove(subscription: Subscription): void {
    const { filter } = subscription;
    this.#remembered = new Map();
    if (filter.group === null) {
      this.#tree.remove(filter.levels, subscription);
      return;
    }
    const group = this.#groupOf(filter);
    group.members.delete(subscription);
    if (group.members.size > 0) return;
    this.#groups.delete(filter.text);
    this.#tree.remove(filter.levels, group);
  }

  of(topic: string): Routes {
    const known = this.#remembered.get(topic);
    if (known !== undefined) return known;
    const routes = this.#compute(topic);
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered = new Map();
    this.#remembered.set(topic, routes);
    return routes;
  }

  #groupOf(filter: TopicFilter): SharedGroup {
    let group = this.#groups.get(filter.text);
    if (group === undefined) {
      group = { members: new Set(), turn: 0 };
      this.#groups.set(filter.text, group);
      this.#tree.add(filter.levels, group);
    }
    return group;
  }

  #compute(topic: string): Routes {
    const bySession = new Map<TopicSession, Subscription[]>();
    const shared: SharedRoute[] = [];
    const mayRead = ({ session }: Subscription): boolean => this.#access.mayRead(session.owner, topic);
    for (const value of this.#tree.match(topic)) {
      if (isShared(value)) {
        const members = [...value.members].filter(mayRead).map((member) => toRoute([member]));
        shared.push({ group: value, members });
      } else if (mayRead(value)) {
        const others = bySession.get(value.session);
        if (others === undefined) bySession.set(value.session, [value]);
        else others.push(value);
      }
    }
    return { own: [...bySession.values()].map(toRoute), shared };
  }
}

/** [TP6] Overlapping subscriptions of a session are one route: the highest QoS, all identifiers. */
function toRoute(subscriptions: readonly Subscription[]): Route {
  const others = join(subscriptions, null);
  const local = subscriptions.filter(({ options }) => !options.isNoLocal);
  if (local.length === 0) return others;
  return { ...others, own: join(local, null) };
}

function join(subscriptions: readonly Subscription[], own: Route | null): Route {
  const first = subscriptions[0] as Subscription;
  const ids = subscriptions.map(({ options }) => options.id).filter((id) => id !== 0);
  return {
    session: first.session,
    qos: subscriptions.reduce(
      (qos, { options }) => (options.qos > qos ? options.qos : qos),
      first.options.qos,
    ),
    isRetainAsPublished: subscriptions.some(({ options }) => options.isRetainAsPublished),
    ids: ids.length === 0 ? null : ids,
    own,
  };
}
