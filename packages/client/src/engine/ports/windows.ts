import type { Engine } from '../engine.ts';
import type { OutboxRow } from './cache-store.ts';

/** Other windows of the same person on this device. They share one store and one connection, which one of them leads. */
export interface Windows {
  /**
   * Finds out whether this window leads. One that follows has been given the leader's state when this resolves; whichever
   * it is may change at any time afterwards.
   *
   * Errors: none; where windows cannot be told apart, each one leads.
   */
  join(engine: Engine, user: string, isTyped: boolean): Promise<boolean>;
  /**
   * Another window has the store.
   *
   * Errors: none.
   */
  taken(): void;
  /**
   * Lets another window lead; the second call does nothing.
   *
   * Errors: none.
   */
  leave(): void;
}

/** The window that leads, for one that follows. */
export interface Leader {
  /**
   * Has it done there.
   *
   * Errors: rejects with the SkeinError that it was refused with there.
   */
  act(name: string, of: readonly unknown[]): Promise<unknown>;
  /**
   * Has a row sent that is on this window's screen; it is stored first.
   *
   * Errors: none; what cannot be stored is refused with `client.store_full`.
   */
  submit(row: OutboxRow): void;
}
