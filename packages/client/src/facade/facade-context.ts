import type { ListStatus } from '../api/live.ts';
import type { Sending } from '../api/message.ts';
import type { Engine } from '../engine/engine.ts';
import type { OutboxRow } from '../engine/ports/cache-store.ts';
import type { Dispatcher } from '../live/dispatcher.ts';
import type { ScreenSizes } from './screen-sizes.ts';

/** What every part of the public face needs. */
export interface FacadeContext {
  readonly engine: Engine;
  readonly dispatcher: Dispatcher;
  /** How complete lists are, from the state of the connection. */
  readonly status: () => ListStatus;
  readonly window: ScreenSizes;
  /** The handle of a send. */
  readonly sending: (row: OutboxRow) => Sending;
}
