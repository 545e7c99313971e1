import type { DownFrame } from '@skein/protocol';
import type { Connection } from './connection.ts';
import type { Message, TipEvent, User } from './message.ts';

/** `live`: just happened. `catch-up`: happened while this device was away. `local`: this device did it. */
export type Origin = 'live' | 'catch-up' | 'local';

interface Happened {
  readonly origin: Origin;
}

export interface Events {
  readonly message: Happened & { readonly message: Message };
  /** Edited, recalled, or its reactions changed. */
  readonly 'message.updated': Happened & { readonly conversationId: string; readonly seq: number };
  readonly receipt: Happened & {
    readonly conversationId: string;
    readonly user: User;
    readonly delivered: number;
    readonly read: number;
  };
  readonly typing: Happened & {
    readonly conversationId: string;
    readonly user: User;
    readonly isTyping: boolean;
  };
  readonly tip: Happened & {
    readonly conversationId: string;
    readonly by: User;
    readonly event: TipEvent;
  };
  /** This user was added to a conversation, or is no longer in it. */
  readonly membership: Happened & { readonly conversationId: string; readonly isMember: boolean };
  readonly connection: Happened & { readonly connection: Connection };
  /** Of the wire, for `@skein/client/fleeting`, which makes presence and messages in passing of it. */
  readonly fleeting: Happened & { readonly frame: DownFrame };
  /** What this device held was not what the server has; it was fetched again. */
  readonly discontinuity: Happened & { readonly reason: 'digest' | 'epoch' };
}
