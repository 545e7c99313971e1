import { conversationId, type Refusal, refuse } from '@skein/model';
import { contentOfSend, type SetWill } from '@skein/protocol';
import { isContent } from './is-content.ts';
import type { Answer, ReadyConnection } from './ready-connection.ts';

const DONE: Answer = { case: 'done', value: {} };

/** [WL1] */
export async function answerSetWill(connection: ReadyConnection, ask: SetWill): Promise<Answer | Refusal> {
  const { parts, user } = connection;
  const { limits } = parts;
  if (ask.conversation === 0) {
    connection.will = null;
    return DONE;
  }
  const conversation = conversationId(ask.conversation);
  const member = parts.world.conversation(conversation)?.members.get(user.number);
  if ((member?.role ?? null) === null) return refuse('permission.not_member');
  const body = contentOfSend(ask);
  const { transientBytesMax, willDelayMaxMs } = limits;
  if (body.length > transientBytesMax) return refuse('message.too_large', { limit: transientBytesMax });
  if (body.length === 0 || !isContent(body)) return refuse('message.invalid');
  if (ask.delayMs > willDelayMaxMs) return refuse('request.invalid', { limit: willDelayMaxMs });
  const { text, content, delayMs, eachDevice } = ask;
  connection.will = { conversation, text, content, delayMs, isForEachDevice: eachDevice };
  return DONE;
}
