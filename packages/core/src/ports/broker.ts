import type { Delivery } from '../delivery/delivery.ts';

/**
 * Carries committed entries from the node that wrote them to the nodes that have members online. One node needs only
 * the local broker, which calls back at once.
 */
export interface Broker {
  /**
   * Hands over an entry after its commit, in commit order.
   *
   * Errors: none; what is lost on the way is found again by sync.
   */
  publish(delivery: Delivery): void;
  /**
   * Calls `deliver` for every published entry, once, in order per conversation.
   *
   * Errors: none.
   */
  subscribe(deliver: (delivery: Delivery) => void): void;
}
