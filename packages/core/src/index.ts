export type { SessionDevice } from './accounts/left-devices.ts';
export type { PassingDeviceRecords } from './accounts/passing-device-records.ts';
export type { Program } from './accounts/program.ts';
export type { Proof, Proofs, ScramAsk, ScramTurn } from './accounts/proofs.ts';
export type { Invitation, RegistrationPolicy, Registrations } from './accounts/registrations.ts';
export type { SignInDenied } from './accounts/sign-in-result.ts';
export type { CoreOptions, CorePorts, Replacements } from './assemble.ts';
export type { Avatar } from './avatars/avatar-record.ts';
export type { Avatars, AvatarsListener } from './avatars/avatars.ts';
export type { Contact } from './contacts/contact-record.ts';
export type { Contacts, ContactsListener } from './contacts/contacts.ts';
export {
  type SubscriptionAction,
  type SubscriptionStep,
  subscriptionOf,
} from './contacts/step-subscription.ts';
export { Core } from './core.ts';
export { Counters } from './counters.ts';
export { Delivery } from './delivery/delivery.ts';
export type { GroupNames, OpenGroup } from './groups/group-names.ts';
export type { Conversation, Member } from './log/conversation.ts';
export { type LoadedWorld, loadWorld } from './log/load-world.ts';
export type { LogCommand, LogResult, ReadFacts, TargetFacts } from './log/log-command.ts';
export type { LogCounters } from './log/log-counters.ts';
export type { Committed, LogEvents, MembershipChange } from './log/log-events.ts';
export { LogReader } from './log/log-reader.ts';
export { LOG_RULES, type LogRules } from './log/log-rules.ts';
export { Producer, type ProducerOutcome } from './log/producer.ts';
export { RecentEntries } from './log/recent-entries.ts';
export { Sequencer, type SequencerDeps } from './log/sequencer.ts';
export { Users } from './log/users.ts';
export { World } from './log/world.ts';
export type { ItemAccess, PersonalItem, PersonalItems } from './personal/personal-items.ts';
export type { Broker } from './ports/broker.ts';
export type { Digests } from './ports/digests.ts';
export type { Credentials, DeviceRow, Directory, SessionRow } from './ports/directory.ts';
export type { IdentityVerifier, VerifiedIdentity } from './ports/identity-verifier.ts';
export type { Outbound, Peer } from './ports/outbound.ts';
export type { PasswordHasher } from './ports/password-hasher.ts';
export { HasherBusyError } from './ports/password-hasher.ts';
export type { RecordChange, RecordRange, RecordStore, StoredRecord } from './ports/record-store.ts';
export { allRecords } from './ports/record-store.ts';
export type { ScramCrypto, ScramHash } from './ports/scram-crypto.ts';
export type {
  AmendmentRange,
  Attributes,
  CommitBatch,
  ConversationCheckpoint,
  ConversationRow,
  Durability,
  EntryRange,
  MemberRow,
  RefusalRow,
  SentKeyRow,
  Store,
  StoredState,
  UserRow,
} from './ports/store.ts';
export { StoreCorruptError, StoreFullError, StoreUnavailableError } from './ports/store.ts';
export { Connection } from './session/connection.ts';
export {
  Publication,
  type PublicationInit,
  type PublishProperties,
  type Qos,
  type RetainHandling,
} from './topics/publication.ts';
export type { TopicOwner } from './topics/topic-access.ts';
export { TopicCounters } from './topics/topic-counters.ts';
export { matches, parseTopicFilter } from './topics/topic-filter.ts';
export { isDuplicateHow, isRetainedHow, qosOfHow, type TopicLink } from './topics/topic-link.ts';
export type { StoredWill } from './topics/topic-records.ts';
export type { TopicSession } from './topics/topic-session.ts';
export type { TopicConnected } from './topics/topic-sessions.ts';
export { type PublishResult, type SubscribeResult, Topics, type TopicsOptions } from './topics/topics.ts';
