import type { Clock, Limits } from '@skein/model';
import type { PassingDeviceRecords } from '../accounts/passing-device-records.ts';
import type { Passwords } from '../accounts/passwords.ts';
import type { Proofs } from '../accounts/proofs.ts';
import type { Registrations } from '../accounts/registrations.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import type { Avatars } from '../avatars/avatars.ts';
import type { Contacts } from '../contacts/contacts.ts';
import type { Counters } from '../counters.ts';
import type { Hub } from '../delivery/hub.ts';
import type { Markers } from '../delivery/markers.ts';
import type { TypingRelay } from '../delivery/typing.ts';
import type { GroupNames } from '../groups/group-names.ts';
import type { Rate } from '../limits/token-bucket.ts';
import type { LogReader } from '../log/log-reader.ts';
import type { Sequencer } from '../log/sequencer.ts';
import type { World } from '../log/world.ts';
import type { PersonalItems } from '../personal/personal-items.ts';
import type { Directory } from '../ports/directory.ts';
import type { Durability } from '../ports/store.ts';
import type { Presence } from '../presence/presence.ts';
import type { History } from '../sync/history.ts';
import type { SyncAnswers } from '../sync/sync.ts';
import type { Topics } from '../topics/topics.ts';
import type { Wills } from '../transient/wills.ts';

/** What the handlers work with; put together once, in `core.ts`. */
export interface CoreParts {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Of everything a connection asks that is no send. */
  readonly otherRate: Rate;
  readonly counters: Counters;
  readonly avatars: Avatars;
  readonly contacts: Contacts;
  readonly groupNames: GroupNames;
  readonly personalItems: PersonalItems;
  readonly serverName: string;
  readonly epoch: string;
  readonly durability: Durability;

  readonly world: World;
  readonly sequencer: Sequencer;
  readonly reader: LogReader;

  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly passingDevices: PassingDeviceRecords;
  readonly signIn: SignIn;
  readonly passwords: Passwords;
  readonly registrations: Registrations;
  readonly proofs: Proofs;

  readonly hub: Hub;
  readonly markers: Markers;
  readonly typing: TypingRelay;
  readonly presence: Presence;
  readonly wills: Wills;
  readonly syncAnswers: SyncAnswers;
  readonly history: History;
  readonly topics: Topics;

  /** Told of what must not happen; never throws. */
  readonly onBug: (error: unknown) => void;
  /** The server is about to stop: nothing new is begun. */
  readonly isDraining: () => boolean;
}
