import {
  type Limits,
  POSITION_BEFORE_FIRST,
  type Position,
  type Role,
  SEQ_BEFORE_FIRST,
  type Seq,
  type UserNumber,
} from '@skein/model';
import {
  ConversationKind,
  type ConversationStateInit,
  type MarkerInit,
  type ReadStateInit,
  Role as WireRole,
} from '@skein/protocol';
import { type Blocks, isSilenced } from '../contacts/is-silenced.ts';
import { toWireAttributes } from '../log/attributes.ts';
import type { Conversation, Member } from '../log/conversation.ts';

const KINDS = { direct: ConversationKind.direct, group: ConversationKind.group } as const;
const ROLES: Readonly<Record<Role, number>> = {
  member: WireRole.member,
  admin: WireRole.admin,
  owner: WireRole.owner,
};

/** How large a group may be that shows how far the others got, and how far they read. */
export type MarkerLimits = Pick<Limits, 'markerMembersMax' | 'readMarkerMembersMax'>;

/** What it depends on whether a marker is shown. */
export interface MarkerTerms {
  readonly limits: MarkerLimits;
  readonly contacts: Blocks;
}

export interface StateOptions extends MarkerTerms {
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
    attributes: toWireAttributes(conversation.attributes),
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

/** A member's marker as the others see it. */
export function toMarker(member: Member, limits: MarkerLimits): MarkerInit {
  const { conversation, user } = member;
  return { conversation: conversation.id, user, ...shownOf(member, limits) };
}

/** A member's marker as their own devices see it. */
export function toOwnMarker(member: Member): MarkerInit {
  return {
    conversation: member.conversation.id,
    user: member.user,
    delivered: member.deliveredSeq,
    read: member.readSeq,
    mine: toReadState(member),
  };
}

/** Whether members see how far the others got. [CT4] Of somebody who is blocked not even that their device is there. */
export function showsMarkers(conversation: Conversation, { limits, contacts }: MarkerTerms): boolean {
  return conversation.present.length <= limits.markerMembersMax && !isSilenced(conversation, contacts);
}

/** [DL11] Whether members see who read what: it may be nobody's business. */
export function showsReading(conversation: Conversation, { readMarkerMembersMax }: MarkerLimits): boolean {
  return conversation.present.length <= readMarkerMembersMax;
}

/** What others see of how far a member got, where they see anything. */
export function shownOf(
  { conversation, deliveredSeq, readSeq }: Member,
  limits: MarkerLimits,
): Pick<MarkerInit, 'delivered' | 'read'> {
  return { delivered: deliveredSeq, read: showsReading(conversation, limits) ? readSeq : SEQ_BEFORE_FIRST };
}

function markersFor(member: Member, options: StateOptions): readonly MarkerInit[] {
  const { conversation } = member;
  const { limits } = options;
  if (!showsMarkers(conversation, options)) return [];
  if (options.isBrief === true && conversation.kind !== 'direct') return [];
  // A delivered marker that is not stored yet has no position: then all are told.
  const after = conversation.hasUnsavedMarkers
    ? POSITION_BEFORE_FIRST
    : (options.markersAfter ?? POSITION_BEFORE_FIRST);
  const markers: MarkerInit[] = [];
  for (const user of conversation.present) {
    const other = conversation.members.get(user);
    if (other === undefined || user === member.user || other.position <= after) continue;
    const shown = shownOf(other, limits);
    // The conversation is said once, around the list.
    if ((shown.delivered ?? 0) > 0 || (shown.read ?? 0) > 0) markers.push({ user, ...shown });
  }
  return markers;
}
