import type { CoreClient } from '../../session/client/core-client.ts';
import type { CoreConnection } from '../../session/core-door.ts';

/** The core's connection as the session's base class sees it, where a client of the core stands between. */
export class CorePeer implements CoreConnection {
  readonly user = null;
  readonly #client: CoreClient;
  readonly #isLeaving: () => boolean;

  /** Whoever is being signed out is needed until that is through: until then the core hears of no other end. */
  constructor(client: CoreClient, isLeaving: () => boolean) {
    this.#client = client;
    this.#isLeaving = isLeaving;
  }

  get isSignedIn(): boolean {
    return this.#client.isSignedIn;
  }

  handle(): void {
    // Packets are no frames.
  }

  handleProven(): void {
    // MQTT has no dialogue in which a password is proven.
  }

  heartbeat(): void {
    this.#client.heartbeat();
  }

  drained(): void {
    this.#client.drained();
  }

  violated(...[reason, detail]: Parameters<CoreConnection['violated']>): void {
    if (!this.#isLeaving()) this.#client.violated(reason, detail);
  }

  closed(): void {
    if (!this.#isLeaving()) this.#client.closed();
  }
}

/** The place of the core's connection where nobody in particular is served: the test flag's space. */
export const NO_CORE: CoreConnection = {
  isSignedIn: true,
  user: null,
  handle: () => undefined,
  handleProven: () => undefined,
  heartbeat: () => undefined,
  drained: () => undefined,
  violated: () => undefined,
  closed: () => undefined,
};
