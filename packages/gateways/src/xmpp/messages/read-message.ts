import { NS } from '../namespaces.ts';
import { childOf, childrenOf, type Element, textOf } from '../xml/element.ts';
import { type MessageDetails, readDetails } from './message-details.ts';

/** What a `message` stanza asks for, in the words of the log. */
export type Said =
  | {
      readonly says: 'text';
      readonly text: string;
      readonly replyTo: string | null;
      readonly details: MessageDetails;
    }
  /** XEP-0308. */
  | { readonly says: 'edit'; readonly id: string; readonly text: string; readonly details: MessageDetails }
  /** XEP-0424. */
  | { readonly says: 'recall'; readonly id: string }
  /** XEP-0444: all of the sender's reactions. */
  | { readonly says: 'reactions'; readonly id: string; readonly keys: readonly string[] }
  /** XEP-0333 and XEP-0184. */
  | { readonly says: 'displayed' | 'received'; readonly id: string }
  /** XEP-0085. */
  | { readonly says: 'typing'; readonly isStopped: boolean }
  | { readonly says: 'subject'; readonly title: string }
  /** Nothing that the log keeps. */
  | { readonly says: 'nothing' };

const CHAT_STATES: ReadonlySet<string> = new Set(['active', 'composing', 'paused', 'inactive', 'gone']);

/** Reads a stanza of a type that is no error. What stands first in the order below is what it is about. */
export function readMessage(message: Element): Said {
  const body = childOf(message, 'body', NS.client);
  const text = textOf(body);
  return (
    readChange(message, text) ??
    readText(message, text) ??
    readMarker(message) ??
    readChatState(message) ?? { says: 'nothing' }
  );
}

/** The name that the sender gave this message: XEP-0359 `origin-id`, or the stanza's own id. */
export function originIdOf(message: Element): string {
  return childOf(message, 'origin-id', NS.stanzaId)?.attrs['id'] ?? message.attrs['id'] ?? '';
}

function readChange(message: Element, text: string): Said | null {
  const retract = childOf(message, 'retract', NS.retract)?.attrs['id'];
  if (retract !== undefined) return { says: 'recall', id: retract };
  const reactions = childOf(message, 'reactions', NS.reactions);
  if (reactions?.attrs['id'] !== undefined) {
    const keys = childrenOf(reactions, 'reaction', NS.reactions).map(textOf);
    return {
      says: 'reactions',
      id: reactions.attrs['id'],
      keys: [...new Set(keys)].filter((key) => key !== ''),
    };
  }
  const replaced = childOf(message, 'replace', NS.correct)?.attrs['id'];
  return replaced !== undefined && text !== ''
    ? { says: 'edit', id: replaced, text, details: readDetails(message) }
    : null;
}

function readText(message: Element, text: string): Said | null {
  if (text !== '') {
    const replyTo = childOf(message, 'reply', NS.replies)?.attrs['id'] ?? null;
    return { says: 'text', text, replyTo, details: readDetails(message) };
  }
  // XEP-0045 §8.1: a subject and neither body nor thread.
  const subject = childOf(message, 'subject', NS.client);
  const isSubject = subject !== undefined && childOf(message, 'body', NS.client) === undefined;
  return isSubject ? { says: 'subject', title: textOf(subject) } : null;
}

function readMarker(message: Element): Said | null {
  const displayed = childOf(message, 'displayed', NS.markers)?.attrs['id'];
  if (displayed !== undefined) return { says: 'displayed', id: displayed };
  const received =
    childOf(message, 'received', NS.receipts)?.attrs['id'] ??
    childOf(message, 'received', NS.markers)?.attrs['id'];
  return received === undefined ? null : { says: 'received', id: received };
}

function readChatState(message: Element): Said | null {
  const state = message.children.find(
    (child): child is Element =>
      typeof child !== 'string' && child.ns === NS.chatStates && CHAT_STATES.has(child.name),
  );
  return state === undefined ? null : { says: 'typing', isStopped: state.name !== 'composing' };
}
