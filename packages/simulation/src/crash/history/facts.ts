/**
 * What devices did and were told, in the order in which it happened to them: all that the checker may know. One JSON object
 * per line in a history file. Nothing here is taken from the server's code or store.
 */
export type Fact =
  /** A device joins the run. */
  | { readonly fact: 'device'; readonly device: string; readonly user: string }
  /** Written into the outbox, before the first byte leaves. */
  | ({ readonly fact: 'sent'; readonly id: string; readonly kind: number; readonly target: number } & Counter)
  | ({ readonly fact: 'acked'; readonly seq: number } & Counter)
  /** A final "no". */
  | ({ readonly fact: 'refused'; readonly code: string } & Counter)
  /** Shown on the device's screen for the first time. An empty id: the body was erased by a recall. */
  | ({ readonly fact: 'seen' } & SeenEntry)
  /** A message shows the text of this edit: the last one there is, once all is quiet. */
  | ({ readonly fact: 'edited' } & SeenEntry)
  /** Arrived again, and dropped because of its seq. */
  | ({ readonly fact: 'repeated' } & SeenEntry)
  | ({ readonly fact: 'entered'; readonly head: number } & Place)
  /** The view ends at `head`. */
  | ({ readonly fact: 'left'; readonly head: number } & Place)
  /** Told how far somebody has read. */
  | ({ readonly fact: 'read'; readonly user: number; readonly seq: number } & Place)
  /** After a sync: does the server's digest equal the one over what this device holds? */
  | { readonly fact: 'digest'; readonly device: string; readonly own: string; readonly told: string }
  /** After quiet: the device claims that it shows all of the conversation up to `head`. */
  | ({ readonly fact: 'complete'; readonly head: number; readonly scope: 'entries' | 'messages' } & Place)
  /** Something that must not happen to a client, in its own words. */
  | { readonly fact: 'trouble'; readonly device: string; readonly what: string }
  /** Two sums that must be equal. */
  | { readonly fact: 'account'; readonly what: string; readonly expected: number; readonly counted: number }
  /** A connection that had caught up is over: with the code of the server's Close, 0 where it was cut. */
  | { readonly fact: 'ended'; readonly device: string; readonly code: number }
  /** The server died here. */
  | { readonly fact: 'killed'; readonly cycle: number }
  /** The server was asked to end here. */
  | { readonly fact: 'stopping'; readonly cycle: number }
  /** It has ended, with this code. */
  | { readonly fact: 'stopped'; readonly code: number | null };

export interface Place {
  readonly device: string;
  readonly conversation: number;
}

export interface Counter extends Place {
  readonly counter: number;
}

export interface SeenEntry extends Place {
  readonly seq: number;
  readonly id: string;
  readonly kind: number;
  readonly target: number;
}

/** The id under which devices speak of an entry that the server wrote: its kind is all that they compare. */
export function idOfServerEntry(kind: number): string {
  return `#${kind}`;
}

/** A recall has no body that could carry an id, and there is at most one of a message. */
export function idOfRecall(conversation: number, target: number): string {
  return `recall:${conversation}:${target}`;
}
