/** What a link tells, in this order: `opened`, `received`…, `closed` once. */
export interface LinkEvents {
  opened(): void;
  /** Bytes of the native wire, cut anywhere. Valid only during the call. */
  received(bytes: Uint8Array): void;
  /** `code` is a close code of the protocol where the peer gave one, else 0. */
  closed(code: number, reason: string): void;
}

/** One attempt to reach the server, and what becomes of it. Never used again once closed. */
export interface Link {
  /**
   * Queues bytes: one or more whole frames.
   *
   * Errors: none; after the link is closed the bytes are dropped.
   */
  send(bytes: Uint8Array): void;
  /**
   * Ends the link; `closed` is not called any more.
   *
   * Errors: none; the second call does nothing.
   */
  close(): void;
}

/** How bytes reach the server. */
export interface Transport {
  /** "websocket", "tcp", "tls": shown to people and in logs. */
  readonly name: string;
  /**
   * Starts an attempt; events come later, never during the call.
   *
   * Errors: none; an address that cannot be reached is a `closed` event.
   */
  open(events: LinkEvents): Link;
}
