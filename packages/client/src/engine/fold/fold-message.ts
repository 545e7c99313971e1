import { ENTRY_KIND, type Seq, type UserNumber, userNumber } from '@skein/model';
import {
  decodeBody,
  MemberAction,
  ProtocolError,
  type Content as WireContent,
  Role as WireRole,
} from '@skein/protocol';
import type {
  Content,
  Message,
  MessageBase,
  Reaction,
  Recalled,
  Receipts,
  TipEvent,
  User,
} from '../../api/message.ts';
import { errorFromCode } from '../../api/skein-error.ts';
import type { EntryRow, OutboxRow } from '../ports/cache-store.ts';
import type { Folded } from './conversation-log.ts';

/** What a message shows that is not in its entry. */
export interface FoldContext {
  readonly me: UserNumber;
  readonly conversationId: string;
  user(number: UserNumber): User;
  receipts(at: Seq): Receipts;
  /** The `clientId` that an own message had while it was on its way. */
  clientId(at: Seq): string | null;
}

const NO_BYTES = new Uint8Array(0);
const NO_RECEIPTS: Receipts = { delivered: 0, read: 0, of: 0 };
const NOBODY: readonly User[] = [];
const NO_REACTIONS: readonly Reaction[] = [];

/**
 * One message as it shows: the entry and everything that changed it, in the order of the log (rules TL2–TL5). The order in
 * which they arrived makes no difference.
 */
export function foldMessage({ entry, amendments, recalledText }: Folded, context: FoldContext): Message {
  const recall = amendments.find(({ kind }) => kind === ENTRY_KIND.recall);
  const isRecalled = recall !== undefined || isEmptyMessage(entry);
  const edit = isRecalled ? undefined : amendments.findLast(({ kind }) => kind === ENTRY_KIND.edit);
  const parsed = entry.kind === ENTRY_KIND.message && !isRecalled ? parsedOf(edit?.body ?? entry.body) : null;
  const id = `${context.conversationId}/${entry.seq}`;
  const mine = entry.sender === context.me;
  const base: MessageBase = {
    clientId: context.clientId(entry.seq) ?? id,
    id,
    conversationId: context.conversationId,
    seq: entry.seq,
    sender: context.user(entry.sender),
    at: new Date(entry.timeMs),
    mine,
    state: 'sent',
    error: null,
    receipts: mine ? context.receipts(entry.seq) : NO_RECEIPTS,
    replyTo: parsed === null || parsed.replyTo === 0 ? null : parsed.replyTo,
    mentions: mentionsOf(parsed, context),
    reactions: isRecalled ? NO_REACTIONS : reactionsOf(amendments, context),
    editedAt: edit === undefined ? null : new Date(edit.timeMs),
    recalled: isRecalled
      ? recalledOf(recall ?? entry, mine ? (recalledText ?? entry.body) : NO_BYTES, context)
      : null,
  };
  return { ...base, ...contentOf(entry, isRecalled, parsed, context) };
}

/** An own message that has no place in the log yet. */
export function foldUnsent(row: OutboxRow, isOnWire: boolean, context: FoldContext): Message {
  const parsed = parsedOf(row.body);
  const clientId = clientIdOf(row.order);
  return {
    clientId,
    id: clientId,
    conversationId: context.conversationId,
    seq: null,
    sender: context.user(context.me),
    at: new Date(row.createdAtMs),
    mine: true,
    state: row.refusal !== '' ? 'failed' : isOnWire ? 'sending' : 'queued',
    error: row.refusal === '' ? null : errorFromCode(row.refusal),
    receipts: NO_RECEIPTS,
    replyTo: parsed === null || parsed.replyTo === 0 ? null : parsed.replyTo,
    mentions: mentionsOf(parsed, context),
    reactions: NO_REACTIONS,
    editedAt: null,
    recalled: null,
    ...bodyContent(parsed),
  };
}

/** Of a body that stands in no log. */
export function contentOfBody(body: Uint8Array): Content {
  return bodyContent(parsedOf(body));
}

export function clientIdOf(order: number): string {
  return `local-${order}`;
}

/** The text of a message body, or null when it is something else. */
export function textOf(body: Uint8Array): string | null {
  const of = parsedOf(body)?.of;
  return of?.case === 'text' ? of.value : null;
}

/** [TL4] Never fails: what cannot be read is what this version does not know. */
function parsedOf(body: Uint8Array): WireContent | null {
  return tolerant(() => decodeBody('Content', body));
}

