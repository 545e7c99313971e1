import { ENTRY_KIND, seq } from '@skein/model';
import type { Message, Messages } from '../api/message.ts';
import { errorFromCode, SkeinError } from '../api/skein-error.ts';
import type { Engine } from '../engine/engine.ts';
import type { OutboxChange } from '../engine/model/changes.ts';
import { bodyOfReaction, bodyOfText } from '../engine/outbox/send-frame.ts';

interface Settling {
  readonly resolve: () => void;
  readonly reject: (error: SkeinError) => void;
}

const NO_BYTES = new Uint8Array(0);

/** Changes of messages: queued like messages, seen at once, settled when the server has answered. */
export class MessageActions implements Messages {
  readonly #engine: Engine;
  readonly #settling = new Map<number, Settling>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  edit(message: Message, text: string): Promise<void> {
    return this.#change(message, ENTRY_KIND.edit, bodyOfText(text));
  }

  recall(message: Message): Promise<void> {
    return this.#change(message, ENTRY_KIND.recall, NO_BYTES);
  }

  react(message: Message, key: string, on?: boolean): Promise<void> {
    const isOn = message.reactions.some((reaction) => reaction.key === key && reaction.mine);
    return this.#change(message, ENTRY_KIND.reaction, bodyOfReaction(key, !(on ?? !isOn)));
  }

  changed({ row, outcome }: OutboxChange): void {
    const settling = this.#settling.get(row.order);
    if (settling === undefined || outcome === 'kept') return;
    this.#settling.delete(row.order);
    if (outcome === 'stored') settling.resolve();
    else
      settling.reject(
        outcome === 'refused' ? errorFromCode(row.refusal) : new SkeinError('client.cancelled'),
      );
  }

  #change(message: Message, kind: number, body: Uint8Array): Promise<void> {
    if (message.seq === null) return Promise.reject(new SkeinError('message.not_found'));
    const target = seq(message.seq);
    return new Promise((resolve, reject) => {
      const { order } = this.#engine.change({ to: message.conversationId, kind, target, body });
      this.#settling.set(order, { resolve, reject });
    });
  }
}
