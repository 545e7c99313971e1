import type { CloseReason, DownFrameInit } from '@skein/protocol';
import type { Delivery } from '../delivery/delivery.ts';

/**
 * The way back to one peer, given by its gateway. Frames leave in the order of the calls, together at the end of the
 * event-loop turn; nothing here blocks.
 */
export interface Outbound {
  /**
   * Queues a frame.
   *
   * Errors: none; after `close`, or when the socket is gone, the frame is dropped.
   */
  send(frame: DownFrameInit): void;
  /**
   * Queues a live entry; the gateway encodes it once for all connections of its encoding.
   *
   * Errors: none.
   */
  push(delivery: Delivery): void;
  /**
   * Bytes queued and not yet taken by the socket.
   *
   * Errors: none.
   */
  queuedBytes(): number;
  /**
   * Sends what is queued, tells the reason in the protocol's way and ends the connection.
   *
   * Errors: none; the second call does nothing.
   */
  close(reason: CloseReason, detail?: string): void;
}

/** Where a connection came from, as its gateway knows it. */
export interface Peer {
  /** "tcp", "websocket", "lines" …: labels metrics and the device list. */
  readonly gateway: string;
  readonly address: string;
  readonly isLoopback: boolean;
  readonly isSecure: boolean;
  /** When it was accepted, by the monotonic clock; absent: when it was handed to the core. */
  readonly acceptedAtMs?: number;
}
