import type { Clock, Limits, Position } from '@skein/model';
import type { ConversationCheckpoint, Store } from '../ports/store.ts';
import { StoreUnavailableError } from '../ports/store.ts';
import { encodeCheckpoint } from './checkpoint.ts';
import type { Conversation } from './conversation.ts';
import type { World } from './world.ts';

export interface CheckpointerDeps {
  readonly world: World;
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: Pick<
    Limits,
    | 'checkpointEntriesMax'
    | 'checkpointConversationsMax'
    | 'checkpointSliceBytesMax'
    | 'producerIdleMs'
    | 'sentKeyMs'
  >;
}

/** A pass over everything that changed since the last one. */
interface Pass {
  /** What holds once all of it is stored. */
  readonly position: Position;
  readonly waiting: Conversation[];
}

/**
 * Saves the derived state now and then, so that a start reads few entries again. A pass is written in slices between commits, each
 * with the state of its own moment; the position moves with the last slice. So a stored state may be younger than the
 * position, which is why applying an entry twice changes nothing (rules LG3, LG12).
 */
export class Checkpointer {
  readonly #deps: CheckpointerDeps;
  #pass: Pass | null = null;
  // Goes round over all conversations, as many per slice as a slice has: those where nothing changes are looked at too.
  #round: Iterator<Conversation> | null = null;

  constructor(deps: CheckpointerDeps) {
    this.#deps = deps;
  }

  get isDue(): boolean {
    return (
      this.#pass !== null || this.#deps.world.changesSinceCheckpoint >= this.#deps.limits.checkpointEntriesMax
    );
  }

  /** Stores one slice. When the store cannot take it, the pass is given up and started again as many entries later. */
  async writeSlice(): Promise<boolean> {
    const { world, store, limits } = this.#deps;
    const pass = (this.#pass ??= this.#start());
    this.#lookAround();
    const states = this.#nextSlice(pass);
    const slice = pass.waiting.splice(0, states.length);
    const isLast = pass.waiting.length === 0;
    const position = isLast ? pass.position : world.checkpointPosition;
    try {
      await store.checkpoint(position, states);
      if (isLast) await store.forgetSentKeys(this.#deps.clock.nowMs() - limits.sentKeyMs);
    } catch (error) {
      for (const conversation of [...slice, ...pass.waiting]) world.changedSinceCheckpoint.add(conversation);
      this.#pass = null;
      if (!(error instanceof StoreUnavailableError)) throw error;
      return false;
    }
    if (!isLast) return true;
    world.checkpointPosition = position;
    this.#pass = null;
    return true;
  }

  /** Stores all that changed, as far as the store can take it. */
  async writeAll(): Promise<void> {
    const { world } = this.#deps;
    while (this.#pass !== null || world.changedSinceCheckpoint.size > 0) {
      if (!(await this.writeSlice())) return;
    }
  }

  #start(): Pass {
    const { world } = this.#deps;
    const waiting = [...world.changedSinceCheckpoint];
    world.changedSinceCheckpoint.clear();
    world.changesSinceCheckpoint = 0;
    return { position: world.position, waiting };
  }

  /** The states of the first that wait: as many as do not hold the next commit up. */
  #nextSlice({ waiting }: Pass): ConversationCheckpoint[] {
    const { checkpointConversationsMax, checkpointSliceBytesMax } = this.#deps.limits;
    const states: ConversationCheckpoint[] = [];
    let bytes = 0;
    for (const conversation of waiting) {
      if (states.length >= checkpointConversationsMax || bytes >= checkpointSliceBytesMax) break;
      this.#forgetIdle(conversation);
      const state = encodeCheckpoint(conversation);
      states.push({ conversation: conversation.id, state });
      bytes += state.length;
    }
    return states;
  }

  /** [LG13] A conversation that fell asleep is checkpointed once more when its producers have been idle for long enough. */
  #lookAround(): void {
    const { world, limits } = this.#deps;
    for (let left = limits.checkpointConversationsMax; left > 0; left--) {
      this.#round ??= world.conversations()[Symbol.iterator]();
      const { value, done } = this.#round.next();
      if (done === true) {
        this.#round = null;
        return;
      }
      if (this.#forgetIdle(value)) world.changedSinceCheckpoint.add(value);
    }
  }

  /** Whether there was something to forget. */
  #forgetIdle({ producers }: Conversation): boolean {
    const idleSinceMs = this.#deps.clock.nowMs() - this.#deps.limits.producerIdleMs;
    let hasForgotten = false;
    for (const producer of producers.values()) {
      if (producer.lastUsedAtMs >= idleSinceMs || producer.oldestHeld > producer.last) continue;
      producer.forgetOutcomes();
      hasForgotten = true;
    }
    return hasForgotten;
  }
}
