import type { CoreClient } from '../../session/client/core-client.ts';
import type { CoreConnection } from '../../session/core-door.ts';

/** The core's connection as the session's base class sees it, where a client of the core stands between. */
export class CorePeer implements CoreConnection {
  readonly user = null;
  readonly #client: CoreClient;
  readonly #closed: () => void;

  constructor(client: CoreClient, closed: () => void) {
    this.#client = client;
    this.#closed = closed;
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
    this.#client.violated(reason, detail);
  }

  closed(): void {
    this.#closed();
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
