/** Where something is said: with one other person, or in a group by its number. */
export type Place = { readonly direct: string } | { readonly group: number };

/** What a person is shown of one entry. */
export interface Seen {
  readonly place: Place;
  readonly kind: 'message' | 'edit' | 'recall' | 'reaction' | 'member' | 'settings';
  readonly from: string;
  /** Words of a message or an edit, the key of a reaction, the title of a group; else empty. */
  readonly text: string;
  /** Null where the protocol does not tell it. */
  readonly seq: number | null;
  /** What an edit, recall or reaction changes; 0 else. */
  readonly target: number;
}

/** How a command ended. A code or seq is null where the protocol has no room for it. */
export type CommandResult =
  | { readonly outcome: 'done'; readonly seq: number | null }
  | { readonly outcome: 'refused'; readonly code: string | null };

/** Things that not every protocol can express. */
export type Ability =
  | 'keys'
  | 'edit'
  | 'recall'
  | 'react'
  | 'read'
  | 'typing'
  | 'groups'
  | 'members'
  | 'title'
  | 'history'
  | 'own-echo'
  | 'resume'
  | 'stall'
  | 'kicked-off'
  | 'control-characters'
  | Speciality;

/** What only some protocols have words for: skipped unless a driver lists it. */
export type Speciality = 'transient' | 'presence' | 'hiding' | 'will';

export interface Arriving {
  readonly user: string;
  readonly password: string;
  /** Two arrivals of one device are the same installation; left out, a new one. */
  readonly device?: string;
  /** Where everything that is shown goes, over all connections of a device; left out, a new one. */
  readonly screen?: Seen[];
}

/** One person on one device, through the gateway under test. */
export interface GatewayPeer {
  /** Everything shown so far, in the order in which it was shown. */
  readonly seen: readonly Seen[];
  /** Who is typing, as it was shown: names, in order. */
  readonly typists: readonly string[];
  /** How far others have read, as it was shown. */
  readonly reads: readonly { readonly by: string; readonly place: Place; readonly seq: number }[];
  /** Of `transient`: what was said in passing, in order. */
  readonly passing?: readonly { readonly from: string; readonly text: string; readonly isWill: boolean }[];
  /** Resolves when the server ended the connection. */
  readonly ended: Promise<void>;

  send(place: Place, text: string, key?: string): Promise<CommandResult>;
  edit(place: Place, target: number, text: string): Promise<CommandResult>;
  recall(place: Place, target: number): Promise<CommandResult>;
  react(place: Place, target: number, key: string): Promise<CommandResult>;
  read(place: Place, seq: number): void;
  typing(place: Place): void;
  /** Of `transient`: says something to whoever is here now. */
  sayInPassing?(place: Place, text: string): void;
  /** Of `will`: leaves something behind for when the line breaks. */
  leaveWill?(place: Place, text: string): Promise<CommandResult>;
  /** Of `presence` and `hiding`. */
  isHere?(user: string): Promise<boolean>;
  /** Of `hiding`: this device shows itself no more. */
  hide?(): Promise<CommandResult>;

  createGroup(title: string, users: readonly string[]): Promise<number>;
  invite(group: number, user: string): Promise<CommandResult>;
  remove(group: number, user: string): Promise<CommandResult>;
  leaveGroup(group: number): Promise<CommandResult>;
  rename(group: number, title: string): Promise<CommandResult>;

  /** The newest `limit` messages, oldest first. */
  history(place: Place, limit: number): Promise<readonly Seen[]>;

  /** Reads nothing from the socket until `flow`. */
  stall(): void;
  flow(): void;
  /** The line breaks without a word. */
  cut(): void;
  /** Ends as the protocol wants it. */
  leave(): Promise<void>;
}

/** How the suite speaks one protocol. */
export interface GatewayDriver {
  readonly name: string;
  /** What the protocol, or this way of speaking it, has no words for; the reason stands in the title of each skipped test. */
  readonly cannot: Readonly<Partial<Record<Ability, string>>>;
  readonly specialities?: readonly Speciality[];
  /**
   * Signs in and waits until what was missed is there or coming.
   *
   * Errors: rejects with {@link SignInRefused} when the server says no.
   */
  arrive(port: number, arriving: Arriving): Promise<GatewayPeer>;
}

/** The server did not let somebody in. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
  /** As the protocol says it. */
  readonly code: string;

  constructor(code: string) {
    super(`not let in: ${code}`);
    this.code = code;
  }
}
