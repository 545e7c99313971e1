import { ManualClock, SeededRandom, settle } from '@skein/testkit';
import type { Auth } from '../api/client-options.ts';
import { MemoryCacheProvider } from '../engine/cache/memory-cache.ts';
import { DEFAULT_HEARTBEAT } from '../engine/connection/heartbeat-policy.ts';
import { jitter } from '../engine/connection/reconnect-policy.ts';
import { SessionRenewal } from '../engine/connection/session-renewal.ts';
import type { CacheProvider, CacheStore } from '../engine/ports/cache-store.ts';
import type { LogLevel } from '../engine/ports/log-sink.ts';
import type { NetworkHint } from '../engine/ports/network-hints.ts';
import { ClientFacade, type FacadeDeps } from '../facade/client-facade.ts';
import { FakeServer } from './fake-server.ts';

export interface Logged {
  readonly level: LogLevel;
  readonly text: string;
  readonly detail: unknown;
}

/** A device: what survives its program. */
export class FakeDevice {
  readonly cache: CacheProvider;

  constructor(cache: CacheProvider = new MemoryCacheProvider()) {
    this.cache = cache;
  }
}

/** A storage whose stores do some things in their own way. */
export function tampered(
  change: (inner: CacheStore) => Partial<CacheStore>,
  device: CacheProvider = new MemoryCacheProvider(),
): CacheProvider {
  return {
    open: async (user) => {
      const inner = await device.open(user);
      return {
        load: () => inner.load(),
        readEntries: (...of) => inner.readEntries(...of),
        readAmendments: (...of) => inner.readAmendments(...of),
        apply: (batch) => inner.apply(batch),
        destroy: () => inner.destroy(),
        close: () => inner.close(),
        ...change(inner),
      };
    },
    lastUser: () => device.lastUser(),
    rememberUser: (user) => device.rememberUser(user),
  };
}

/** A fake server, a clock that stands still, and clients on it. */
export class Stage {
  readonly clock = new ManualClock();
  readonly server = new FakeServer(this.clock);
  readonly logged: Logged[] = [];
  readonly hints = new Set<(hint: NetworkHint) => void>();
  #clients = 0;

  get world() {
    return this.server.world;
  }

  client(
    auth: Auth,
    device: FakeDevice = new FakeDevice(),
    overrides: Partial<FacadeDeps> = {},
  ): ClientFacade {
    return new ClientFacade({
      clock: this.clock,
      random: new SeededRandom(++this.#clients),
      transport: this.server,
      cache: device.cache,
      spare: new MemoryCacheProvider(),
      hints: {
        subscribe: (listener) => {
          this.hints.add(listener);
          return () => this.hints.delete(listener);
        },
      },
      log: (level, text, detail) => this.logged.push({ level, text, detail }),
      auth,
      renewal: (deps) => new SessionRenewal(deps),
      reconnect: jitter,
      heartbeat: DEFAULT_HEARTBEAT,
      program: {
        app: 'test',
        appVersion: '1',
        platform: 'test',
        locale: 'en',
        deviceKind: 'bot',
        deviceName: 'test',
      },
      ...overrides,
    });
  }

  /** A client that is online. */
  async online(
    user: string,
    device: FakeDevice = new FakeDevice(),
    overrides: Partial<FacadeDeps> = {},
  ): Promise<ClientFacade> {
    const client = this.client({ dev: user }, device, overrides);
    await this.pass(50);
    return client;
  }

  /** Time passes, and everything that follows from it happens. */
  async pass(ms: number): Promise<void> {
    await this.clock.advanceSettled(ms);
    await settle();
  }

  hint(hint: NetworkHint): void {
    for (const listener of this.hints) listener(hint);
  }

  logs(level: LogLevel): readonly string[] {
    return this.logged.filter((line) => line.level === level).map(({ text }) => text);
  }
}

/** The texts on a screen, with the state of what is not stored: `hello`, `(queued) hello`. */
export async function textsOf(client: ClientFacade, conversation: string): Promise<readonly string[]> {
  const { messages } = client.conversations.get(conversation);
  messages.get();
  await settle(); // The first look brings what the device has into memory.
  return messages.get().flatMap((message) => {
    if (message.kind !== 'text') return [];
    return message.state === 'sent' ? [message.text] : [`(${message.state}) ${message.text}`];
  });
}
