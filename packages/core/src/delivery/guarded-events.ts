import type { Member } from '../log/conversation.ts';
import type { Committed, LogEvents, MembershipChange } from '../log/log-events.ts';

/** Keeps a bug in telling from stopping the log: what was not told is found by the next sync. */
export class GuardedEvents implements LogEvents {
  readonly #events: LogEvents;
  readonly #onBug: (error: unknown) => void;

  constructor(events: LogEvents, onBug: (error: unknown) => void) {
    this.#events = events;
    this.#onBug = onBug;
  }

  committed(event: Committed): void {
    try {
      this.#events.committed(event);
    } catch (error) {
      this.#onBug(error);
    }
  }

  memberChanged(member: Member, change: MembershipChange): void {
    try {
      this.#events.memberChanged(member, change);
    } catch (error) {
      this.#onBug(error);
    }
  }

  readMoved(member: Member): void {
    try {
      this.#events.readMoved(member);
    } catch (error) {
      this.#onBug(error);
    }
  }
}
