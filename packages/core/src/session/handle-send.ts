import { conversationId, ENTRY_KIND, type Refusal, seq, unreachable } from '@skein/model';
import {
  decodeMessage,
  encodeMessage,
  ProtocolError,
  readContent,
  type Send,
  writeContent,
  writeReaction,
} from '@skein/protocol';
import type { LogResult, SendCommand, TargetFacts } from '../log/log-command.ts';
import { type ReadyConnection, refusalFrom } from './ready-connection.ts';

const NO_BYTES = new Uint8Array(0);

/** [RQ2] One entry for the log: answered once, by Ack or Refused, in the order of sending. */
export function handleSend(connection: ReadyConnection, send: Send): void {
  connection.parts.counters.sends++;
  const refusal = connection.admitSend();
  if (refusal !== null) {
    refuseSend(connection, send, refusal);
    return;
  }
  connection.begin();
  connection.commands.run(
    () => {
      const facts = targetFactsOf(connection, send);
      if (!(facts instanceof Promise)) return submit(connection, send, facts);
      return facts.then(
        (known) => submit(connection, send, known),
        (error: unknown) => answer(connection, send, refusalFrom(error)),
      );
    },
    (error) => connection.bug(error),
  );
}

/** Looked up for members only: what an outsider hears must not depend on what is in the log. */
function targetFactsOf(
  { parts, user }: ReadyConnection,
  send: Send,
): TargetFacts | null | Promise<TargetFacts | null> {
  if (send.target === 0) return null;
  const id = conversationId(send.conversation);
  const role = parts.world.conversation(id)?.members.get(user.number)?.role ?? null;
  return role === null ? null : parts.reader.entryFacts(id, seq(send.target));
}

function submit(connection: ReadyConnection, send: Send, targetFacts: TargetFacts | null): void {
  const command: SendCommand = {
    type: 'send',
    user: connection.user.number,
    device: connection.device.number,
    conversation: conversationId(send.conversation),
    counter: send.counter,
    kind: send.kind === 0 ? ENTRY_KIND.message : send.kind,
    target: seq(send.target),
    body: bodyOf(send),
    targetFacts,
  };
  connection.submit(command, (result) => answer(connection, send, result));
}

/**
 * What the log stores. A body that is no Content is taken as an empty one: the log refuses that, remembers the refusal and so
 * uses the counter up, which is what lets the sends behind it through.
 */
function bodyOf({ text, content, kind, reaction }: Send): Uint8Array {
  if (kind === ENTRY_KIND.reaction) {
    return reaction === undefined || reaction.key === '' ? NO_BYTES : encodeMessage(writeReaction, reaction);
  }
  if (content.length > 0) return isContent(content) ? content : NO_BYTES;
  return text === '' ? NO_BYTES : encodeMessage(writeContent, { of: { case: 'text', value: text } });
}

function isContent(bytes: Uint8Array): boolean {
  try {
    decodeMessage(readContent, bytes);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

function answer(connection: ReadyConnection, send: Send, result: LogResult): void {
  connection.settle();
  const { conversation, counter } = send;
  const { counters } = connection.parts;
  switch (result.outcome) {
    case 'stored': {
      counters.acknowledged++;
      const { seq: at, timeMs, ordinal } = result;
      connection.feed.answer({ case: 'ack', value: { conversation, counter, seq: at, timeMs, ordinal } });
      return;
    }
    case 'need':
      counters.outOfTurn++;
      connection.outbound.send({ case: 'refused', value: { conversation, counter, need: result.counter } });
      return;
    case 'refused':
      refuseSend(connection, send, result);
      return;
    case 'done':
      // Only commands that are no sends end like this.
      return;
    default:
      unreachable(result);
  }
}

function refuseSend({ outbound, parts }: ReadyConnection, send: Send, refusal: Refusal): void {
  parts.counters.refused++;
  const { conversation, counter } = send;
  const { code, retryAfterMs, limit } = refusal;
  outbound.send({ case: 'refused', value: { conversation, counter, code, retryAfterMs, limit } });
}
