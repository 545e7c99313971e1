import { conversationId, type Limits } from '@skein/model';
import { contentOfSend, type Transient } from '@skein/protocol';
import { tellTransient } from '../transient/transients.ts';
import { isContent } from './is-content.ts';
import type { ReadyConnection } from './ready-connection.ts';

/** [TM1–TM4] Passed on or dropped, never answered: whoever must know sends a message. */
export function handleTransient(connection: ReadyConnection, transient: Transient): void {
  const { parts, user, feed } = connection;
  const { text, content } = transient;
  const conversation = parts.world.conversation(conversationId(transient.conversation));
  const role = conversation?.members.get(user.number)?.role ?? null;
  if (conversation === undefined || role === null) return;
  if (conversation.present.length > parts.limits.fleetingMembersMax) return;
  if (!isTransientContent(transient, parts.limits) || !connection.admitTransient()) return;
  const message = { conversation, user: user.number, text, content, isWill: false };
  tellTransient(message, parts, feed);
}

/** [TM3] Something to read, and not much of it. */
export function isTransientContent(
  said: Pick<Transient, 'text' | 'content'>,
  { transientBytesMax }: Pick<Limits, 'transientBytesMax'>,
): boolean {
  const body = contentOfSend(said);
  return body.length > 0 && body.length <= transientBytesMax && isContent(body);
}
