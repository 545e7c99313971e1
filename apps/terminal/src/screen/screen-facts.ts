import type { Connection, ConversationInfo, Me, Message, TimelineView, User } from '@skein/client';
import type { Draft } from './line-editor.ts';
import type { Anchor } from './scroll.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface ConversationRow {
  readonly id: string;
  readonly title: string;
  readonly unread: number;
  readonly isGroup: boolean;
  readonly last: Message | null;
  /** What has been written and not sent. */
  readonly draft: string;
}

export interface OpenConversation {
  readonly info: ConversationInfo;
  readonly view: TimelineView;
  readonly typing: readonly User[];
}

/** Everything the screen shows, as one snapshot: drawing it needs nothing else. */
export interface ScreenFacts {
  readonly size: Size;
  readonly me: Me | null;
  readonly connection: Connection;
  /** Sends that the server has not got. */
  readonly waiting: number;
  readonly unread: number;
  readonly conversations: readonly ConversationRow[];
  readonly open: OpenConversation | null;
  readonly draft: Draft;
  readonly anchor: Anchor;
  /** Answers to commands, shown until the next key. */
  readonly notices: readonly string[];
}
