import type { Live, Unsubscribe } from '../api/live.ts';
import type { Content, Outgoing, User } from '../api/message.ts';

/** How somebody says they are there; `available` when they say nothing. */
export type Availability = 'available' | 'chatty' | 'away' | 'long-away' | 'busy';

/** How somebody is there, as far as this device may see. */
export interface Presence {
  /** Null: not known, because this device has no connection or has not been told yet. */
  readonly isOnline: boolean | null;
  /** Of somebody who is offline: when they were last there; null when nobody knows, or may know. */
  readonly lastSeen: Date | null;
  readonly availability: Availability;
  readonly text: string;
}

/** How this device's person is there. `hidden`: this connection does not count as being there. */
export interface OwnPresence {
  readonly availability?: Availability | 'hidden';
  readonly text?: string;
  /** Of several devices the one with the highest is shown. */
  readonly priority?: number;
}

/** What somebody said to those who were there. */
export interface TransientMessage {
  readonly conversationId: string;
  readonly sender: User;
  readonly content: Content;
  /** It was left behind for when the sender's connection is lost, and that has happened. */
  readonly isWill: boolean;
}

export interface Will {
  readonly conversationId: string;
  readonly message: Outgoing;
  /** After the loss, and void when this device is back by then; by default at once. */
  readonly delayMs?: number;
  /** Also while another device of the same person is connected. */
  readonly eachDevice?: boolean;
}

/** What is said of and to those who are there now, and kept for nobody. Rules FT1–FT6. */
export interface Fleeting {
  /** Followed as long as somebody listens; the same user gives the same value. */
  presence(user: string): Live<Presence>;
  /** Said again on every connection until it is said otherwise. Errors: rejects with a SkeinError. */
  setPresence(presence: OwnPresence): Promise<void>;
  /** To whoever is in the conversation now; dropped without a connection. Returns whether it left. */
  sendTransient(conversationId: string, message: Outgoing): boolean;
  onTransient(listener: (message: TransientMessage) => void): Unsubscribe;
  /** Left behind on every connection from now on; null takes it back. Errors: rejects with a SkeinError. */
  setWill(will: Will | null): Promise<void>;
  /** Follows nobody any more, and lets the client be. */
  close(): void;
}
