import { reactionOf } from './write-entry.ts';

/** Messages whose reactions are remembered; beyond it the oldest is asked for again. */
const SETS_MAX = 5_000;

/**
 * XEP-0444 speaks of all reactions of a person on a message, the log of one that is added or taken back. Here is what they
 * add up to. Shared by all sessions, so each is asked for once.
 */
export class ReactionSets {
  readonly #sets = new Map<string, { readonly upTo: number; readonly keys: Set<string> }>();

  /** Null when it is not known. */
  get(conversation: number, target: number, user: number): ReadonlySet<string> | null {
    return this.#sets.get(idOf(conversation, target, user))?.keys ?? null;
  }

  /** Everything that is in the log of these reactions, in order. */
  fill(
    of: { readonly conversation: number; readonly target: number; readonly user: number },
    entries: readonly { readonly seq: number; readonly body: Uint8Array }[],
  ): void {
    const id = idOf(of.conversation, of.target, of.user);
    this.#sets.delete(id);
    this.#sets.set(id, { upTo: 0, keys: new Set() });
    for (const { seq, body } of entries) this.apply(of, { seq, body });
    if (this.#sets.size > SETS_MAX) this.#forgetOldest();
  }

  /** One more entry; what was counted already changes nothing. */
  apply(
    of: { readonly conversation: number; readonly target: number; readonly user: number },
    entry: { readonly seq: number; readonly body: Uint8Array },
  ): void {
    const id = idOf(of.conversation, of.target, of.user);
    const set = this.#sets.get(id);
    const reaction = reactionOf(entry.body);
    if (set === undefined || reaction === null || entry.seq <= set.upTo) return;
    if (reaction.removed) set.keys.delete(reaction.key);
    else set.keys.add(reaction.key);
    this.#sets.set(id, { upTo: entry.seq, keys: set.keys });
  }

  #forgetOldest(): void {
    const [oldest] = this.#sets.keys();
    if (oldest !== undefined) this.#sets.delete(oldest);
  }
}

function idOf(conversation: number, target: number, user: number): string {
  return `${conversation} ${target} ${user}`;
}
