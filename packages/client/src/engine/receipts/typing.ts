import type { Clock, ConversationId, Timer, UserNumber } from '@skein/model';
import type { UpFrameInit } from '@skein/protocol';

/** Somebody who stopped without saying so is believed to type for this long. */
const EXPIRY_MS = 6_000;
/** While keys are pressed the others hear of it this often: twice within the time they believe it. */
const THROTTLE_MS = 3_000;

export interface TypingDeps {
  readonly clock: Clock;
  readonly send: (frame: UpFrameInit) => void;
  readonly changed: (conversation: ConversationId, user: UserNumber, isTyping: boolean) => void;
}

/** Who is typing, both ways. Nothing of it is stored, nothing is sent again (rules TY1, TY2). */
export class Typing {
  readonly #deps: TypingDeps;
  readonly #others = new Map<ConversationId, Map<UserNumber, Timer>>();
  readonly #toldAtMs = new Map<ConversationId, number>();

  constructor(deps: TypingDeps) {
    this.#deps = deps;
  }

  in(conversation: ConversationId): readonly UserNumber[] {
    return [...(this.#others.get(conversation)?.keys() ?? [])];
  }

  /** [TY1] Own keys: at most once per three seconds, and once when they rest. */
  set(conversation: ConversationId, isTyping: boolean): void {
    const nowMs = this.#deps.clock.monotonicMs();
    const toldAtMs = this.#toldAtMs.get(conversation);
    if (isTyping) {
      if (toldAtMs !== undefined && nowMs - toldAtMs < THROTTLE_MS) return;
      this.#toldAtMs.set(conversation, nowMs);
    } else if (!this.#toldAtMs.delete(conversation)) return;
    this.#deps.send({ case: 'typing', value: { conversation, stopped: !isTyping } });
  }

  /** The message itself says that the typing is over. */
  sent(conversation: ConversationId): void {
    this.#toldAtMs.delete(conversation);
  }

  /** [TY2] Somebody else's keys; forgotten after six seconds without news. */
  heard(conversation: ConversationId, user: UserNumber, isTyping: boolean): void {
    const users = this.#others.get(conversation) ?? new Map<UserNumber, Timer>();
    const known = users.get(user);
    known?.cancel();
    users.delete(user);
    if (isTyping) {
      users.set(
        user,
        this.#deps.clock.setTimer(EXPIRY_MS, () => this.heard(conversation, user, false)),
      );
    }
    if (users.size > 0) this.#others.set(conversation, users);
    else this.#others.delete(conversation);
    if ((known !== undefined) !== isTyping) this.#deps.changed(conversation, user, isTyping);
  }

  /** Without a connection nobody is known to type. */
  stop(): void {
    for (const [conversation, users] of this.#others) {
      for (const user of users.keys()) this.heard(conversation, user, false);
    }
    this.#toldAtMs.clear();
  }
}
