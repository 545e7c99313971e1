import type { Message, Sending } from '../api/message.ts';
import { errorFromCode, SkeinError } from '../api/skein-error.ts';
import type { Engine } from '../engine/engine.ts';
import { clientIdOf } from '../engine/fold/fold-message.ts';
import type { OutboxChange } from '../engine/model/changes.ts';
import type { OutboxRow } from '../engine/ports/cache-store.ts';
import type { Dispatcher } from '../live/dispatcher.ts';
import { LiveValue } from '../live/live-value.ts';

/** One send, from the bubble on the screen to the server's word. */
export class SendingHandle extends LiveValue<Message> implements Sending {
  readonly id: string;
  readonly sent: Promise<Message>;
  readonly #engine: Engine;
  readonly #order: number;
  #resolve: (message: Message) => void = () => {};
  #reject: (error: SkeinError) => void = () => {};

  constructor(dispatcher: Dispatcher, engine: Engine, row: OutboxRow) {
    super(dispatcher, engine.parts.logs.foldUnsent(row.to, row));
    this.id = clientIdOf(row.order);
    this.#engine = engine;
    this.#order = row.order;
    this.sent = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever shows the message by its state need not listen to the promise as well.
    this.sent.catch(() => {});
  }

  cancel(): Promise<'cancelled' | 'too-late'> {
    return this.#engine.act('cancel', this.#order);
  }

  retry(): void {
    this.#engine.act('retry', this.#order);
  }

  /** Something became of it; true when that is final. */
  changed({ row, outcome, entry }: OutboxChange): boolean {
    const { logs, model } = this.#engine.parts;
    const conversation = model.byPublicId(row.to);
    if (outcome === 'stored' && conversation !== undefined) {
      // Where it stands is not known when the window that sent it died with the answer.
      const message: Message =
        entry === null ? { ...this.get(), state: 'sent' } : logs.foldEntry(conversation, entry);
      this.set(message);
      this.#resolve(message);
      return true;
    }
    this.set(logs.foldUnsent(row.to, row));
    if (outcome === 'cancelled') this.#reject(new SkeinError('client.cancelled'));
    if (outcome === 'refused') this.#reject(errorFromCode(row.refusal));
    return outcome === 'cancelled';
  }
}
