import { ENTRY_KIND } from '@skein/model';
import { decodeMessage, parseContent, readReaction, readSettingsChange } from '@skein/protocol';
import type { Place, Seen } from '@skein/testkit/contracts';
import type { ToldEntry } from '../../src/session/client/entry-order.ts';

const KINDS: Readonly<Record<number, Seen['kind']>> = {
  [ENTRY_KIND.message]: 'message',
  [ENTRY_KIND.edit]: 'edit',
  [ENTRY_KIND.recall]: 'recall',
  [ENTRY_KIND.reaction]: 'reaction',
  [ENTRY_KIND.member]: 'member',
  [ENTRY_KIND.settings]: 'settings',
};

/** An entry as the gateway suite wants it. */
export function seenOf(entry: ToldEntry, place: Place, from: string): Seen {
  const kind = KINDS[entry.kind] ?? 'message';
  return { place, kind, from, text: textOf(entry), seq: entry.seq, target: entry.target };
}

function textOf({ kind, body }: ToldEntry): string {
  switch (kind) {
    case ENTRY_KIND.message:
    case ENTRY_KIND.edit: {
      const { of } = parseContent(body);
      return of?.case === 'text' ? of.value : '';
    }
    case ENTRY_KIND.reaction:
      return decodeMessage(readReaction, body).key;
    case ENTRY_KIND.settings:
      return decodeMessage(readSettingsChange, body).title ?? '';
    default:
      return '';
  }
}
