export type {
  Account,
  Client,
  Contacts,
  Device,
  Devices,
  Outbox,
  OutboxItem,
  Unread,
} from './api/client.ts';
export type { Auth, ClientOptions, Platform } from './api/client-options.ts';
export type { Connection } from './api/connection.ts';
export type {
  Conversation,
  ConversationInfo,
  ConversationQuery,
  ConversationSettings,
  Conversations,
  Draft,
  Gap,
  HistoryPage,
  HistoryPlace,
  HistoryQuery,
  JumpTarget,
  Member,
  Paging,
  Timeline,
  TimelineView,
} from './api/conversation.ts';
export type { Events, Origin } from './api/events.ts';
export type { ListStatus, Live, LiveList, Unsubscribe } from './api/live.ts';
export type {
  Attribute,
  Content,
  Me,
  Message,
  MessageBase,
  MessageState,
  Messages,
  Outgoing,
  Reaction,
  Recalled,
  Receipts,
  Sending,
  TipEvent,
  User,
} from './api/message.ts';
export type { ErrorCode } from './api/skein-error.ts';
export { isSkeinError, SkeinError } from './api/skein-error.ts';
export { createClient } from './create-client.ts';
export type { HeartbeatPolicy } from './engine/connection/heartbeat-policy.ts';
export type { ReconnectPolicy } from './engine/connection/reconnect-policy.ts';
export type { CacheProvider, CacheSnapshot, CacheStore } from './engine/ports/cache-store.ts';
export type { LogLevel, LogSink } from './engine/ports/log-sink.ts';
export type { NetworkHint, NetworkHints } from './engine/ports/network-hints.ts';
export type { Link, LinkEvents, Transport } from './engine/ports/transport.ts';
