export { Delivery } from './delivery/delivery.ts';
export type { Conversation, Member, Producer, ProducerOutcome } from './log/conversation.ts';
export type { LogCommand, LogResult } from './log/log-command.ts';
export type { Broker } from './ports/broker.ts';
export type { Digests } from './ports/digests.ts';
export type { Credentials, DeviceRow, Directory, SessionRow } from './ports/directory.ts';
export type { Outbound, Peer } from './ports/outbound.ts';
export type { PasswordHasher } from './ports/password-hasher.ts';
export { HasherBusyError } from './ports/password-hasher.ts';
export type {
  AmendmentRange,
  CommitBatch,
  ConversationCheckpoint,
  ConversationRow,
  Durability,
  EntryRange,
  MemberRow,
  RefusalRow,
  Store,
  StoredState,
  UserRow,
} from './ports/store.ts';
export { StoreCorruptError, StoreFullError, StoreUnavailableError } from './ports/store.ts';
