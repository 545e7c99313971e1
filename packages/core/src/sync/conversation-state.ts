import { POSITION_BEFORE_FIRST, type Position, type Role, type Seq, type UserNumber } from '@skein/model';
import {
  ConversationKind,
  type ConversationStateInit,
  type MarkerInit,
  type ReadStateInit,
  Role as WireRole,
} from '@skein/protocol';
import type { Conversation, Member } from '../log/conversation.ts';

const KINDS = { direct: ConversationKind.direct, group: ConversationKind.group } as const;
const ROLES: Readonly<Record<Role, number>> = {
  member: WireRole.member,
  admin: WireRole.admin,
  owner: WireRole.owner,
};

export interface StateOptions {
  /** Groups above this size show nobody's markers. */
  readonly markerMembersMax: number;
  /** Markers that did not move after this position are left out: the device has them. */
  readonly markersAfter?: Position;
  /** Markers of groups are left out too, direct conversations keep theirs. */
  readonly isBrief?: boolean;
}

/** A role as the wire has it; null, "no longer a member", is its unspecified one. */
export function toWireRole(role: Role | null): number {
  return role === null ? WireRole.unspecified : ROLES[role];
}

/**
 * [SY6] A conversation as one of its members may see it, without entries. A former member is told where the view ends
 * and nothing that changed since: no title, no members, no markers.
 */
export function toConversationState(member: Member, options: StateOptions): ConversationStateInit {
  const { conversation } = member;
  if (member.role === null) {
    return {
      conversation: conversation.id,
      kind: KINDS[conversation.kind],
      head: member.leftSeq,
      first: member.firstSeq,
      role: WireRole.unspecified,
      read: toReadState(member),
    };
  }
  return {
    conversation: conversation.id,
    kind: KINDS[conversation.kind],
    title: conversation.title,
    head: conversation.head,
    headOrdinal: conversation.ordinal,
    headTimeMs: conversation.headTimeMs,
    role: toWireRole(member.role),
    first: member.firstSeq,
    memberCount: conversation.present.length,
    read: toReadState(member),
    peer: peerOf(conversation, member.user),
    markers: markersFor(member, options),
    open: conversation.isOpen,
  };
}

/** [SY4] Where this user's view ends; it begins at `member.firstSeq`. */
export function lastVisibleTo(member: Member): Seq {
  return member.role === null ? member.leftSeq : member.conversation.head;
}

export function toReadState(member: Member): ReadStateInit {
  return {
    seq: member.readSeq,
    ordinal: member.readOrdinal,
    own: member.readOwn,
    ownTotal: member.ownTotal,
  };
}

/** The other one of a direct conversation; 0 in a group. */
export function peerOf(conversation: Conversation, user: UserNumber): number {
  if (conversation.kind !== 'direct') return 0;
  for (const other of conversation.members.keys()) if (other !== user) return other;
  return 0;
}

export function toMarker(member: Member): MarkerInit {
  return {
    conversation: member.conversation.id,
    user: member.user,
    delivered: member.deliveredSeq,
    read: member.readSeq,
  };
}

/** Whether members see how far the others got. */
export function showsMarkers(conversation: Conversation, markerMembersMax: number): boolean {
  return conversation.present.length <= markerMembersMax;
}

function markersFor(member: Member, options: StateOptions): readonly MarkerInit[] {
  const { conversation } = member;
  if (!showsMarkers(conversation, options.markerMembersMax)) return [];
  if (options.isBrief === true && conversation.kind !== 'direct') return [];
  // A delivered marker that is not stored yet has no position: then all are told.
  const after = conversation.hasUnsavedMarkers
    ? POSITION_BEFORE_FIRST
    : (options.markersAfter ?? POSITION_BEFORE_FIRST);
  const markers: MarkerInit[] = [];
  for (const user of conversation.present) {
    const other = conversation.members.get(user);
    if (other === undefined || user === member.user || other.position <= after) continue;
    if (other.deliveredSeq > 0 || other.readSeq > 0) {
      // The conversation is said once, around the list.
      markers.push({ user, delivered: other.deliveredSeq, read: other.readSeq });
    }
  }
  return markers;
}
