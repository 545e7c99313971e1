import type { ConversationId } from '@skein/model';
import type { UpFrameInit } from '@skein/protocol';
import type { Answer, Ask } from './connection/requests.ts';
import type { Engine } from './engine.ts';
import type { ReadPosition } from './ports/cache-store.ts';
import type { NetworkHint } from './ports/network-hints.ts';

/** What a window asks of the one that leads, which may be itself. What is sent goes through the store instead. */
export interface Acts {
  ask(ask: Ask): Promise<Answer>;
  cancel(order: number): Promise<'cancelled' | 'too-late'>;
  retry(order: number): void;
  read(conversation: ConversationId, position: ReadPosition): void;
  typing(conversation: ConversationId, isTyping: boolean): void;
  /** Leaves at once or not at all. */
  say(frame: UpFrameInit): void;
  /** Null: nothing is left of it. */
  draft(to: string, text: string | null): void;
  connection(word: 'retry' | 'pause' | 'resume'): void;
  hint(hint: NetworkHint): void;
  /** Of another window: `wipe` has it leave nothing in the store that both have. */
  endSession(wipe: boolean): Promise<void>;
}

export function actsOf(engine: Engine): Acts {
  const { model, outbox, reads, typing, connection, requests } = engine.parts;
  return {
    ask: (ask) => requests.ask(ask),
    cancel: async (order) => {
      let outcome: 'cancelled' | 'too-late' = 'too-late';
      model.together(() => {
        outcome = outbox.cancel(order);
      });
      await engine.flush();
      return outcome;
    },
    retry: (order) => model.together(() => outbox.retry(order)),
    read: (conversation, position) => model.together(() => reads.mark(conversation, position)),
    typing: (conversation, isTyping) => typing.set(conversation, isTyping),
    say: (frame) => connection.send(frame),
    draft: (to, text) =>
      model.together(() => {
        model.setValue(`draft:${to}`, text);
        model.changes.drafts.add(to);
      }),
    connection: (word) => connection[word](),
    hint: (hint) => {
      const { name } = connection.state.phase;
      if (hint === 'hidden') void engine.flush();
      else if (connection.isSignedIn) connection.probe();
      else if ((hint !== 'offline' && name === 'waiting') || (hint === 'online' && name !== 'blocked'))
        connection.retry();
    },
    endSession: () => engine.endSession(),
  };
}
