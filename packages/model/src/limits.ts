/**
 * Every limit of the server in one table, each with its unit in its name and its reason beside it. A configuration may
 * override any of them, a test lowers them, the simulator draws them from its seed.
 */
export const LIMITS = {
  // ── the wire ──────────────────────────────────────────────────────────────────────────────────────────────────────
  /** Bytes one connection may send before it has signed in: room for the longest hello, RFC 6120's floor. */
  bytesBeforeSignInMax: 10_000,
  /** Time from accepting a connection to its sign-in, whatever lies between; with `lingerMs` a stranger stays 15 s at most. */
  signInTimeoutMs: 10_000,
  /** Time to the first bytes that tell which protocol is spoken, and for the handshake of TLS. */
  detectTimeoutMs: 3_000,
  /** Time for the headers of an HTTP request, however slowly they come; below `signInTimeoutMs`, to be told by a 408. */
  httpHeadersTimeoutMs: 7_000,
  /** Time for a whole HTTP request, body and all, where its headers came in time. */
  httpRequestTimeoutMs: 30_000,
  /** A connection of HTTP/2 on which nothing was said for this long ends: above the longest poll, which is silent while it waits. */
  http2IdleMs: 75_000,
  /** A seat at the core that HTTP requests of one token share is kept this long after the last of them. */
  httpSeatIdleMs: 60_000,
  /** Such seats, of requests and of polls each; the one that was unused for longest makes room. */
  httpSeatsMax: 10_000,
  /** The longest that a poll waits for a change: below the minute after which proxies give up. */
  httpPollWaitMaxMs: 55_000,
  /** A seat that polls share is kept this long between two of them. */
  httpPollIdleMs: 15_000,
  /** A comment on event streams that are silent: below the idle time of proxies. */
  httpEventHeartbeatMs: 15_000,
  /** A tunnel that nobody reads from is gone after this: several of the pauses between two short polls. */
  httpTunnelIdleMs: 30_000,
  /** Event streams of one device, and polls that wait on one token: more than a network that keeps breaking leaves behind in a minute. */
  httpReadersPerDeviceMax: 64,
  /** Time to open an event stream with a ticket. */
  httpTicketMs: 60_000,
  /** Tickets of one token, as a page opens one stream at a time; and of all together. The oldest gives way. */
  httpTicketsPerTokenMax: 8,
  httpTicketsMax: 20_000,
  /** Time that a connection which was ended gets to take the last bytes and end its own half. */
  lingerMs: 3_000,
  /** One frame from a client. Media travels elsewhere, so this is generous. */
  frameBytesMax: 262_144,
  /** One frame to a client; longer answers are cut into parts. */
  partBytesMax: 131_072,
  /** Elements inside each other in one stanza, those in all, attributes of one element: what people's clients send is far below. */
  stanzaDepthMax: 32,
  stanzaElementsMax: 2_000,
  stanzaAttributesMax: 64,
  /** Time in which an XMPP session whose connection was lost can be taken up again: a walk out of coverage. */
  xmppResumeMs: 600_000,
  /** How long an XMPP client's question what is handled waits for the disk: longer than a commit takes on a slow one, and soon for a client. */
  xmppAnswerWaitMs: 200,
  /** Outbound bytes waiting on one connection above which entries become hint bits instead. */
  outboundBytesMax: 262_144,
  /** Outbound bytes above which reading from that connection pauses: whoever does not read may not ask. */
  outboundPauseBytes: 524_288,
  /** Dirty conversations remembered per connection; one more and the device is told to sync as a whole. */
  dirtyConversationsMax: 256,
  /** A reader that took nothing for this long, while bytes waited for it, is closed. */
  stalledReaderMs: 30_000,
  /** Commands of one connection that wait for an answer. */
  pendingCommandsMax: 256,
  /** Connections of all gateways together; the process may have 20,000 file descriptors. */
  connectionsMax: 100_000,
  /** Connections from one address, of IPv6 from one /64: a company, or the customers of a carrier, behind it. */
  connectionsPerAddressMax: 20_000,
  /** What a trusted proxy may say before a connection, in version 2 of its protocol: an address and notes on TLS. */
  proxyHeaderBytesMax: 2_048,
  /** Connections from one address that have not signed in. */
  unauthenticatedPerAddressMax: 20_000,

  // ── liveness ──────────────────────────────────────────────────────────────────────────────────────────────────────
  /** Idle time after which a client should send its one-byte heartbeat. Below the NAT time-outs seen in the field (5 min). */
  heartbeatIntervalMs: 30_000,
  /** The longest interval a client may ask for: phones stretch theirs to save the battery. */
  heartbeatIntervalMaxMs: 600_000,
  /** A connection silent for this many intervals is dead. */
  heartbeatGraceFactor: 1.5,
  /** An entry pushed and not acknowledged for this long means that nobody is there (rule DL4). */
  ackTimeoutMs: 15_000,
  /** How often liveness and time-outs are looked at; every time-out above is exact to this. */
  sweepIntervalMs: 1_000,

  // ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────
  /** Encoded content of one message; text people read, not files. */
  bodyBytesMax: 16_384,
  titleCharactersMax: 128,
  /** What a group may be found by; no longer than a title, which begins as the name. */
  groupNameCharactersMax: 128,
  /** What an application keeps with one conversation, and all its keys and values in UTF-8: they are in memory and come with every sync. */
  attributesPerConversationMax: 64,
  attributesBytesMax: 4_096,
  nameCharactersMax: 64,
  reactionKeyBytesMax: 64,
  membersPerGroupMax: 10_000,
  membersPerCommandMax: 1_000,
  conversationsPerUserMax: 20_000,
  /** People in one list, and people blocked by one user: all are in memory. */
  contactsPerUserMax: 2_000,
  blockedPerUserMax: 1_000,
  devicesPerUserMax: 50,
  /** An image that stands for somebody: 200 by 200 pixels as PNG, and well below a stanza when it is written in Base64. */
  avatarBytesMax: 65_536,
  /** What one user publishes under names: their names are in memory. */
  personalItemsPerUserMax: 64,
  personalNameCharactersMax: 256,
  /** One value: the keys of some hundred devices. */
  personalItemBytesMax: 16_384,
  /** Time in which the sender may recall; owners and admins are not bound by it. */
  recallWindowMs: 120_000,
  /** Sends per user: a sustained rate and a burst. */
  sendsPerSecondMax: 100,
  sendsBurstMax: 1_000,
  /** Other commands per connection. */
  requestsPerSecondMax: 50,
  requestsBurstMax: 500,
  /** Failed sign-ins per account and per address and minute. */
  failedSignInsPerMinuteMax: 5,

  // ── delivery and sync ─────────────────────────────────────────────────────────────────────────────────────────────
  /** Entries committed together: more would make the first of them wait for the last. */
  batchEntriesMax: 2_000,
  /** After a batch of so many commands the next one waits, so that they share its fsync, wake-ups and writes; fewer share too little. */
  commitCompanyMin: 16,
  /** How long it waits: less than anybody notices, and no more than an fsync takes on many disks. */
  commitGatherMs: 2,
  /** Commands waiting for the next batch; above this the server says it is overloaded. */
  queuedCommandsMax: 50_000,
  /** After a failed commit the next one waits this long, so that a full disk is not asked in a tight loop. */
  commitRetryPauseMs: 100,
  /** Entries after which the derived state is checkpointed: as many are read again at the next start. */
  checkpointEntriesMax: 50_000,
  /** Conversations checkpointed between two commits: more would hold up the next one. */
  checkpointConversationsMax: 256,
  /** Bytes of their state that end a slice early: encoding as much takes 0.5 ms, and the next commit waits for it. */
  checkpointSliceBytesMax: 65_536,
  /** Answers remembered per (conversation, device); must exceed what a client keeps in flight. */
  recentCountersMax: 256,
  /** What an idle producer was answered is forgotten after this, which is how long a resend is recognised. */
  producerIdleMs: 30 * 86_400_000,
  /** The name that a sender gives a message instead of a counter: a UUID, or what XMPP and HTTP clients make up. */
  sendKeyCharactersMax: 64,
  /** Keyed sends whose answers are held in memory; older ones are looked up. More than can be on their way at once. */
  sentKeysHeldMax: 60_000,
  /** A keyed send is recognised for this long: twice the week that clients are promised. */
  sentKeyMs: 14 * 86_400_000,
  /** Entries of one page of history. */
  pageEntriesMax: 100,
  /** Entries looked through for one page of history that takes only some; what lies beyond is asked for again. */
  historyLookedAtMax: 2_000,
  /** Conversations whose newest entries come along in one sync answer. */
  syncWindowConversationsMax: 50,
  /** Missed entries sent per conversation in a sync answer; more becomes a hole that is filled on demand. */
  syncEntriesPerConversationMax: 10_000,
  /** Entries sent in one sync answer over all conversations. */
  syncEntriesMax: 20_000,
  /** Groups up to this size see each other's read and delivered markers live. */
  markerMembersMax: 200,
  /** Conversations up to this size show who read what; 0 keeps it from everybody, in direct ones too. */
  readMarkerMembersMax: 200,
  /** Moved markers of a group are told together at most this often; in a direct conversation at once. */
  markerBroadcastMs: 1_000,
  /** "Is typing" of one person is passed on at most this often. */
  typingIntervalMs: 1_000,
  /** Groups above this size show no typing. */
  typingMembersMax: 2_000,
  /** Groups above this size show nobody's presence and pass no transient message on. */
  fleetingMembersMax: 2_000,
  /** Changes of presence are told together this often, so that a line that comes and goes is not told each time. */
  presenceIntervalMs: 500,
  /** Users of one question about presence, and of one frame that tells of it. */
  presenceUsersPerFrameMax: 100,
  /** Users whose presence one connection watches: more than fit on a few screens. */
  presenceWatchesMax: 1_000,
  /** What people say about themselves beside being there. */
  statusCharactersMax: 128,
  /** When people were last seen is written at most this often; a crash makes it too early by that. */
  lastSeenSaveMs: 10_000,
  /** Content of a transient message or a will. */
  transientBytesMax: 4_096,
  /** Transient messages per connection: a sustained rate and a burst; more are dropped. */
  transientsPerSecondMax: 10,
  transientsBurstMax: 30,
  /** The longest that a will may wait for its device to come back. */
  willDelayMaxMs: 3_600_000,
  /** Delivered markers are written at most this often; they are derived state. */
  markerFlushMs: 1_000,
  /** Newest entries of a conversation kept in memory, and their bytes over all conversations. */
  recentEntriesPerConversationMax: 256,
  recentBytesMax: 67_108_864,

  // ── topics ────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** Levels of a topic or filter: a search walks over them. */
  topicLevelsMax: 128,
  /** Filters of one session. */
  topicSubscriptionsMax: 1_000,
  /** Sessions known at once, connected or kept; and those one user may have kept, which are their devices. */
  topicSessionsMax: 100_000,
  topicSessionsPerUserMax: 50,
  /** The longest that a session is kept without a connection, which is also what "never expires" means here. */
  topicSessionExpiryMs: 30 * 86_400_000,
  /** Values with QoS 1 or 2 that one connection has open at once, either way: some round trips' worth. */
  topicInFlightMax: 256,
  /** Values that wait for one session, and their bytes; one more is dropped and counted. */
  topicWaitingMax: 1_000,
  topicWaitingBytesMax: 4_194_304,
  /** The same bytes of all sessions together, with those under way: the memory that clients who are away may take. */
  topicOwedBytesMax: 268_435_456,
  /** Last values kept for new subscribers, over all topics. */
  topicRetainedMax: 100_000,
  topicRetainedBytesMax: 67_108_864,

  // ── accounts ──────────────────────────────────────────────────────────────────────────────────────────────────────
  passwordCharactersMin: 8,
  passwordBytesMax: 1_024,
  /** Passwords waiting to be hashed: what two cores finish well within `signInTimeoutMs`. One more is told to come later. */
  passwordsQueuedMax: 256,
  /** Rounds of hashing between a password and its SCRAM verifier: RFC 7677 asks for 4,096, and what phones do quickly is more. */
  scramIterations: 10_000,
  accessTokenMs: 3_600_000,
  refreshTokenMs: 30 * 86_400_000,
  invitationMs: 7 * 86_400_000,
  /** The longest that the operator's own backend may vouch for somebody at once: nobody can take such a token back. */
  identityTokenMs: 86_400_000,
  /** By how much the clock of that backend may be ahead of ours; NTP keeps it far below. */
  clockSkewMs: 60_000,
  /** Open connections get this long to finish when the server is asked to stop. */
  drainMs: 8_000,
} as const;

export type LimitName = keyof typeof LIMITS;
export type Limits = Readonly<Record<LimitName, number>>;

/** The table with some values replaced: `{ ...LIMITS, ...overrides }` with the names checked. */
export function withLimits(overrides: Partial<Limits>): Limits {
  return { ...LIMITS, ...overrides };
}
