import type { SkeinError } from './skein-error.ts';

/** The connection in words that a person can be told. */
export type Connection =
  | {
      readonly state: 'online';
      readonly since: Date;
      /** Of the last heartbeat or probe; null before the first. */
      readonly rttMs: number | null;
      /** "websocket", "tcp", "tls". */
      readonly transport: string;
    }
  | { readonly state: 'connecting' | 'catching-up'; readonly attempt: number }
  | {
      readonly state: 'offline';
      readonly reason: 'network' | 'server' | 'paused' | 'closed';
      /** Null: nothing will be tried until `reconnect()` or `resume()`. */
      readonly retryAt: Date | null;
      readonly attempt: number;
    }
  /** Reconnecting cannot help until a person does something: signed out elsewhere, wrong password, too old … */
  | { readonly state: 'blocked'; readonly error: SkeinError };
