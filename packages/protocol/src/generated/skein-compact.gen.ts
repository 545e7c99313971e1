// Generated from proto/ by tools/generate.ts. Do not edit.

/** Read by compact/compact-schema.ts. */
export const SCHEMA_TEXT = `Content text>of=s custom>of:CustomContent 15fallback=s replyTo *mentions key=s subject=s thread=s language=s asksReceipt=b noCopies=b elements=s
CustomContent kind=s json=s
Reaction key=s removed=b
MemberChange action=i *users role=i
SettingsChange ?title=s ?open=b *attributes:Attribute
Attribute key=s value=s
Up >frame:Hello >frame:Send >frame:Received >frame:Read >frame:Typing >frame:Sync >frame:Request >frame:Goodbye >frame:Probe
Hello version=i versionMin=i *capabilities=s installation=s app=s appVersion=s platform=s locale=s deviceKind=s deviceName=s heartbeatMs=i 16accessToken>auth=s refreshToken>auth=s password>auth:PasswordAuth >auth:Registration dev>auth=s 24?sync:Sync
PasswordAuth user=s password=s
Registration user=s password=s name=s invitation=s
Send conversation counter text=s content=y kind=i target ?reaction:Reaction key=s
Received pushes *delivered:Upto
Upto conversation seq
Read conversation seq
Typing conversation user stopped=b
Sync epoch=s cursor conversations=i entriesEach=i *read:Upto
Request id >ask:CreateDirect >ask:CreateGroup >ask:ChangeMembers >ask:ChangeSettings >ask:History >ask:ListMembers >ask:FindUsers >ask:ListDevices >ask:RevokeDevice >ask:RefreshSession >ask:ChangePassword >ask:CreateInvitation
CreateDirect user=s
CreateGroup key=s title=s *users=s open=b *attributes:Attribute
ChangeMembers conversation action=i *users=s role=i
ChangeSettings conversation ?title=s ?open=b *attributes:Attribute
History conversation from to limit=i newest=b amendmentsOnly=b *kinds=i *contents=i
ListMembers conversation after limit=i
FindUsers *numbers *users=s
ListDevices
RevokeDevice device
RefreshSession refreshToken=s
ChangePassword oldPassword=s newPassword=s
CreateInvitation
Goodbye signOut=b
Probe id
Down >frame:Welcome >frame:Push >frame:Ack >frame:Refused >frame:Head >frame:Marker >frame:Typing >frame:SyncResult >frame:Response >frame:Close >frame:Pong membership>frame:MembershipChanged >frame:Resync
Welcome version=i *capabilities=s session=s ?me:User device epoch=s serverTimeMs durability=s frameBytesMax=i bodyBytesMax=i heartbeatMs=i recallWindowMs=i server=s ?tokens:Tokens
Tokens accessToken=s accessExpiresMs refreshToken=s refreshExpiresMs
User number id=s name=s
Push conversation sender timeDeltaMs text=s body=y kind=i target seq timeMs ordinal
Ack conversation counter seq timeMs ordinal key=s
Refused conversation counter code=s retryAfterMs=i need limit key=s
Head conversation seq timeMs ordinal
Marker conversation user delivered read ?mine:ReadState
ReadState seq ordinal own ownTotal
SyncResult epoch=s cursor reset=b *changed:ConversationState *users:User more=b digestHigh=f digestLow=f memberships=i
ConversationState conversation kind=i title=s head headOrdinal headTimeMs role=i first memberCount=i ?read:ReadState peer *markers:Marker *entries:LogEntry *amendments:LogEntry amendmentsMore=b open=b *attributes:Attribute
LogEntry seq ordinal kind=i sender timeMs target body=y counter device
Response id >answer:Failure >answer:Done conversation>answer:ConversationState history>answer:HistoryPage members>answer:MemberPage users>answer:UserList devices>answer:DeviceList >answer:Tokens >answer:Invitation
Failure code=s retryAfterMs=i limit
Done
HistoryPage *entries:LogEntry *amendments:LogEntry *users:User more=b continueAt
Member ?user:User role=i delivered read
MemberPage *members:Member more=b
UserList *users:User
Device number kind=s name=s app=s signedInMs seenMs online=b current=b
DeviceList *devices:Device
Invitation code=s expiresMs
Close code=i reason=s
Pong id serverTimeMs
MembershipChanged ?state:ConversationState *users:User
Resync`;

/** Learned by a program that speaks of presence, transient messages and wills. */
export const FLEETING_SCHEMA_TEXT = `Up 10>frame:Transient
Transient conversation user text=s content=y will=b
Request 15>ask:SetPresence >ask:FindPresence >ask:UnwatchPresence >ask:SetWill
SetPresence availability=i text=s priority=i
FindPresence *users watch=b
UnwatchPresence *users
SetWill conversation text=s content=y eachDevice=b delayMs=i
Down 14presence>frame:PresenceList 16>frame:Transient
Response 12presence>answer:PresenceList
Presence user online=b seenMs availability=i text=s version
PresenceList *users:Presence`;
