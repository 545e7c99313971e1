import type {
  Avatars,
  Contacts,
  GroupNames,
  Outbound,
  PassingDeviceRecords,
  Peer,
  PersonalItems,
  Proof,
  Proofs,
  Registrations,
  Topics,
  UserRow,
} from '@skein/core';
import type { Limits, UserNumber } from '@skein/model';
import type { CloseReason, Hello, UpFrame } from '@skein/protocol';

/** What gateways need of the core: a way in, and the limits. The core's `Core` is one. */
export interface CoreDoor {
  readonly limits: Limits;
  /** Proves people for protocols with a dialogue of their own for it. */
  readonly proofs: Pick<Proofs, 'hasScram' | 'password' | 'scram'>;
  /** New accounts, for protocols in which they are made in words of their own. */
  readonly registrations: Pick<Registrations, 'policy' | 'register'>;
  /** Who there is: protocols that address people by name need to say it in every stanza. */
  readonly users: PeopleDoor;
  readonly topics: Topics;
  /** Whom people know, for protocols whose clients keep their lists on the server. */
  readonly contacts: ContactsDoor;
  /** The images that stand for people. */
  readonly avatars: AvatarsDoor;
  /** The names of groups, for protocols in which people choose them. */
  readonly groupNames: GroupNamesDoor;
  /** What people publish about themselves. */
  readonly personalItems: PersonalItemsDoor;
  /** Devices that are signed in for one connection, so that they go also where that is not seen to end. */
  readonly passingDevices: Pick<PassingDeviceRecords, 'add' | 'remove'>;
  connect(peer: Peer, outbound: Outbound): CoreConnection;
}

/** What a gateway asks and does for the user of a connection that is signed in. */
export type ContactsDoor = Pick<
  Contacts,
  | 'askers'
  | 'block'
  | 'blockedBy'
  | 'hasBlocked'
  | 'isBlockedBetween'
  | 'linkOf'
  | 'listOf'
  | 'listen'
  | 'put'
  | 'remove'
  | 'step'
  | 'unblock'
>;

export type AvatarsDoor = Pick<
  Avatars,
  'bytesOf' | 'listen' | 'maySee' | 'offer' | 'offeredBy' | 'remove' | 'seenBy' | 'set' | 'show'
>;

export type GroupNamesDoor = Pick<
  GroupNames,
  'canBe' | 'conversationOf' | 'free' | 'isListed' | 'list' | 'listed' | 'nameOf' | 'openGroup' | 'take'
>;

export type PersonalItemsDoor = Pick<PersonalItems, 'hasName' | 'namesSeenBy' | 'put' | 'remove' | 'seenBy'>;

export interface PeopleDoor {
  byNumber(number: UserNumber): UserRow | undefined;
  byId(id: string): UserRow | undefined;
}

/** One connection as the core knows it; the core's `Connection` is one. */
export interface CoreConnection {
  readonly isSignedIn: boolean;
  readonly user: UserNumber | null;
  handle(frame: UpFrame): void;
  /** Hello of somebody whom the gateway has proven. */
  handleProven(hello: Hello, proof: Proof): void;
  /** A sign of life that is no frame. */
  heartbeat(): void;
  /** What was queued has left. */
  drained(): void;
  /** The peer broke the protocol: the core counts it and closes. */
  violated(reason: CloseReason, detail: string): void;
  /** The socket is gone. */
  closed(): void;
}
