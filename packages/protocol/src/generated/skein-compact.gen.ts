// Generated from proto/ by tools/generate.ts. Do not edit.

/** Read by compact/compact-schema.ts. */
export const SCHEMA_TEXT = `Content 1text>of=s 2custom>of:CustomContent 15fallback=s 16replyTo 17*mentions
CustomContent 1kind=s 2json=s
Reaction 1key=s 2removed=b
MemberChange 1action=i 2*users 3role=i
SettingsChange 1?title=s 2?open=b
Up 1hello>frame:Hello 2send>frame:Send 3received>frame:Received 4read>frame:Read 5typing>frame:Typing 6sync>frame:Sync 7request>frame:Request 8goodbye>frame:Goodbye 9probe>frame:Probe
Hello 1version=i 2versionMin=i 3*capabilities=s 4installation=s 5app=s 6appVersion=s 7platform=s 8locale=s 9deviceKind=s 10deviceName=s 11heartbeatMs=i 16accessToken>auth=s 17refreshToken>auth=s 18password>auth:PasswordAuth 19registration>auth:Registration 20dev>auth=s 24?sync:Sync
PasswordAuth 1user=s 2password=s
Registration 1user=s 2password=s 3name=s 4invitation=s
Send 1conversation 2counter 3text=s 4content=y 5kind=i 6target 7?reaction:Reaction
Received 1pushes 2*delivered:Upto
Upto 1conversation 2seq
Read 1conversation 2seq
Typing 1conversation 2user 3stopped=b
Sync 1epoch=s 2cursor 3conversations=i 4entriesEach=i 5*read:Upto
Request 1id 2createDirect>ask:CreateDirect 3createGroup>ask:CreateGroup 4changeMembers>ask:ChangeMembers 5changeSettings>ask:ChangeSettings 6history>ask:History 7listMembers>ask:ListMembers 8findUsers>ask:FindUsers 9listDevices>ask:ListDevices 10revokeDevice>ask:RevokeDevice 11refreshSession>ask:RefreshSession 12changePassword>ask:ChangePassword 13createInvitation>ask:CreateInvitation
CreateDirect 1user=s
CreateGroup 1key=s 2title=s 3*users=s 4open=b
ChangeMembers 1conversation 2action=i 3*users=s 4role=i
ChangeSettings 1conversation 2?title=s 3?open=b
History 1conversation 2from 3to 4limit=i 5newest=b 6amendmentsOnly=b
ListMembers 1conversation 2after 3limit=i
FindUsers 1*numbers 2*users=s
ListDevices
RevokeDevice 1device
RefreshSession 1refreshToken=s
ChangePassword 1oldPassword=s 2newPassword=s
CreateInvitation
Goodbye 1signOut=b
Probe 1id
Down 1welcome>frame:Welcome 2push>frame:Push 3ack>frame:Ack 4refused>frame:Refused 5head>frame:Head 6marker>frame:Marker 7typing>frame:Typing 8syncResult>frame:SyncResult 9response>frame:Response 10close>frame:Close 11pong>frame:Pong 12membership>frame:MembershipChanged 13resync>frame:Resync
Welcome 1version=i 2*capabilities=s 3session=s 4?me:User 5device 6epoch=s 7serverTimeMs 8durability=s 9frameBytesMax=i 10bodyBytesMax=i 11heartbeatMs=i 12recallWindowMs=i 13server=s 14?tokens:Tokens
Tokens 1accessToken=s 2accessExpiresMs 3refreshToken=s 4refreshExpiresMs
User 1number 2id=s 3name=s
Push 1conversation 2sender 3timeDeltaMs 4text=s 5body=y 6kind=i 7target 8seq 9timeMs 10ordinal
Ack 1conversation 2counter 3seq 4timeMs 5ordinal
Refused 1conversation 2counter 3code=s 4retryAfterMs=i 5need 6limit
Head 1conversation 2seq 3timeMs 4ordinal
Marker 1conversation 2user 3delivered 4read 5?mine:ReadState
ReadState 1seq 2ordinal 3own 4ownTotal
SyncResult 1epoch=s 2cursor 3reset=b 4*changed:ConversationState 5*users:User 6more=b 7digestHigh=f 8digestLow=f 9memberships=i
ConversationState 1conversation 2kind=i 3title=s 4head 5headOrdinal 6headTimeMs 7role=i 8first 9memberCount=i 10?read:ReadState 11peer 12*markers:Marker 13*entries:LogEntry 14*amendments:LogEntry 15amendmentsMore=b 16open=b
LogEntry 1seq 2ordinal 3kind=i 4sender 5timeMs 6target 7body=y 8counter 9device
Response 1id 2failure>answer:Failure 3done>answer:Done 4conversation>answer:ConversationState 5history>answer:HistoryPage 6members>answer:MemberPage 7users>answer:UserList 8devices>answer:DeviceList 9tokens>answer:Tokens 10invitation>answer:Invitation
Failure 1code=s 2retryAfterMs=i 3limit
Done
HistoryPage 1*entries:LogEntry 2*amendments:LogEntry 3*users:User 4more=b
Member 1?user:User 2role=i 3delivered 4read
MemberPage 1*members:Member 2more=b
UserList 1*users:User
Device 1number 2kind=s 3name=s 4app=s 5signedInMs 6seenMs 7online=b 8current=b
DeviceList 1*devices:Device
Invitation 1code=s 2expiresMs
Close 1code=i 2reason=s
Pong 1id 2serverTimeMs
MembershipChanged 1?state:ConversationState 2*users:User
Resync`;
