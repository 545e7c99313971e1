import { ENTRY_KIND } from '@skein/model';
import { type Content, decodeMessage, ProtocolError, parseContent, readReaction } from '@skein/protocol';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import { NS } from '../namespaces.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';
import { type MessageDetails, writeText } from './message-details.ts';

/** What a target is called by those who know it by name. */
export type NameOfTarget = (seq: number) => string;

/** An entry as the inside of a `message`. */
export interface WrittenEntry {
  /** The stanza's id: the sender's own name for it, or the seq. */
  readonly id: string;
  readonly payload: readonly Xml[];
  /** XEP-0280 §9: not for other connections of the sender. */
  readonly isPrivate: boolean;
}

export interface EntryTerms {
  /** XEP-0359 §3: the archives that it is in, and its id there. */
  readonly stanzaIds: readonly { readonly by: string; readonly id: string }[];
  readonly nameOf: NameOfTarget;
  /** XEP-0444: all reactions of the sender on the target, this entry included. */
  readonly reactions: readonly string[];
}

const NO_DETAILS: MessageDetails = {
  subject: '',
  thread: '',
  language: '',
  asksReceipt: false,
  noCopies: false,
  elements: '',
};
const RETRACTED = 'This message was recalled, and this client does not show that.';

/** The inside of the `message` that tells of an entry; null for kinds that are told otherwise or not at all. */
export function writeEntry(entry: ToldEntry, terms: EntryTerms): WrittenEntry | null {
  const payload = payloadOf(entry, terms);
  if (payload === null) return null;
  const stanzaIds = terms.stanzaIds.map(({ by, id }) => xml('stanza-id', { xmlns: NS.stanzaId, id, by }));
  const { key } = payload;
  const originId = key === '' ? [] : [xml('origin-id', { xmlns: NS.stanzaId, id: key })];
  return {
    id: key === '' ? String(entry.seq) : key,
    payload: [...payload.xml, ...originId, ...stanzaIds],
    isPrivate: payload.isPrivate ?? false,
  };
}

/** The id of an entry in its user's own archive, which holds all direct conversations. */
export function accountIdOf(conversation: number, seq: number): string {
  return `${conversation}-${seq}`;
}

/** The text of a body; what this version can't read is shown by its fallback. */
export function contentOf(body: Uint8Array): {
  readonly text: string;
  readonly key: string;
  readonly replyTo: number;
  readonly details: MessageDetails;
} {
  let content: Content;
  try {
    content = parseContent(body);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { text: '', key: '', replyTo: 0, details: NO_DETAILS };
  }
  const { of, fallback, key, replyTo } = content;
  return { text: of?.case === 'text' ? of.value : fallback, key, replyTo, details: content };
}

interface Payload {
  readonly xml: Xml[];
  readonly key: string;
  readonly isPrivate?: boolean;
}

function payloadOf(entry: ToldEntry, { nameOf, reactions }: EntryTerms): Payload | null {
  switch (entry.kind === 0 ? ENTRY_KIND.message : entry.kind) {
    case ENTRY_KIND.message:
      return messagePayload(entry, nameOf);
    case ENTRY_KIND.edit: {
      const { text, key, details } = contentOf(entry.body);
      const replace = xml('replace', { xmlns: NS.correct, id: nameOf(entry.target) });
      return { xml: [...writeText(text, details), replace], key, isPrivate: details.noCopies };
    }
    case ENTRY_KIND.recall: {
      const retract = xml('retract', { xmlns: NS.retract, id: nameOf(entry.target) });
      // XEP-0424 §3.2: for clients that know nothing of it.
      const fallback = xml('fallback', { xmlns: NS.fallback, for: NS.retract });
      return { xml: [retract, fallback, xml('body', {}, xmlText(RETRACTED))], key: '' };
    }
    case ENTRY_KIND.reaction: {
      const all = reactions.map((key) => xml('reaction', {}, xmlText(key)));
      return { xml: [xml('reactions', { xmlns: NS.reactions, id: nameOf(entry.target) }, ...all)], key: '' };
    }
    default:
      return null;
  }
}

function messagePayload(entry: ToldEntry, nameOf: NameOfTarget): Payload {
  // XEP-0424 §5.2: what was recalled leaves a tombstone, so that an archive has no gap.
  if (entry.body.length === 0) {
    const retracted = xml('retracted', { xmlns: NS.retract, stamp: new Date(entry.timeMs).toISOString() });
    return { xml: [retracted], key: '' };
  }
  const { text, key, replyTo, details } = contentOf(entry.body);
  const payload = [...writeText(text, details), xml('markable', { xmlns: NS.markers })];
  if (replyTo > 0) payload.push(xml('reply', { xmlns: NS.replies, id: nameOf(replyTo) }));
  return { xml: payload, key, isPrivate: details.noCopies };
}

/** A reaction entry's key, and whether it takes it back; null where the body is none. */
export function reactionOf(body: Uint8Array): { readonly key: string; readonly removed: boolean } | null {
  try {
    return decodeMessage(readReaction, body);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
