import type { ConversationInfo, Message, TimelineView } from '@skein/client';

export const MORNING = new Date(2026, 10, 20, 9, 30);

let count = 0;

/** A text of somebody else, stored, with whatever a test wants to be different. */
export function message(changes: Partial<Message> & { readonly text?: string } = {}): Message {
  count++;
  const seq = changes.seq === undefined ? count : changes.seq;
  const sender = changes.mine === true ? 'alice' : 'bob';
  return {
    clientId: `message-${count}`,
    id: `@bob/${count}`,
    conversationId: '@bob',
    seq,
    sender: { id: sender, name: sender },
    at: MORNING,
    mine: false,
    state: 'sent',
    error: null,
    receipts: { delivered: 0, read: 0, of: 1 },
    replyTo: null,
    mentions: [],
    reactions: [],
    editedAt: null,
    recalled: null,
    kind: 'text',
    text: 'hello',
    ...changes,
  } as Message;
}

export function viewOf(items: readonly Message[], changes: Partial<TimelineView> = {}): TimelineView {
  return { items, gaps: [], older: 'exhausted', newer: 'exhausted', firstUnreadSeq: null, ...changes };
}

export function infoOf(changes: Partial<ConversationInfo> = {}): ConversationInfo {
  return {
    id: '@bob',
    kind: 'direct',
    exists: true,
    title: 'bob',
    peer: { id: 'bob', name: 'bob' },
    role: 'member',
    memberCount: 2,
    isOpen: false,
    attributes: [],
    unread: 0,
    last: null,
    at: MORNING,
    peerDelivered: 0,
    peerRead: 0,
    ...changes,
  };
}
