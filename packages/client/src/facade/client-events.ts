import { ENTRY_KIND } from '@skein/model';
import type { Events, Origin } from '../api/events.ts';
import type { Engine } from '../engine/engine.ts';
import { tipOf } from '../engine/fold/fold-message.ts';
import type { Occurrence } from '../engine/model/changes.ts';
import type { EntryRow } from '../engine/ports/cache-store.ts';
import type { Emitter } from '../live/emitter.ts';

/** Turns what happened in the engine into events, for the types that somebody listens to. */
export class ClientEvents {
  readonly #engine: Engine;
  readonly #emitter: Emitter<Events>;

  constructor(engine: Engine, emitter: Emitter<Events>) {
    this.#engine = engine;
    this.#emitter = emitter;
  }

  tell(happened: Occurrence): void {
    switch (happened.type) {
      case 'entry':
        return this.#entry(happened.entry, happened.origin);
      case 'fleeting':
        return this.#emitter.emit('fleeting', { frame: happened.frame, origin: 'live' });
      case 'discontinuity':
        return this.#emitter.emit('discontinuity', { reason: happened.reason, origin: 'live' });
      case 'membership':
        return this.#inConversation(happened.conversation, (conversationId) =>
          this.#emitter.emit('membership', {
            conversationId,
            isMember: happened.isMember,
            origin: happened.origin,
          }),
        );
      case 'marker':
        return this.#inConversation(happened.conversation, (conversationId) => {
          const { delivered, read, origin } = happened;
          const user = this.#engine.parts.model.user(happened.user);
          this.#emitter.emit('receipt', { conversationId, user, delivered, read, origin });
        });
      case 'typing':
        return this.#inConversation(happened.conversation, (conversationId) => {
          const user = this.#engine.parts.model.user(happened.user);
          this.#emitter.emit('typing', { conversationId, user, isTyping: happened.isTyping, origin: 'live' });
        });
    }
  }

  #inConversation(number: EntryRow['conversation'], tell: (publicId: string) => void): void {
    const { model } = this.#engine.parts;
    const row = model.conversation(number);
    if (row !== undefined) tell(model.publicIdOf(row));
  }

  #entry(entry: EntryRow, origin: Origin): void {
    const { model, logs } = this.#engine.parts;
    const row = model.conversation(entry.conversation);
    if (row === undefined) return;
    const conversationId = model.publicIdOf(row);
    if (entry.target !== 0) {
      return this.#emitter.emit('message.updated', { conversationId, seq: entry.target, origin });
    }
    if (entry.kind === ENTRY_KIND.message) {
      // Folding ten thousand missed messages for nobody would be most of the work of a catch-up.
      if (!this.#emitter.has('message')) return;
      const log = logs.get(entry.conversation);
      const message =
        log?.get(entry.seq) === undefined ? logs.foldEntry(row, entry) : logs.fold(row, entry.seq);
      return this.#emitter.emit('message', { message, origin });
    }
    if (!this.#emitter.has('tip')) return;
    const event = tipOf(entry, { user: (number) => model.user(number) });
    if (event === null) return;
    this.#emitter.emit('tip', { conversationId, by: model.user(entry.sender), event, origin });
  }
}
