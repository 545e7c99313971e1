import type {
  ConversationId,
  DeviceNumber,
  EntryKindNumber,
  Refusal,
  Role,
  Seq,
  UserNumber,
} from '@skein/model';
import type { Attributes, SentKeyRow } from '../ports/store.ts';

/** What can be asked of the log. Parsed by the edge, decided in `decide-*.ts`, committed in batches. */
export type LogCommand =
  | SendCommand
  | CreateDirectCommand
  | CreateGroupCommand
  | ChangeMembersCommand
  | ChangeSettingsCommand
  | ReadCommand;

export interface SendCommand {
  readonly type: 'send';
  readonly user: UserNumber;
  readonly device: DeviceNumber;
  readonly conversation: ConversationId;
  /** 0 where there is a key. */
  readonly counter: number;
  /** Empty where there is a counter. */
  readonly key: string;
  readonly kind: EntryKindNumber;
  readonly target: Seq;
  readonly body: Uint8Array;
  /** What the decision needs to know of the target, read beforehand; null when there is no such entry. */
  readonly targetFacts: TargetFacts | null;
  /** What the store remembers of the key, read beforehand; what is in memory is looked at by the decision. */
  readonly keyFacts: SentKeyRow | null;
}

export interface TargetFacts {
  /** Head of the conversation when the facts were read: what came later is looked at by the decision itself. */
  readonly asOf: Seq;
  readonly kind: EntryKindNumber;
  readonly sender: UserNumber;
  readonly timeMs: number;
  readonly isRecalled: boolean;
}

export interface CreateDirectCommand {
  readonly type: 'create-direct';
  readonly user: UserNumber;
  readonly peer: UserNumber;
}

export interface CreateGroupCommand {
  readonly type: 'create-group';
  readonly user: UserNumber;
  readonly key: string;
  readonly title: string;
  readonly isOpen: boolean;
  readonly attributes: Attributes;
  readonly members: readonly UserNumber[];
}

export interface ChangeMembersCommand {
  readonly type: 'change-members';
  readonly user: UserNumber;
  readonly conversation: ConversationId;
  readonly action: 'invited' | 'joined' | 'left' | 'kicked' | 'role';
  readonly users: readonly UserNumber[];
  readonly role: Role;
}

export interface ChangeSettingsCommand {
  readonly type: 'change-settings';
  readonly user: UserNumber;
  readonly conversation: ConversationId;
  readonly title: string | undefined;
  readonly isOpen: boolean | undefined;
  /** Those to set; with an empty value, to remove. */
  readonly attributes: Attributes;
}

/** A read marker with what unread arithmetic needs, looked up beforehand by `LogReader.readFacts`. */
export interface ReadCommand extends ReadFacts {
  readonly type: 'read';
  readonly user: UserNumber;
  readonly conversation: ConversationId;
  readonly seq: Seq;
}

/** Both are the same for ever once `seq` is in the log, so it does not matter when they were read. */
export interface ReadFacts {
  /** Ordinal of the entry at `seq`. */
  readonly ordinal: number;
  /** Countable entries of this user up to `seq`. */
  readonly own: number;
}

export type LogResult =
  /** In the log at `seq`, now or already before. */
  | {
      readonly outcome: 'stored';
      readonly seq: Seq;
      readonly ordinal: number;
      readonly timeMs: number;
      readonly isDuplicate: boolean;
    }
  /** The counter is ahead of the log: send again from `counter`. */
  | { readonly outcome: 'need'; readonly counter: number }
  /** Done, or already so: creating, members, settings, read. */
  | { readonly outcome: 'done'; readonly conversation: ConversationId }
  | Refusal;
