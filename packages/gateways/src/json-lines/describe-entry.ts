import { ENTRY_KIND } from '@skein/model';
import {
  type Content,
  decodeMessage,
  MemberAction,
  ProtocolError,
  type Reader,
  readContent,
  readMemberChange,
  readReaction,
  readSettingsChange,
  type Transient,
} from '@skein/protocol';

/** What an entry at rest and a live one have in common. */
export interface ShownEntry {
  readonly seq: number;
  readonly kind: number;
  readonly timeMs: number;
  readonly target: number;
  readonly body: Uint8Array;
}

type Shown = Readonly<Record<string, unknown>>;

const ACTION_NAMES = new Map(Object.entries(MemberAction).map(([name, number]) => [number as number, name]));

/** The part of a line that says what happened; who and where come before it. */
export function describeEntry(entry: ShownEntry, nameOf: (user: number) => string): Shown {
  return { ...describeBody(entry, nameOf), seq: entry.seq, at: new Date(entry.timeMs).toISOString() };
}

/** The part of a line that says what is said to those who are there now. */
export function describeTransient({ text, content, will }: Transient): Shown {
  const said = text === '' ? describeContent(content) : { text };
  return { ...said, transient: true, ...(will ? { will } : {}) };
}

function describeBody(entry: ShownEntry, nameOf: (user: number) => string): Shown {
  switch (entry.kind) {
    case 0:
    case ENTRY_KIND.message:
      return entry.body.length === 0 ? { recalled: true } : describeContent(entry.body);
    case ENTRY_KIND.edit:
      return { edited: entry.target, ...describeContent(entry.body) };
    case ENTRY_KIND.recall:
      return { recalled: entry.target };
    case ENTRY_KIND.reaction: {
      const reaction = read(readReaction, entry.body);
      return {
        [reaction?.removed === true ? 'reactionRemoved' : 'reaction']: reaction?.key,
        on: entry.target,
      };
    }
    case ENTRY_KIND.member: {
      const change = read(readMemberChange, entry.body);
      return { event: ACTION_NAMES.get(change?.action ?? 0), users: change?.users.map(nameOf) };
    }
    case ENTRY_KIND.settings: {
      const change = read(readSettingsChange, entry.body);
      return { event: 'settings', title: change?.title, open: change?.open };
    }
    default:
      return { kind: entry.kind };
  }
}

function describeContent(body: Uint8Array): Shown {
  const content = read(readContent, body);
  if (content === null) return { unreadable: true };
  return { ...describeShape(content), ...(content.replyTo === 0 ? {} : { replyTo: content.replyTo }) };
}

function describeShape({ of, fallback }: Content): Shown {
  switch (of?.case) {
    case 'text':
      return { text: of.value };
    case 'custom':
      return { custom: of.value.kind, json: of.value.json, text: fallback };
    default:
      return { text: fallback };
  }
}

/** Null for a body that is not what its kind says: it is stored as it was sent, and shown as far as possible. */
function read<T>(decode: (reader: Reader, end: number) => T, body: Uint8Array): T | null {
  try {
    return decodeMessage(decode, body);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
