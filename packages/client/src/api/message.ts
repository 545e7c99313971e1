import type { Live } from './live.ts';
import type { SkeinError } from './skein-error.ts';

/** Somebody, as far as this device knows: `name` is the id until the server told better. */
export interface User {
  readonly id: string;
  readonly name: string;
}

export interface Me extends User {
  /** The number of this installation at the server. */
  readonly device: number;
}

/**
 * `queued`: kept on this device, not yet on the wire. `sending`: on the wire, unanswered. `sent`: stored durably by the
 * server. `failed`: refused; it will never arrive unless retried. Delivered and read are in `receipts`.
 */
export type MessageState = 'queued' | 'sending' | 'sent' | 'failed';

export interface Receipts {
  /** Other members whose device has it, and who have read it; both 0 in conversations too large to tell. */
  readonly delivered: number;
  readonly read: number;
  /** Other members in all. */
  readonly of: number;
}

export interface Reaction {
  readonly key: string;
  readonly users: readonly User[];
  readonly mine: boolean;
}

export interface MessageBase {
  /** Stable while the message is on the screen: use it as the key of a row. */
  readonly clientId: string;
  /** `<conversation>/<seq>`; equals `clientId` until the server has given the seq. */
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number | null;
  readonly sender: User;
  /** Server time once stored; this device's before. */
  readonly at: Date;
  readonly mine: boolean;
  readonly state: MessageState;
  readonly error: SkeinError | null;
  readonly receipts: Receipts;
  /** The seq of the message this one answers. */
  readonly replyTo: number | null;
  readonly mentions: readonly User[];
  readonly reactions: readonly Reaction[];
  readonly editedAt: Date | null;
  readonly recalled: Recalled | null;
}

export interface Recalled {
  readonly by: User;
  readonly at: Date;
  /** The own text from before, while this device still has it: offer "edit again". */
  readonly text: string | null;
}

/** A short text under a key, which means something to an application alone. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
}

/** What happened, for the page to put into words. */
export type TipEvent =
  | { readonly type: 'group.created'; readonly users: readonly User[] }
  | { readonly type: 'member.invited'; readonly users: readonly User[] }
  | { readonly type: 'member.joined'; readonly users: readonly User[] }
  | { readonly type: 'member.left'; readonly users: readonly User[] }
  | { readonly type: 'member.kicked'; readonly users: readonly User[] }
  | {
      readonly type: 'member.role';
      readonly users: readonly User[];
      readonly role: 'member' | 'admin' | 'owner';
    }
  | { readonly type: 'settings.title'; readonly title: string }
  | { readonly type: 'settings.open'; readonly isOpen: boolean }
  /** Those that were set; an empty value took one away. */
  | { readonly type: 'settings.attributes'; readonly attributes: readonly Attribute[] };

export type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'custom'; readonly name: string; readonly json: string; readonly fallback: string }
  /** Something that happened in the conversation; `sender` did it. */
  | { readonly kind: 'tip'; readonly event: TipEvent }
  | { readonly kind: 'recalled' }
  /** Of a newer version: show `fallback`, or "update to view" where it is empty. Kept, and shown after the update. */
  | { readonly kind: 'unsupported'; readonly fallback: string };

export type Message = MessageBase & Content;

/** What can be sent; a plain string is a text. */
export type Outgoing =
  | string
  | { readonly text: string; readonly replyTo?: number; readonly mentions?: readonly string[] }
  | {
      readonly custom: { readonly kind: string; readonly json: string };
      readonly fallback: string;
      readonly replyTo?: number;
    };

/** A message on its way, already in the timeline. */
export interface Sending extends Live<Message> {
  /** The message's `clientId`. */
  readonly id: string;
  /** The server's word. Rejects only when the server refused it or it was cancelled; being offline is neither. */
  readonly sent: Promise<Message>;
  /** Takes it back if nothing of it can have reached the wire. */
  cancel(): Promise<'cancelled' | 'too-late'>;
  /** Sends a failed message once more, at the end. Does nothing in any other state. */
  retry(): void;
}

export interface Messages {
  /** Changes an own text. Shown at once; resolves when stored, rejects when refused. Survives being offline. */
  edit(message: Message, text: string): Promise<void>;
  /** Withdraws a message for everybody. */
  recall(message: Message): Promise<void>;
  /** Adds an own reaction, or takes it back when it is there (`on` decides instead when given). */
  react(message: Message, key: string, on?: boolean): Promise<void>;
}