/** What a peer wrote, or null where it cannot be read. */
export function tolerant<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

/** The server erases the body of what was recalled; an empty text cannot be sent. */
function isEmptyMessage(entry: EntryRow): boolean {
  return entry.kind === ENTRY_KIND.message && entry.body.length === 0;
}

function contentOf(
  entry: EntryRow,
  isRecalled: boolean,
  parsed: WireContent | null,
  context: FoldContext,
): Content {
  if (isRecalled) return { kind: 'recalled' };
  if (entry.kind === ENTRY_KIND.message) return bodyContent(parsed);
  const event = tipOf(entry, context);
  return event === null ? { kind: 'unsupported', fallback: '' } : { kind: 'tip', event };
}

function bodyContent(parsed: WireContent | null): Content {
  switch (parsed?.of?.case) {
    case 'text':
      return { kind: 'text', text: parsed.of.value };
    case 'custom':
      return {
        kind: 'custom',
        name: parsed.of.value.kind,
        json: parsed.of.value.json,
        fallback: parsed.fallback,
      };
    default:
      return { kind: 'unsupported', fallback: parsed?.fallback ?? '' };
  }
}

/** What a member or settings entry tells; null for what this version does not know. */
export function tipOf(entry: EntryRow, context: Pick<FoldContext, 'user'>): TipEvent | null {
  if (entry.kind === ENTRY_KIND.member) return memberTip(entry, context);
  if (entry.kind !== ENTRY_KIND.settings) return null;
  const change = tolerant(() => decodeBody('SettingsChange', entry.body));
  if (change?.title !== undefined) return { type: 'settings.title', title: change.title };
  if (change?.open !== undefined) return { type: 'settings.open', isOpen: change.open };
  const attributes = change?.attributes ?? [];
  return attributes.length === 0 ? null : { type: 'settings.attributes', attributes };
}

function memberTip(entry: EntryRow, context: Pick<FoldContext, 'user'>): TipEvent | null {
  const change = tolerant(() => decodeBody('MemberChange', entry.body));
  if (change === null) return null;
  const users = change.users.map((number) => context.user(userNumber(number)));
  switch (change.action) {
    case MemberAction.created:
      return { type: 'group.created', users };
    case MemberAction.invited:
      return { type: 'member.invited', users };
    case MemberAction.joined:
      return { type: 'member.joined', users };
    case MemberAction.left:
      return { type: 'member.left', users };
    case MemberAction.kicked:
      return { type: 'member.kicked', users };
    case MemberAction.role:
      return { type: 'member.role', users, role: roleOf(change.role) ?? 'member' };
    default:
      return null;
  }
}

/** A role by its number in the schema; null: not a member. */
export function roleOf(number: number): 'member' | 'admin' | 'owner' | null {
  if (number === WireRole.owner) return 'owner';
  if (number === WireRole.admin) return 'admin';
  return number === WireRole.member ? 'member' : null;
}

function mentionsOf(parsed: WireContent | null, context: FoldContext): readonly User[] {
  if (parsed === null || parsed.mentions.length === 0) return NOBODY;
  return parsed.mentions.map((number) => context.user(userNumber(number)));
}

/** [TL3] The last word of each person about each key counts; keys in the order of their first use. */
function reactionsOf(amendments: readonly EntryRow[], context: FoldContext): readonly Reaction[] {
  const byKey = new Map<string, Map<UserNumber, boolean>>();
  for (const { kind, sender, body } of amendments) {
    if (kind !== ENTRY_KIND.reaction) continue;
    const reaction = tolerant(() => decodeBody('Reaction', body));
    if (reaction === null) continue;
    const users = byKey.get(reaction.key) ?? new Map<UserNumber, boolean>();
    byKey.set(reaction.key, users.set(sender, !reaction.removed));
  }
  const reactions = [...byKey].flatMap(([key, all]): Reaction[] => {
    const on = [...all].flatMap(([user, isOn]) => (isOn ? [user] : []));
    if (on.length === 0) return [];
    return [{ key, users: on.map((user) => context.user(user)), mine: on.includes(context.me) }];
  });
  return reactions.length === 0 ? NO_REACTIONS : reactions;
}

function recalledOf(recall: EntryRow, body: Uint8Array, context: FoldContext): Recalled {
  return { by: context.user(recall.sender), at: new Date(recall.timeMs), text: textOf(body) };
}
