import { conversationId, seq } from '@skein/model';
import type { Read, Upto } from '@skein/protocol';
import type { ReadFacts } from '../log/log-command.ts';
import { type ReadyConnection, refusalFrom } from './ready-connection.ts';

/** A read marker. No answer: it is told as a Marker when it moved, and a lost one is sent again by the next sync. */
export function handleRead(connection: ReadyConnection, read: Read): void {
  if (connection.admitOther() !== null) return;
  moveRead(connection, read, () => undefined);
}

/** Moves a read marker as far as it may go, then calls `done`, whatever came of it. */
export function moveRead(connection: ReadyConnection, upto: Upto, done: () => void): void {
  const { parts, user } = connection;
  const id = conversationId(upto.conversation);
  const member = parts.world.conversation(id)?.members.get(user.number);
  if (member === undefined || member.role === null || upto.seq <= member.readSeq) {
    done();
    return;
  }
  const at = seq(Math.min(upto.seq, member.conversation.head));
  const settle = (): void => {
    connection.settle();
    done();
  };
  const submit = (facts: ReadFacts): void => {
    const command = { type: 'read', user: user.number, conversation: id, seq: at, ...facts } as const;
    connection.submit(command, settle);
  };
  connection.begin();
  const facts = parts.reader.readFacts(id, user.number, at);
  if (!(facts instanceof Promise)) {
    submit(facts);
    return;
  }
  facts
    .then(submit, (error: unknown) => {
      refusalFrom(error);
      settle();
    })
    .catch((error: unknown) => connection.bug(error));
}
