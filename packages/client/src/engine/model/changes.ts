import type { ConversationId, UserNumber } from '@skein/model';
import type { DownFrame } from '@skein/protocol';
import type { Origin } from '../../api/events.ts';
import type { OutboxOutcome } from '../outbox/outbox-deps.ts';
import type { EntryRow, OutboxRow } from '../ports/cache-store.ts';

/** Something that happened, for whoever listens to events; views are made only when somebody does. */
export type Occurrence =
  | { readonly type: 'entry'; readonly entry: EntryRow; readonly origin: Origin }
  | {
      readonly type: 'marker';
      readonly conversation: ConversationId;
      readonly user: UserNumber;
      readonly delivered: number;
      readonly read: number;
      readonly origin: Origin;
    }
  | {
      readonly type: 'typing';
      readonly conversation: ConversationId;
      readonly user: UserNumber;
      readonly isTyping: boolean;
    }
  | {
      readonly type: 'membership';
      readonly conversation: ConversationId;
      readonly isMember: boolean;
      readonly origin: Origin;
    }
  /** Presence, or a message in passing. */
  | { readonly type: 'fleeting'; readonly frame: DownFrame }
  | { readonly type: 'discontinuity'; readonly reason: 'digest' | 'epoch' };

/** What became of a send; `stored` tells where. */
export interface OutboxChange {
  readonly row: OutboxRow;
  readonly outcome: OutboxOutcome;
  readonly entry: EntryRow | null;
}

/** What one piece of work touched. The screen hears of it once, when the work is done. */
export interface Changes {
  readonly conversations: Set<ConversationId>;
  readonly users: Set<UserNumber>;
  readonly typing: Set<ConversationId>;
  /** Sends that changed, by their `order`. */
  readonly outbox: Map<number, OutboxChange>;
  readonly drafts: Set<string>;
  readonly occurrences: Occurrence[];
  connection: boolean;
  me: boolean;
  /** Everything was forgotten. */
  reset: boolean;
  /** The first, or another, catch-up is through. */
  synced: boolean;
}

export function noChanges(): Changes {
  return {
    conversations: new Set(),
    users: new Set(),
    typing: new Set(),
    outbox: new Map(),
    drafts: new Set(),
    occurrences: [],
    connection: false,
    me: false,
    reset: false,
    synced: false,
  };
}
