import { conversationId } from '@skein/model';
import type { Typing } from '@skein/protocol';
import { isSilenced } from '../contacts/is-silenced.ts';
import { isTypingNews, type LastTyping } from '../delivery/typing.ts';
import type { ReadyConnection } from './ready-connection.ts';

/** [DL8] [CT4] "Is typing": passed on or dropped, never answered. */
export function handleTyping(connection: ReadyConnection, typing: Typing): void {
  const { parts, user } = connection;
  const conversation = parts.world.conversation(conversationId(typing.conversation));
  const role = conversation?.members.get(user.number)?.role ?? null;
  if (conversation === undefined || role === null) return;
  if (isSilenced(conversation, parts.contacts)) return;
  const next: LastTyping = { conversation, isStopped: typing.stopped, atMs: parts.clock.monotonicMs() };
  if (!isTypingNews(connection.lastTyping, next, parts.limits.typingIntervalMs)) return;
  if (connection.admitOther() !== null) return;
  connection.lastTyping = next;
  parts.typing.tell(conversation, user.number, typing.stopped);
}
