import type { Clock, UserNumber } from '@skein/model';
import type { Member } from '../log/conversation.ts';
import type { Committed, LogEvents, MembershipChange } from '../log/log-events.ts';
import type { World } from '../log/world.ts';
import type { Broker } from '../ports/broker.ts';
import type { Presence } from '../presence/presence.ts';
import type { Delivery } from './delivery.ts';
import type { Feed } from './feed.ts';
import type { Hub } from './hub.ts';
import type { Markers } from './markers.ts';

export interface FanOutDeps {
  readonly world: World;
  readonly hub: Hub;
  readonly markers: Markers;
  readonly presence: Presence;
  readonly broker: Broker;
  readonly clock: Clock;
}

const NONE: readonly UserNumber[] = [];

/** Hands what was committed to the connections of everyone it concerns, after the commit and in its order (DL1). */
export class FanOut implements LogEvents {
  readonly #deps: FanOutDeps;
  // What the broker does not carry: a node that hears of an entry from elsewhere has no origin for it.
  #underWay: Committed | null = null;

  constructor(deps: FanOutDeps) {
    this.#deps = deps;
    deps.broker.subscribe((delivery) => this.#deliver(delivery));
  }

  committed(event: Committed): void {
    this.#underWay = event;
    this.#deps.broker.publish(event.delivery);
    this.#underWay = null;
  }

  memberChanged(member: Member, change: MembershipChange): void {
    if (change !== 'role') this.#deps.presence.acquaintanceChanged(member.user);
    for (const feed of this.#deps.hub.feedsOf(member.user) ?? []) feed.tellMembership(member);
  }

  readMoved(member: Member): void {
    this.#deps.markers.readMoved(member);
  }

  #deliver(delivery: Delivery): void {
    const { entry } = delivery;
    const event = this.#underWay?.delivery === delivery ? this.#underWay : null;
    const conversation = event?.conversation ?? this.#deps.world.conversation(entry.conversation);
    if (conversation === undefined) return;
    // Only a send is answered with an Ack that tells its own connection of the entry.
    const acked = entry.counter === 0 ? null : (event?.origin ?? null);
    const entered = event?.entered ?? NONE;
    const present = entered.length === 0 ? conversation.present : without(conversation.present, entered);
    const { hub } = this.#deps;
    const nowMs = this.#deps.clock.monotonicMs();
    for (const user of present) {
      const feeds = hub.feedsOf(user);
      if (feeds === undefined) continue;
      // Backwards: a connection that ends while it is told takes itself out of this list.
      for (let index = feeds.length - 1; index >= 0; index--) {
        const feed = feeds[index] as Feed;
        if (feed.owner.origin === acked) feed.deliverOwn(conversation);
        else feed.deliver(delivery, conversation, nowMs);
      }
    }
    for (const user of event?.left ?? NONE) {
      for (const feed of hub.feedsOf(user) ?? []) feed.deliver(delivery, conversation, nowMs);
    }
  }
}

function without(present: readonly UserNumber[], entered: readonly UserNumber[]): readonly UserNumber[] {
  const excluded = new Set(entered);
  return present.filter((user) => !excluded.has(user));
}
