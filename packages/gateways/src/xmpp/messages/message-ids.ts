/** Message ids that are remembered per conversation, and conversations: beyond it the oldest is looked up again. */
const PER_CONVERSATION_MAX = 256;
const CONVERSATIONS_MAX = 2_000;

interface Known {
  readonly seqs: Map<string, number>;
  readonly ids: Map<number, string>;
}

/**
 * Which message id is which seq. The log numbers messages; XMPP clients refer to each other's by the name that the sender
 * gave them, where there is one, and else by the number. Shared by all sessions; a cache of what the log says.
 */
export class MessageIds {
  readonly #known = new Map<number, Known>();

  note(conversation: number, seq: number, id: string): void {
    // Sender and receivers each tell of the same message.
    if (this.seqOf(conversation, id) === seq && this.idOf(conversation, seq) === id) return;
    const known = this.#of(conversation);
    known.seqs.set(id, seq);
    known.ids.set(seq, id);
    if (known.seqs.size > PER_CONVERSATION_MAX) forgetOldest(known.seqs);
    if (known.ids.size > PER_CONVERSATION_MAX) forgetOldest(known.ids);
  }

  seqOf(conversation: number, id: string): number | undefined {
    return this.#known.get(conversation)?.seqs.get(id);
  }

  idOf(conversation: number, seq: number): string | undefined {
    return this.#known.get(conversation)?.ids.get(seq);
  }

  #of(conversation: number): Known {
    const known = this.#known.get(conversation) ?? { seqs: new Map(), ids: new Map() };
    // The most recently used is the last.
    this.#known.delete(conversation);
    this.#known.set(conversation, known);
    if (this.#known.size > CONVERSATIONS_MAX) forgetOldest(this.#known);
    return known;
  }
}

function forgetOldest<Key>(map: Map<Key, unknown>): void {
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
