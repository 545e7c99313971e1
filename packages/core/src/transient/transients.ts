import type { UserNumber } from '@skein/model';
import type { DownFrameInit } from '@skein/protocol';
import { type Blocks, isSilenced } from '../contacts/is-silenced.ts';
import type { Feed } from '../delivery/feed.ts';
import type { Conversation } from '../log/conversation.ts';

/** What is said to those who are there now. */
export interface TransientMessage {
  readonly conversation: Conversation;
  readonly user: UserNumber;
  readonly text: string;
  readonly content: Uint8Array;
  /** Left behind by a connection that was lost. */
  readonly isWill: boolean;
}

export interface TransientDeps {
  readonly hub: { feedsOf(user: UserNumber): readonly Feed[] | undefined };
  readonly contacts: Blocks;
}

/**
 * [TM1] Hands a transient message to the live connections of all members, but for the one it came from. What is full or
 * catching up does not get it; nothing remembers it.
 */
export function tellTransient(
  { conversation, user, text, content, isWill }: TransientMessage,
  { hub, contacts }: TransientDeps,
  from: Feed | null,
): void {
  // [TM3] Who is blocked says nothing to whoever blocks, in no way.
  if (isSilenced(conversation, contacts)) return;
  const value = { conversation: conversation.id, user, text, content, will: isWill };
  const frame: DownFrameInit = { case: 'transient', value };
  for (const member of conversation.present) {
    for (const feed of hub.feedsOf(member) ?? []) if (feed !== from) feed.tellFleeting(frame);
  }
}
