import type { Connection } from './connection.ts';
import type { Conversations } from './conversation.ts';
import type { Events } from './events.ts';
import type { Live, LiveList, Unsubscribe } from './live.ts';
import type { Me, Message, MessageState, Messages, User } from './message.ts';
import type { SkeinError } from './skein-error.ts';

export interface Unread {
  readonly total: number;
  readonly conversations: number;
}

export interface Device {
  readonly number: number;
  readonly kind: string;
  readonly name: string;
  readonly app: string;
  readonly signedInAt: Date;
  readonly seenAt: Date;
  readonly isOnline: boolean;
  /** The one you are using. */
  readonly isCurrent: boolean;
}

export interface OutboxItem {
  readonly id: string;
  readonly conversationId: string;
  readonly kind: 'message' | 'edit' | 'recall' | 'reaction';
  readonly state: MessageState;
  readonly at: Date;
  readonly error: SkeinError | null;
  /** The message as it shows in its timeline; null for an edit, a recall or a reaction. */
  readonly message: Message | null;
}

/** Everything that is not yet at the server. */
export interface Outbox extends LiveList<OutboxItem> {
  cancel(id: string): Promise<'cancelled' | 'too-late'>;
  retry(id: string): void;
  retryAll(): void;
}

export interface Contacts {
  /** Looks people up by id; ids that do not exist are left out. Answers from the device when it knows them all. */
  find(ids: readonly string[]): Promise<readonly User[]>;
}

export interface Devices {
  list(): Promise<readonly Device[]>;
  /** Signs a device out, at once and everywhere. */
  revoke(device: number): Promise<void>;
}

export interface Account {
  changePassword(oldPassword: string, newPassword: string): Promise<void>;
  createInvitation(): Promise<{ readonly code: string; readonly expiresAt: Date }>;
}

/** One person on one device. Made by `createClient`, at once; the network catches up. */
export interface Client {
  /** Null until this device has signed in for the first time. */
  readonly me: Live<Me | null>;
  readonly connection: Live<Connection>;
  readonly unread: Live<Unread>;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly contacts: Contacts;
  readonly devices: Devices;
  readonly account: Account;
  readonly outbox: Outbox;
  /** Resolves after the first sign-in of this client; rejects when the server refuses it for good. */
  signedIn(): Promise<Me>;
  on<K extends keyof Events>(type: K, listener: (event: Events[K]) => void): Unsubscribe;
  events<K extends keyof Events>(...types: readonly K[]): AsyncIterable<Events[K]>;
  /** Skips the wait and tries now. */
  reconnect(): void;
  /** Closes the connection until `resume`: the program went to the background. */
  pause(): void;
  resume(): void;
  /** Ends the session at the server; `wipe` also deletes what this device has stored. The client is closed after it. */
  signOut(options?: { readonly wipe?: boolean }): Promise<void>;
  /** Writes everything down and disconnects. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
