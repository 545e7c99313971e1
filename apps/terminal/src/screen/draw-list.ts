import { printableLine } from '../text/printable.ts';
import type { Language } from '../words/language.ts';
import { isNotice, isSaid, messageWords } from '../words/message-words.ts';
import { RINGS, receiptOf } from '../words/receipt.ts';
import { fitLine, type Line, line, spread } from './line.ts';
import type { ConversationRow } from './screen-facts.ts';

export interface ListStyle {
  readonly width: number;
  readonly height: number;
  readonly openId: string | null;
  readonly language: Language;
}

const LINES_PER_ROW = 2;

/** The conversations, as many as fit, the open one among them. */
export function drawList(rows: readonly ConversationRow[], style: ListStyle): Line[] {
  const { width, height, openId, language } = style;
  if (rows.length === 0) return [fitLine(line(language.text('list.empty'), 'dim'), width)];
  const fitting = Math.max(1, Math.floor(height / LINES_PER_ROW));
  const openIndex = rows.findIndex(({ id }) => id === openId);
  const first = Math.max(0, Math.min(openIndex - fitting + 1, rows.length - fitting));
  const lines = rows.slice(first, first + fitting).flatMap((row) => drawRow(row, style));
  return lines.slice(0, height);
}

function drawRow(row: ConversationRow, { width, openId, language }: ListStyle): Line[] {
  const isOpen = row.id === openId;
  const mark = isOpen ? '▌' : ' ';
  const badge = row.unread > 0 ? ` ${row.unread > 99 ? '99+' : row.unread} ` : '';
  const title: Line = [
    { text: mark, style: 'accent' },
    { text: printableLine(row.title), style: row.unread > 0 || isOpen ? 'strong' : 'plain' },
  ];
  return [
    spread(title, line(badge, 'selected'), width),
    fitLine(
      [
        { text: mark, style: 'accent' },
        { text: preview(row, isOpen, language), style: 'dim' },
      ],
      width,
    ),
  ];
}

/** What is being written in the open conversation can be seen where it is written. */
function preview({ last, isGroup, draft }: ConversationRow, isOpen: boolean, language: Language): string {
  if (!isOpen && draft.trim() !== '') return `${language.text('list.draft')} ${printableLine(draft)}`;
  if (last === null || !isSaid(last, isGroup ? 'group' : 'direct')) return '';
  const words = printableLine(messageWords(last, language));
  if (isNotice(last)) return words;
  if (last.mine) return `${RINGS[receiptOf(last)]} ${words}`;
  return isGroup ? `${printableLine(last.sender.name)}: ${words}` : words;
}
