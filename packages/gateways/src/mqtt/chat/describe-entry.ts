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
} from '@skein/protocol';
import type { ToldEntry } from '../../session/client/entry-order.ts';

/** An entry in the words of MQTT: what its payload is, and what is said beside it. */
export interface Described {
  readonly kind: string;
  /** The payload of MQTT 5, and the `text` of the JSON that MQTT 3.1.1 gets. */
  readonly text: string;
  readonly contentType: string;
  /** What only some kinds have. */
  readonly more: Readonly<Record<string, string>>;
}

const TEXT = 'text/plain';
const JSON_TYPE = 'application/json';
const ACTION_NAMES = new Map(Object.entries(MemberAction).map(([name, number]) => [number as number, name]));

export function describeEntry({ kind, target, body }: ToldEntry): Described {
  const on = { target: String(target) };
  switch (kind) {
    case ENTRY_KIND.message:
      return body.length === 0 ? plain('recalled', '') : { kind: 'message', ...describeContent(body) };
    case ENTRY_KIND.edit: {
      const content = describeContent(body);
      return { kind: 'edit', ...content, more: { ...content.more, ...on } };
    }
    case ENTRY_KIND.recall:
      return plain('recall', '', on);
    case ENTRY_KIND.reaction: {
      const reaction = read(readReaction, body);
      return plain(reaction?.removed === true ? 'unreact' : 'react', reaction?.key ?? '', on);
    }
    case ENTRY_KIND.member: {
      const change = read(readMemberChange, body);
      const users = (change?.users ?? []).join(' ');
      return plain('member', '', { action: ACTION_NAMES.get(change?.action ?? 0) ?? '', users });
    }
    case ENTRY_KIND.settings:
      return plain('settings', read(readSettingsChange, body)?.title ?? '');
    default:
      return plain(`kind-${kind}`, '');
  }
}

function describeContent(body: Uint8Array): Omit<Described, 'kind'> {
  const content = read(readContent, body);
  if (content === null) return { text: '', contentType: TEXT, more: {} };
  const more = content.replyTo === 0 ? {} : { 'reply-to': String(content.replyTo) };
  return { ...describeShape(content), more };
}

function describeShape({ of, fallback }: Content): { text: string; contentType: string } {
  if (of?.case === 'text') return { text: of.value, contentType: TEXT };
  if (of?.case === 'custom') return { text: of.value.json, contentType: JSON_TYPE };
  return { text: fallback, contentType: TEXT };
}

function plain(kind: string, text: string, more: Readonly<Record<string, string>> = {}): Described {
  return { kind, text, contentType: TEXT, more };
}

/** Null for a body that is not what its kind says: it is stored as it was sent, and told as far as possible. */
function read<T>(decode: (reader: Reader, end: number) => T, body: Uint8Array): T | null {
  try {
    return decodeMessage(decode, body);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
