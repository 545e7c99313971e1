/**
 * One connection's bytes as a session sees them: a socket in the process, a plain object in a test or a simulation.
 * Whoever owns the link calls the session's `receive`, `drained` and `ended`.
 */
export interface ByteLink {
  /** Takes the bytes; they must not change afterwards. Dropped when the link is gone. */
  write(bytes: Uint8Array): void;
  /** Bytes taken and not yet handed to the network. */
  readonly queuedBytes: number;
  /** Stops handing received bytes to the session; those that were already read still come. */
  pause(): void;
  resume(): void;
  /** Ends the connection after everything that was written; code and reason travel where the transport has room for them. */
  end(code: number, reason: string): void;
}
