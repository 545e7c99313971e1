import { ENTRY_KIND } from '@skein/model';
import {
  bodyOfPush,
  decodeMessage,
  type LogEntry,
  type Push,
  parseContent,
  readReaction,
} from '@skein/protocol';
import { idOfRecall, idOfServerEntry } from '../history/facts.ts';

const PADDING = '天地玄黄宇宙洪荒日月盈昃辰宿列张';
const PADDING_REPEATS_MAX = 40;

/**
 * The text of a send: its id, then padding whose length follows from the id. So a text says which send it is, texts are of all
 * sizes, and one that was cut or mixed up is seen to be.
 */
export function textOf(id: string): string {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_536;
  return `${id}|${PADDING.repeat(sum % 7 === 0 ? sum % PADDING_REPEATS_MAX : 0)}`;
}

/** The id of a send, from its text; a text that is not whole is its own id, which nobody sent. */
export function idOfText(text: string): string {
  const id = text.slice(0, Math.max(0, text.indexOf('|')));
  return textOf(id) === text ? id : `(damaged) ${text}`;
}

/** The id under which an entry of the log is spoken of. */
export function idOfEntry(conversation: number, entry: Pick<LogEntry, 'kind' | 'target' | 'body'>): string {
  const { kind, target, body } = entry;
  switch (kind) {
    case ENTRY_KIND.recall:
      return idOfRecall(conversation, target);
    case ENTRY_KIND.member:
    case ENTRY_KIND.settings:
      return idOfServerEntry(kind);
    case ENTRY_KIND.reaction:
      return decodeMessage(readReaction, body).key;
    default: {
      if (body.length === 0) return '';
      const { of } = parseContent(body);
      return of?.case === 'text' ? idOfText(of.value) : `(no text) ${of?.case}`;
    }
  }
}

export function entryOfPush(push: Push, seq: number): Pick<LogEntry, 'seq' | 'kind' | 'target' | 'body'> {
  return { seq, kind: push.kind, target: push.target, body: bodyOfPush(push) };
}
