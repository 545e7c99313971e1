import { ENTRY_KIND } from '@skein/model';
import type { Outbox, OutboxItem } from '../api/client.ts';
import { errorFromCode } from '../api/skein-error.ts';
import { clientIdOf } from '../engine/fold/fold-message.ts';
import type { OutboxRow } from '../engine/ports/cache-store.ts';
import { ComputedList } from '../live/computed-live.ts';
import type { FacadeContext } from './facade-context.ts';

const KIND: Readonly<Record<number, OutboxItem['kind']>> = {
  [ENTRY_KIND.edit]: 'edit',
  [ENTRY_KIND.recall]: 'recall',
  [ENTRY_KIND.reaction]: 'reaction',
};

/** Everything on its way, as a list that can be acted on. */
export class OutboxView extends ComputedList<OutboxItem> implements Outbox {
  readonly #context: FacadeContext;
  #items = new Map<OutboxRow, OutboxItem>();

  constructor(context: FacadeContext) {
    super(context.dispatcher, { compute: () => this.#compute(), status: context.status });
    this.#context = context;
  }

  async cancel(id: string): Promise<'cancelled' | 'too-late'> {
    const row = this.#rowOf(id);
    if (row === undefined) return 'too-late';
    return this.#context.engine.act('cancel', row.order);
  }

  retry(id: string): void {
    const row = this.#rowOf(id);
    if (row !== undefined) this.#context.engine.act('retry', row.order);
  }

  retryAll(): void {
    const { engine } = this.#context;
    engine.parts.model.together(() => {
      for (const row of engine.parts.outbox.rows()) if (row.refusal !== '') engine.act('retry', row.order);
    });
  }

  #rowOf(id: string): OutboxRow | undefined {
    return this.#context.engine.parts.outbox.rows().find(({ order }) => clientIdOf(order) === id);
  }

  #compute(): readonly OutboxItem[] {
    const rows = this.#context.engine.parts.outbox.rows();
    const next = new Map(rows.map((row) => [row, this.#itemOf(row)]));
    this.#items = next;
    return Array.from(next.values());
  }

  #itemOf(row: OutboxRow): OutboxItem {
    const { outbox, logs } = this.#context.engine.parts;
    const state = row.refusal !== '' ? 'failed' : outbox.isOnWire(row) ? 'sending' : 'queued';
    const known = this.#items.get(row);
    if (known?.state === state) return known;
    return {
      id: clientIdOf(row.order),
      conversationId: row.to,
      kind: KIND[row.kind] ?? 'message',
      state,
      at: new Date(row.createdAtMs),
      error: row.refusal === '' ? null : errorFromCode(row.refusal),
      message: row.kind === ENTRY_KIND.message ? logs.foldUnsent(row.to, row) : null,
    };
  }
}
