import type { Broker } from '../ports/broker.ts';
import type { Delivery } from './delivery.ts';

/** The broker of a single node: whoever subscribed hears at once. */
export class LocalBroker implements Broker {
  readonly #subscribers: ((delivery: Delivery) => void)[] = [];

  publish(delivery: Delivery): void {
    for (const deliver of this.#subscribers) deliver(delivery);
  }

  subscribe(deliver: (delivery: Delivery) => void): void {
    this.#subscribers.push(deliver);
  }
}
