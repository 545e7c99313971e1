import type { Clock, ConversationId, Random, Seq } from '@skein/model';
import type { UpFrameInit } from '@skein/protocol';
import type { CacheWriter } from '../cache/cache-writer.ts';
import type { OutboxRow } from '../ports/cache-store.ts';
import type { LogSink } from '../ports/log-sink.ts';
import type { CounterBook } from './counter-book.ts';

/** What somebody wants to send. */
export type OutboxDraft = Pick<OutboxRow, 'to' | 'kind' | 'target' | 'body'>;

export interface OutboxDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
  readonly writer: CacheWriter;
  readonly counters: CounterBook;
  readonly send: (frame: UpFrameInit) => void;
  /** The conversation behind a public id, and its head; null when there is none yet. */
  readonly addressOf: (to: string) => { readonly conversation: ConversationId; readonly head: Seq } | null;
  /** Opens the conversation of a public id; ends in `addressed` or `unaddressable`. Asked again and again. */
  readonly openDirect: (to: string) => void;
  /** Makes sure that everything after `afterSeq` is held, so that what was stored has been recognised. */
  readonly compare: (conversation: ConversationId, afterSeq: Seq) => Promise<void>;
  /** A row appeared, changed or went; called within one piece of work. */
  readonly changed: (row: OutboxRow, outcome: OutboxOutcome) => void;
  readonly together: (work: () => void) => void;
  readonly overdue: () => void;
}

/** What became of a row. */
export type OutboxOutcome = 'kept' | 'stored' | 'refused' | 'cancelled';
