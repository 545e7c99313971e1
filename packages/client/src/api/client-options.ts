import type { Clock, Random } from '@skein/model';
import type { HeartbeatPolicy } from '../engine/connection/heartbeat-policy.ts';
import type { ReconnectPolicy } from '../engine/connection/reconnect-policy.ts';
import type { CacheProvider } from '../engine/ports/cache-store.ts';
import type { LogSink } from '../engine/ports/log-sink.ts';
import type { NetworkHints } from '../engine/ports/network-hints.ts';
import type { Transport } from '../engine/ports/transport.ts';

/** Who signs in, and how. Sessions are kept in the user's own store on the device and renewed by themselves. */
export type Auth =
  /** Your backend's word for who this is; asked again when it has expired. */
  | { readonly user: string; readonly token: string | (() => Promise<string>) }
  | { readonly user: string; readonly password: string }
  | {
      readonly register: {
        readonly user: string;
        readonly password: string;
        readonly name?: string;
        readonly invitation?: string;
      };
    }
  /** A name is enough; refused unless the server was started for development. */
  | { readonly dev: string }
  /** Whoever signed in on this device last (or this user), without asking again. */
  | { readonly session: 'stored'; readonly user?: string };

/** What differs between a browser, Node and a simulation. */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly cache: CacheProvider;
  readonly hints: NetworkHints;
  /** "browser", "node" …, told to the server. */
  readonly name: string;
}

export interface ClientOptions {
  /** `http://host:6969`, `https://…`, `ws://…`, `wss://…`; in Node also `tcp://host:port` and `tls://host:port`. */
  readonly url: string;
  readonly auth: Auth;
  /** Where this device remembers; by default what the platform has, in memory when it has nothing. */
  readonly cache?: 'auto' | 'memory' | CacheProvider;
  readonly app?: { readonly name: string; readonly version: string };
  /** What the list of devices shows. */
  readonly device?: {
    readonly kind?: 'web' | 'mobile' | 'desktop' | 'terminal' | 'bot';
    readonly name?: string;
  };
  readonly locale?: string;
  /** By default at once, then with jitter, for ever; others are in `@skein/client/profiles`. */
  readonly reconnect?: ReconnectPolicy;
  readonly heartbeat?: HeartbeatPolicy;
  readonly log?: LogSink;
  /** Replaces parts of the platform: tests and other runtimes. */
  readonly platform?: Partial<Platform>;
}
