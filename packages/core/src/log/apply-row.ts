import { assert, POSITION_BEFORE_FIRST, type Position, position, SEQ_BEFORE_FIRST, seq } from '@skein/model';
import type { ConversationRow, MemberRow } from '../ports/store.ts';
import type { Conversation, Member } from './conversation.ts';
import type { World } from './world.ts';

/** Makes a new or changed conversation part of the state. */
export function applyConversationRow(world: World, row: ConversationRow): Conversation {
  const known = world.conversation(row.id);
  if (known !== undefined) {
    known.title = row.title;
    known.isOpen = row.isOpen;
    known.attributes = row.attributes;
    return known;
  }
  const conversation: Conversation = {
    ...row,
    head: SEQ_BEFORE_FIRST,
    ordinal: 0,
    headTimeMs: 0,
    position: POSITION_BEFORE_FIRST,
    hasUnsavedMarkers: false,
    members: new Map(),
    present: [],
    producers: new Map(),
  };
  world.addConversation(conversation);
  return conversation;
}

/** Makes a new or changed membership part of the state. Markers never go back, whatever the row says (rule RD2). */
export function applyMemberRow(world: World, row: MemberRow): Member {
  const conversation = world.conversation(row.conversation);
  assert(conversation !== undefined, 'a membership belongs to a conversation');
  const member = conversation.members.get(row.user) ?? enter(world, conversation, row);
  const wasPresent = member.role !== null;
  member.role = row.role;
  member.firstSeq = row.firstSeq;
  member.leftSeq = row.leftSeq;
  member.joinedSeq = row.joinedSeq;
  member.deliveredSeq = seq(Math.max(member.deliveredSeq, row.deliveredSeq));
  if (row.readSeq >= member.readSeq) {
    member.readSeq = row.readSeq;
    member.readOrdinal = row.readOrdinal;
    member.readOwn = row.readOwn;
  }
  member.position = later(member.position, row.position);
  const isPresent = row.role !== null;
  if (wasPresent !== isPresent) world.setPresent(member, isPresent);
  return member;
}

/**
 * Lets everybody's next sync report a conversation in which a marker moved, where markers are shown (rule RD5). Called when all
 * rows of a change are applied, so that the number of members is the one that holds after it.
 */
export function reportMarker(conversation: Conversation, at: Position, markerMembersMax: number): void {
  if (conversation.present.length > markerMembersMax) return;
  conversation.position = later(conversation.position, at);
}

function enter(world: World, conversation: Conversation, row: MemberRow): Member {
  const member: Member = {
    ...row,
    conversation,
    // Decided by applyMemberRow, which also puts the member among the present.
    role: null,
    ownTotal: 0,
  };
  world.addMember(member);
  return member;
}

function later(a: Position, b: Position): Position {
  return position(Math.max(a, b));
}
