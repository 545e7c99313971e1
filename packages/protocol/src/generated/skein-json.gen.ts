// Generated from proto/ by tools/generate.ts. Do not edit.

import type { EnumTable, MessageTable } from '../json/field-table.ts';

const MemberAction: EnumTable = { 0: 'unspecified', 1: 'created', 2: 'invited', 3: 'joined', 4: 'left', 5: 'kicked', 6: 'role' };
const Role: EnumTable = { 0: 'unspecified', 1: 'member', 2: 'admin', 3: 'owner' };
const Availability: EnumTable = { 0: 'unspecified', 1: 'chatty', 2: 'away', 3: 'long_away', 4: 'busy', 5: 'hidden' };
const ConversationKind: EnumTable = { 0: 'unspecified', 1: 'direct', 2: 'group' };

export const Content: MessageTable = {
  name: 'Content',
  fields: [
    { name: 'text', type: 'string', oneof: 'of' },
    { name: 'custom', type: () => CustomContent, oneof: 'of', optional: true },
    { name: 'fallback', type: 'string' },
    { name: 'replyTo', type: 'uint64' },
    { name: 'mentions', type: 'uint64', list: true },
    { name: 'key', type: 'string' },
    { name: 'subject', type: 'string' },
    { name: 'thread', type: 'string' },
    { name: 'language', type: 'string' },
    { name: 'asksReceipt', type: 'bool' },
    { name: 'noCopies', type: 'bool' },
    { name: 'elements', type: 'string' },
  ],
};
export const CustomContent: MessageTable = {
  name: 'CustomContent',
  fields: [
    { name: 'kind', type: 'string' },
    { name: 'json', type: 'string' },
  ],
};
export const Reaction: MessageTable = {
  name: 'Reaction',
  fields: [
    { name: 'key', type: 'string' },
    { name: 'removed', type: 'bool' },
  ],
};
export const MemberChange: MessageTable = {
  name: 'MemberChange',
  fields: [
    { name: 'action', type: MemberAction },
    { name: 'users', type: 'uint64', list: true },
    { name: 'role', type: Role },
  ],
};
export const SettingsChange: MessageTable = {
  name: 'SettingsChange',
  fields: [
    { name: 'title', type: 'string', optional: true },
    { name: 'open', type: 'bool', optional: true },
    { name: 'attributes', type: () => Attribute, list: true },
  ],
};
export const Attribute: MessageTable = {
  name: 'Attribute',
  fields: [
    { name: 'key', type: 'string' },
    { name: 'value', type: 'string' },
  ],
};
export const Up: MessageTable = {
  name: 'Up',
  fields: [
    { name: 'hello', type: () => Hello, oneof: 'frame', optional: true },
    { name: 'send', type: () => Send, oneof: 'frame', optional: true },
    { name: 'received', type: () => Received, oneof: 'frame', optional: true },
    { name: 'read', type: () => Read, oneof: 'frame', optional: true },
    { name: 'typing', type: () => Typing, oneof: 'frame', optional: true },
    { name: 'sync', type: () => Sync, oneof: 'frame', optional: true },
    { name: 'request', type: () => Request, oneof: 'frame', optional: true },
    { name: 'goodbye', type: () => Goodbye, oneof: 'frame', optional: true },
    { name: 'probe', type: () => Probe, oneof: 'frame', optional: true },
    { name: 'transient', type: () => Transient, oneof: 'frame', optional: true },
  ],
};
export const Hello: MessageTable = {
  name: 'Hello',
  fields: [
    { name: 'version', type: 'uint32' },
    { name: 'versionMin', type: 'uint32' },
    { name: 'capabilities', type: 'string', list: true },
    { name: 'installation', type: 'string' },
    { name: 'app', type: 'string' },
    { name: 'appVersion', type: 'string' },
    { name: 'platform', type: 'string' },
    { name: 'locale', type: 'string' },
    { name: 'deviceKind', type: 'string' },
    { name: 'deviceName', type: 'string' },
    { name: 'heartbeatMs', type: 'uint32' },
    { name: 'accessToken', type: 'string', oneof: 'auth' },
    { name: 'refreshToken', type: 'string', oneof: 'auth' },
    { name: 'password', type: () => PasswordAuth, oneof: 'auth', optional: true },
    { name: 'registration', type: () => Registration, oneof: 'auth', optional: true },
    { name: 'dev', type: 'string', oneof: 'auth' },
    { name: 'sync', type: () => Sync, optional: true },
  ],
};
export const PasswordAuth: MessageTable = {
  name: 'PasswordAuth',
  fields: [
    { name: 'user', type: 'string' },
    { name: 'password', type: 'string' },
  ],
};
export const Registration: MessageTable = {
  name: 'Registration',
  fields: [
    { name: 'user', type: 'string' },
    { name: 'password', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'invitation', type: 'string' },
  ],
};
export const Send: MessageTable = {
  name: 'Send',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'counter', type: 'uint64' },
    { name: 'text', type: 'string' },
    { name: 'content', type: 'bytes' },
    { name: 'kind', type: 'uint32' },
    { name: 'target', type: 'uint64' },
    { name: 'reaction', type: () => Reaction, optional: true },
    { name: 'key', type: 'string' },
  ],
};
export const Received: MessageTable = {
  name: 'Received',
  fields: [
    { name: 'pushes', type: 'uint64' },
    { name: 'delivered', type: () => Upto, list: true },
  ],
};
export const Upto: MessageTable = {
  name: 'Upto',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'seq', type: 'uint64' },
  ],
};
export const Read: MessageTable = {
  name: 'Read',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'seq', type: 'uint64' },
  ],
};
export const Typing: MessageTable = {
  name: 'Typing',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'user', type: 'uint64' },
    { name: 'stopped', type: 'bool' },
  ],
};
export const Transient: MessageTable = {
  name: 'Transient',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'user', type: 'uint64' },
    { name: 'text', type: 'string' },
    { name: 'content', type: 'bytes' },
    { name: 'will', type: 'bool' },
  ],
};
export const Sync: MessageTable = {
  name: 'Sync',
  fields: [
    { name: 'epoch', type: 'string' },
    { name: 'cursor', type: 'uint64' },
    { name: 'conversations', type: 'uint32' },
    { name: 'entriesEach', type: 'uint32' },
    { name: 'read', type: () => Upto, list: true },
  ],
};
export const Request: MessageTable = {
  name: 'Request',
  fields: [
    { name: 'id', type: 'uint64' },
    { name: 'createDirect', type: () => CreateDirect, oneof: 'ask', optional: true },
    { name: 'createGroup', type: () => CreateGroup, oneof: 'ask', optional: true },
    { name: 'changeMembers', type: () => ChangeMembers, oneof: 'ask', optional: true },
    { name: 'changeSettings', type: () => ChangeSettings, oneof: 'ask', optional: true },
    { name: 'history', type: () => History, oneof: 'ask', optional: true },
    { name: 'listMembers', type: () => ListMembers, oneof: 'ask', optional: true },
    { name: 'findUsers', type: () => FindUsers, oneof: 'ask', optional: true },
    { name: 'listDevices', type: () => ListDevices, oneof: 'ask', optional: true },
    { name: 'revokeDevice', type: () => RevokeDevice, oneof: 'ask', optional: true },
    { name: 'refreshSession', type: () => RefreshSession, oneof: 'ask', optional: true },
    { name: 'changePassword', type: () => ChangePassword, oneof: 'ask', optional: true },
    { name: 'createInvitation', type: () => CreateInvitation, oneof: 'ask', optional: true },
    { name: 'findSent', type: () => FindSent, oneof: 'ask', optional: true },
    { name: 'setPresence', type: () => SetPresence, oneof: 'ask', optional: true },
    { name: 'findPresence', type: () => FindPresence, oneof: 'ask', optional: true },
    { name: 'unwatchPresence', type: () => UnwatchPresence, oneof: 'ask', optional: true },
    { name: 'setWill', type: () => SetWill, oneof: 'ask', optional: true },
  ],
};
export const CreateDirect: MessageTable = {
  name: 'CreateDirect',
  fields: [
    { name: 'user', type: 'string' },
  ],
};
export const CreateGroup: MessageTable = {
  name: 'CreateGroup',
  fields: [
    { name: 'key', type: 'string' },
    { name: 'title', type: 'string' },
    { name: 'users', type: 'string', list: true },
    { name: 'open', type: 'bool' },
    { name: 'attributes', type: () => Attribute, list: true },
  ],
};
export const ChangeMembers: MessageTable = {
  name: 'ChangeMembers',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'action', type: MemberAction },
    { name: 'users', type: 'string', list: true },
    { name: 'role', type: Role },
  ],
};
export const ChangeSettings: MessageTable = {
  name: 'ChangeSettings',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'title', type: 'string', optional: true },
    { name: 'open', type: 'bool', optional: true },
    { name: 'attributes', type: () => Attribute, list: true },
  ],
};
export const History: MessageTable = {
  name: 'History',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'from', type: 'uint64' },
    { name: 'to', type: 'uint64' },
    { name: 'limit', type: 'uint32' },
    { name: 'newest', type: 'bool' },
    { name: 'amendmentsOnly', type: 'bool' },
    { name: 'kinds', type: 'uint32', list: true },
    { name: 'contents', type: 'uint32', list: true },
  ],
};
export const ListMembers: MessageTable = {
  name: 'ListMembers',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'after', type: 'uint64' },
    { name: 'limit', type: 'uint32' },
  ],
};
export const FindUsers: MessageTable = {
  name: 'FindUsers',
  fields: [
    { name: 'numbers', type: 'uint64', list: true },
    { name: 'users', type: 'string', list: true },
  ],
};
export const ListDevices: MessageTable = {
  name: 'ListDevices',
  fields: [

  ],
};
export const RevokeDevice: MessageTable = {
  name: 'RevokeDevice',
  fields: [
    { name: 'device', type: 'uint64' },
  ],
};
export const RefreshSession: MessageTable = {
  name: 'RefreshSession',
  fields: [
    { name: 'refreshToken', type: 'string' },
  ],
};
export const ChangePassword: MessageTable = {
  name: 'ChangePassword',
  fields: [
    { name: 'oldPassword', type: 'string' },
    { name: 'newPassword', type: 'string' },
  ],
};
export const CreateInvitation: MessageTable = {
  name: 'CreateInvitation',
  fields: [

  ],
};
export const FindSent: MessageTable = {
  name: 'FindSent',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'key', type: 'string' },
  ],
};
export const SetPresence: MessageTable = {
  name: 'SetPresence',
  fields: [
    { name: 'availability', type: Availability },
    { name: 'text', type: 'string' },
    { name: 'priority', type: 'uint32' },
  ],
};
export const FindPresence: MessageTable = {
  name: 'FindPresence',
  fields: [
    { name: 'users', type: 'uint64', list: true },
    { name: 'watch', type: 'bool' },
  ],
};
export const UnwatchPresence: MessageTable = {
  name: 'UnwatchPresence',
  fields: [
    { name: 'users', type: 'uint64', list: true },
  ],
};
export const SetWill: MessageTable = {
  name: 'SetWill',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'text', type: 'string' },
    { name: 'content', type: 'bytes' },
    { name: 'eachDevice', type: 'bool' },
    { name: 'delayMs', type: 'uint32' },
  ],
};
export const Goodbye: MessageTable = {
  name: 'Goodbye',
  fields: [
    { name: 'signOut', type: 'bool' },
  ],
};
export const Probe: MessageTable = {
  name: 'Probe',
  fields: [
    { name: 'id', type: 'uint64' },
  ],
};
export const Down: MessageTable = {
  name: 'Down',
  fields: [
    { name: 'welcome', type: () => Welcome, oneof: 'frame', optional: true },
    { name: 'push', type: () => Push, oneof: 'frame', optional: true },
    { name: 'ack', type: () => Ack, oneof: 'frame', optional: true },
    { name: 'refused', type: () => Refused, oneof: 'frame', optional: true },
    { name: 'head', type: () => Head, oneof: 'frame', optional: true },
    { name: 'marker', type: () => Marker, oneof: 'frame', optional: true },
    { name: 'typing', type: () => Typing, oneof: 'frame', optional: true },
    { name: 'syncResult', type: () => SyncResult, oneof: 'frame', optional: true },
    { name: 'response', type: () => Response, oneof: 'frame', optional: true },
    { name: 'close', type: () => Close, oneof: 'frame', optional: true },
    { name: 'pong', type: () => Pong, oneof: 'frame', optional: true },
    { name: 'membership', type: () => MembershipChanged, oneof: 'frame', optional: true },
    { name: 'resync', type: () => Resync, oneof: 'frame', optional: true },
    { name: 'presence', type: () => PresenceList, oneof: 'frame', optional: true },
    { name: 'transient', type: () => Transient, oneof: 'frame', optional: true },
  ],
};
export const Welcome: MessageTable = {
  name: 'Welcome',
  fields: [
    { name: 'version', type: 'uint32' },
    { name: 'capabilities', type: 'string', list: true },
    { name: 'session', type: 'string' },
    { name: 'me', type: () => User, optional: true },
    { name: 'device', type: 'uint64' },
    { name: 'epoch', type: 'string' },
    { name: 'serverTimeMs', type: 'uint64' },
    { name: 'durability', type: 'string' },
    { name: 'frameBytesMax', type: 'uint32' },
    { name: 'bodyBytesMax', type: 'uint32' },
    { name: 'heartbeatMs', type: 'uint32' },
    { name: 'recallWindowMs', type: 'uint32' },
    { name: 'server', type: 'string' },
    { name: 'tokens', type: () => Tokens, optional: true },
  ],
};
export const Tokens: MessageTable = {
  name: 'Tokens',
  fields: [
    { name: 'accessToken', type: 'string' },
    { name: 'accessExpiresMs', type: 'uint64' },
    { name: 'refreshToken', type: 'string' },
    { name: 'refreshExpiresMs', type: 'uint64' },
  ],
};
export const User: MessageTable = {
  name: 'User',
  fields: [
    { name: 'number', type: 'uint64' },
    { name: 'id', type: 'string' },
    { name: 'name', type: 'string' },
  ],
};
export const Push: MessageTable = {
  name: 'Push',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'sender', type: 'uint64' },
    { name: 'timeDeltaMs', type: 'uint64' },
    { name: 'text', type: 'string' },
    { name: 'body', type: 'bytes' },
    { name: 'kind', type: 'uint32' },
    { name: 'target', type: 'uint64' },
    { name: 'seq', type: 'uint64' },
    { name: 'timeMs', type: 'uint64' },
    { name: 'ordinal', type: 'uint64' },
  ],
};
export const Ack: MessageTable = {
  name: 'Ack',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'counter', type: 'uint64' },
    { name: 'seq', type: 'uint64' },
    { name: 'timeMs', type: 'uint64' },
    { name: 'ordinal', type: 'uint64' },
    { name: 'key', type: 'string' },
  ],
};
export const Refused: MessageTable = {
  name: 'Refused',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'counter', type: 'uint64' },
    { name: 'code', type: 'string' },
    { name: 'retryAfterMs', type: 'uint32' },
    { name: 'need', type: 'uint64' },
    { name: 'limit', type: 'uint64' },
    { name: 'key', type: 'string' },
  ],
};
export const Head: MessageTable = {
  name: 'Head',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'seq', type: 'uint64' },
    { name: 'timeMs', type: 'uint64' },
    { name: 'ordinal', type: 'uint64' },
  ],
};
export const Marker: MessageTable = {
  name: 'Marker',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'user', type: 'uint64' },
    { name: 'delivered', type: 'uint64' },
    { name: 'read', type: 'uint64' },
    { name: 'mine', type: () => ReadState, optional: true },
  ],
};
export const ReadState: MessageTable = {
  name: 'ReadState',
  fields: [
    { name: 'seq', type: 'uint64' },
    { name: 'ordinal', type: 'uint64' },
    { name: 'own', type: 'uint64' },
    { name: 'ownTotal', type: 'uint64' },
  ],
};
export const SyncResult: MessageTable = {
  name: 'SyncResult',
  fields: [
    { name: 'epoch', type: 'string' },
    { name: 'cursor', type: 'uint64' },
    { name: 'reset', type: 'bool' },
    { name: 'changed', type: () => ConversationState, list: true },
    { name: 'users', type: () => User, list: true },
    { name: 'more', type: 'bool' },
    { name: 'digestHigh', type: 'fixed32' },
    { name: 'digestLow', type: 'fixed32' },
    { name: 'memberships', type: 'uint32' },
  ],
};
export const ConversationState: MessageTable = {
  name: 'ConversationState',
  fields: [
    { name: 'conversation', type: 'uint64' },
    { name: 'kind', type: ConversationKind },
    { name: 'title', type: 'string' },
    { name: 'head', type: 'uint64' },
    { name: 'headOrdinal', type: 'uint64' },
    { name: 'headTimeMs', type: 'uint64' },
    { name: 'role', type: Role },
    { name: 'first', type: 'uint64' },
    { name: 'memberCount', type: 'uint32' },
    { name: 'read', type: () => ReadState, optional: true },
    { name: 'peer', type: 'uint64' },
    { name: 'markers', type: () => Marker, list: true },
    { name: 'entries', type: () => LogEntry, list: true },
    { name: 'amendments', type: () => LogEntry, list: true },
    { name: 'amendmentsMore', type: 'bool' },
    { name: 'open', type: 'bool' },
    { name: 'attributes', type: () => Attribute, list: true },
  ],
};
export const LogEntry: MessageTable = {
  name: 'LogEntry',
  fields: [
    { name: 'seq', type: 'uint64' },
    { name: 'ordinal', type: 'uint64' },
    { name: 'kind', type: 'uint32' },
    { name: 'sender', type: 'uint64' },
    { name: 'timeMs', type: 'uint64' },
    { name: 'target', type: 'uint64' },
    { name: 'body', type: 'bytes' },
    { name: 'counter', type: 'uint64' },
    { name: 'device', type: 'uint64' },
  ],
};
export const Response: MessageTable = {
  name: 'Response',
  fields: [
    { name: 'id', type: 'uint64' },
    { name: 'failure', type: () => Failure, oneof: 'answer', optional: true },
    { name: 'done', type: () => Done, oneof: 'answer', optional: true },
    { name: 'conversation', type: () => ConversationState, oneof: 'answer', optional: true },
    { name: 'history', type: () => HistoryPage, oneof: 'answer', optional: true },
    { name: 'members', type: () => MemberPage, oneof: 'answer', optional: true },
    { name: 'users', type: () => UserList, oneof: 'answer', optional: true },
    { name: 'devices', type: () => DeviceList, oneof: 'answer', optional: true },
    { name: 'tokens', type: () => Tokens, oneof: 'answer', optional: true },
    { name: 'invitation', type: () => Invitation, oneof: 'answer', optional: true },
    { name: 'sent', type: () => Ack, oneof: 'answer', optional: true },
    { name: 'presence', type: () => PresenceList, oneof: 'answer', optional: true },
  ],
};
export const Failure: MessageTable = {
  name: 'Failure',
  fields: [
    { name: 'code', type: 'string' },
    { name: 'retryAfterMs', type: 'uint32' },
    { name: 'limit', type: 'uint64' },
  ],
};
export const Done: MessageTable = {
  name: 'Done',
  fields: [

  ],
};
export const HistoryPage: MessageTable = {
  name: 'HistoryPage',
  fields: [
    { name: 'entries', type: () => LogEntry, list: true },
    { name: 'amendments', type: () => LogEntry, list: true },
    { name: 'users', type: () => User, list: true },
    { name: 'more', type: 'bool' },
    { name: 'continueAt', type: 'uint64' },
  ],
};
export const Member: MessageTable = {
  name: 'Member',
  fields: [
    { name: 'user', type: () => User, optional: true },
    { name: 'role', type: Role },
    { name: 'delivered', type: 'uint64' },
    { name: 'read', type: 'uint64' },
  ],
};
export const MemberPage: MessageTable = {
  name: 'MemberPage',
  fields: [
    { name: 'members', type: () => Member, list: true },
    { name: 'more', type: 'bool' },
  ],
};
export const UserList: MessageTable = {
  name: 'UserList',
  fields: [
    { name: 'users', type: () => User, list: true },
  ],
};
export const Device: MessageTable = {
  name: 'Device',
  fields: [
    { name: 'number', type: 'uint64' },
    { name: 'kind', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'app', type: 'string' },
    { name: 'signedInMs', type: 'uint64' },
    { name: 'seenMs', type: 'uint64' },
    { name: 'online', type: 'bool' },
    { name: 'current', type: 'bool' },
  ],
};
export const DeviceList: MessageTable = {
  name: 'DeviceList',
  fields: [
    { name: 'devices', type: () => Device, list: true },
  ],
};
export const Presence: MessageTable = {
  name: 'Presence',
  fields: [
    { name: 'user', type: 'uint64' },
    { name: 'online', type: 'bool' },
    { name: 'seenMs', type: 'uint64' },
    { name: 'availability', type: Availability },
    { name: 'text', type: 'string' },
    { name: 'version', type: 'uint64' },
  ],
};
export const PresenceList: MessageTable = {
  name: 'PresenceList',
  fields: [
    { name: 'users', type: () => Presence, list: true },
  ],
};
export const Invitation: MessageTable = {
  name: 'Invitation',
  fields: [
    { name: 'code', type: 'string' },
    { name: 'expiresMs', type: 'uint64' },
  ],
};
export const Close: MessageTable = {
  name: 'Close',
  fields: [
    { name: 'code', type: 'uint32' },
    { name: 'reason', type: 'string' },
  ],
};
export const Pong: MessageTable = {
  name: 'Pong',
  fields: [
    { name: 'id', type: 'uint64' },
    { name: 'serverTimeMs', type: 'uint64' },
  ],
};
export const MembershipChanged: MessageTable = {
  name: 'MembershipChanged',
  fields: [
    { name: 'state', type: () => ConversationState, optional: true },
    { name: 'users', type: () => User, list: true },
  ],
};
export const Resync: MessageTable = {
  name: 'Resync',
  fields: [

  ],
};
export const SignIn: MessageTable = {
  name: 'SignIn',
  fields: [
    { name: 'password', type: () => PasswordAuth, oneof: 'auth', optional: true },
    { name: 'registration', type: () => Registration, oneof: 'auth', optional: true },
    { name: 'dev', type: 'string', oneof: 'auth' },
    { name: 'installation', type: 'string' },
    { name: 'deviceKind', type: 'string' },
    { name: 'deviceName', type: 'string' },
    { name: 'app', type: 'string' },
    { name: 'appVersion', type: 'string' },
  ],
};
export const SignOut: MessageTable = {
  name: 'SignOut',
  fields: [

  ],
};
export const AskPresence: MessageTable = {
  name: 'AskPresence',
  fields: [
    { name: 'users', type: 'uint64', list: true },
  ],
};
export const CreateTicket: MessageTable = {
  name: 'CreateTicket',
  fields: [

  ],
};
export const Ticket: MessageTable = {
  name: 'Ticket',
  fields: [
    { name: 'ticket', type: 'string' },
    { name: 'expiresMs', type: 'uint64' },
  ],
};
export const Poll: MessageTable = {
  name: 'Poll',
  fields: [
    { name: 'cursor', type: 'string' },
    { name: 'wait', type: 'uint32' },
    { name: 'entries', type: 'uint32' },
  ],
};
export const Changes: MessageTable = {
  name: 'Changes',
  fields: [
    { name: 'cursor', type: 'string' },
    { name: 'reset', type: 'bool' },
    { name: 'changed', type: () => ConversationState, list: true },
    { name: 'users', type: () => User, list: true },
  ],
};
export const ChangesEvent: MessageTable = {
  name: 'ChangesEvent',
  fields: [
    { name: 'changed', type: () => ConversationState, list: true },
    { name: 'users', type: () => User, list: true },
    { name: 'reset', type: 'bool' },
    { name: 'more', type: 'bool' },
    { name: 'cursor', type: 'string' },
  ],
};
