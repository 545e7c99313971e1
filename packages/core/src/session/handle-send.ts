import {
  conversationId,
  ENTRY_KIND,
  type Limits,
  type Refusal,
  refuse,
  seq,
  type UserNumber,
  unreachable,
} from '@skein/model';
import { contentOfText, encodeMessage, type Send, writeReaction } from '@skein/protocol';
import type { LogResult, SendCommand, TargetFacts } from '../log/log-command.ts';
import type { World } from '../log/world.ts';
import type { SentKeyRow } from '../ports/store.ts';
import { isContent } from './is-content.ts';
import { type ReadyConnection, refusalFrom } from './ready-connection.ts';

/** What a decision needs to know that is not in memory. */
interface SendFacts {
  readonly target: TargetFacts | null;
  readonly key: SentKeyRow | null;
}

const NO_FACTS: SendFacts = { target: null, key: null };
const NO_BYTES = new Uint8Array(0);

/** [RQ2] One entry for the log: answered once, by Ack or Refused, in the order of sending. */
export function handleSend(connection: ReadyConnection, send: Send): void {
  connection.parts.counters.sends++;
  const refusal = judgeKey(send, connection.parts.limits) ?? connection.admitSend();
  if (refusal !== null) {
    refuseSend(connection, send, refusal);
    return;
  }
  connection.begin();
  // A message, and nothing before it that waits: nearly every send, so it goes without closures.
  if (send.target === 0 && send.key === '' && connection.commands.isIdle) {
    submit(connection, send, NO_FACTS);
    return;
  }
  connection.commands.run(
    () => submitWithFacts(connection, send),
    (error) => connection.bug(error),
  );
}

function submitWithFacts(connection: ReadyConnection, send: Send): void | Promise<void> {
  const target = targetFactsOf(connection, send);
  const key = keyFactsOf(connection, send);
  if (!(target instanceof Promise) && !(key instanceof Promise)) {
    return submit(connection, send, { target, key });
  }
  return Promise.all([target, key]).then(
    ([targetFacts, keyFacts]) => submit(connection, send, { target: targetFacts, key: keyFacts }),
    (error: unknown) => answer(connection, send, refusalFrom(error)),
  );
}

/** Looked up for members only: what an outsider hears must not depend on what is in the log. */
function targetFactsOf(
  { parts, user }: ReadyConnection,
  send: Send,
): TargetFacts | null | Promise<TargetFacts | null> {
  if (send.target === 0 || !isMember(parts.world, send, user.number)) return null;
  return parts.reader.entryFacts(conversationId(send.conversation), seq(send.target));
}

function keyFactsOf(
  { parts, user }: ReadyConnection,
  send: Send,
): SentKeyRow | null | Promise<SentKeyRow | null> {
  if (send.key === '' || !isMember(parts.world, send, user.number)) return null;
  return parts.reader.sentKey(conversationId(send.conversation), user.number, send.key);
}

function isMember(world: World, { conversation }: Send, user: UserNumber): boolean {
  const member = world.conversation(conversationId(conversation))?.members.get(user);
  return member !== undefined && member.role !== null;
}

/** [SK5] A key stands instead of a counter, and is short. */
function judgeKey({ key, counter }: Send, { sendKeyCharactersMax }: Limits): Refusal | null {
  if (key === '' || (counter === 0 && key.length <= sendKeyCharactersMax)) return null;
  return refuse('message.invalid', { limit: sendKeyCharactersMax });
}

function submit(connection: ReadyConnection, send: Send, facts: SendFacts): void {
  const command: SendCommand = {
    type: 'send',
    user: connection.user.number,
    device: connection.device.number,
    conversation: conversationId(send.conversation),
    counter: send.counter,
    key: send.key,
    kind: send.kind === 0 ? ENTRY_KIND.message : send.kind,
    target: seq(send.target),
    body: bodyOf(send),
    targetFacts: facts.target,
    keyFacts: facts.key,
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
  return contentOfText(text);
}

function answer(connection: ReadyConnection, send: Send, result: LogResult): void {
  connection.settle();
  const { conversation, counter, key } = send;
  const { counters } = connection.parts;
  switch (result.outcome) {
    case 'stored': {
      counters.acknowledged++;
      const { seq: at, timeMs, ordinal } = result;
      connection.feed.answer({
        case: 'ack',
        value: { conversation, counter, seq: at, timeMs, ordinal, key },
      });
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
  const { conversation, counter, key } = send;
  const { code, retryAfterMs, limit } = refusal;
  outbound.send({ case: 'refused', value: { conversation, counter, code, retryAfterMs, limit, key } });
}
