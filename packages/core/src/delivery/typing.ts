import type { Limits, UserNumber } from '@skein/model';
import type { DownFrameInit } from '@skein/protocol';
import type { Conversation } from '../log/conversation.ts';
import type { Hub } from './hub.ts';

/** The last typing frame of one connection; people type in one conversation at a time. */
export interface LastTyping {
  readonly conversation: Conversation;
  readonly isStopped: boolean;
  readonly atMs: number;
}

/** [DL8] Whether a typing frame says something the others were not told a moment ago. */
export function isTypingNews(last: LastTyping | null, next: LastTyping, intervalMs: number): boolean {
  if (last === null || last.conversation !== next.conversation) return !next.isStopped;
  if (last.isStopped !== next.isStopped) return true;
  return !next.isStopped && next.atMs - last.atMs >= intervalMs;
}

/** [DL8] Passes "is typing" on to the other members who are online: never stored, never waited for. */
export class TypingRelay {
  readonly #hub: Hub;
  readonly #limits: Limits;

  constructor(hub: Hub, limits: Limits) {
    this.#hub = hub;
    this.#limits = limits;
  }

  tell(conversation: Conversation, user: UserNumber, isStopped: boolean): void {
    if (conversation.present.length > this.#limits.typingMembersMax) return;
    const frame: DownFrameInit = {
      case: 'typing',
      value: { conversation: conversation.id, user, stopped: isStopped },
    };
    for (const other of conversation.present) {
      if (other === user) continue;
      for (const feed of this.#hub.feedsOf(other) ?? []) feed.tellFleeting(frame);
    }
  }
}
