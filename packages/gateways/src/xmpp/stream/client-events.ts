import type { Delivery } from '@skein/core';
import type { ConversationState, DownFrame, Marker, Typing } from '@skein/protocol';
import type { CoreClientEvents, Ended } from '../../session/client/core-client.ts';
import type { ToldEntry } from '../../session/client/entry-order.ts';

/** Who hears a line now: the stream that opened it, then the session that it became. */
export type Listener = Pick<CoreClientEvents, 'queuedBytes' | 'ended'> &
  Partial<Pick<CoreClientEvents, 'entry' | 'conversation' | 'marker' | 'typing' | 'other'>>;

/** The events of one line to the core, told to whoever has it. What comes before anybody listens is kept: states alone. */
export class ClientEvents implements CoreClientEvents {
  target: Listener | null = null;
  readonly states: ConversationState[] = [];

  entry(conversation: number, entry: ToldEntry, live: Delivery | null): void {
    this.target?.entry?.(conversation, entry, live);
  }

  conversation(state: ConversationState): void {
    if (this.target?.conversation === undefined) this.states.push(state);
    else this.target.conversation(state);
  }

  marker(marker: Marker): void {
    this.target?.marker?.(marker);
  }

  typing(typing: Typing): void {
    this.target?.typing?.(typing);
  }

  ended(ended: Ended): void {
    this.target?.ended(ended);
  }

  other(frame: DownFrame): void {
    this.target?.other?.(frame);
  }

  queuedBytes(): number {
    return this.target?.queuedBytes() ?? 0;
  }

  /** What is there already is asked for: as offline messages, as a room's history, as an archive. */
  positionOf({ head }: ConversationState): number {
    return head;
  }
}
