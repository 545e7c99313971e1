import { clip, widthOf, wrap } from '../text/display-width.ts';
import { printableLine } from '../text/printable.ts';
import { connectionWords } from '../words/connection-words.ts';
import type { Language } from '../words/language.ts';
import { drawList } from './draw-list.ts';
import { drawTimeline, type TimelineLine } from './draw-timeline.ts';
import { fitLine, type Line, line, spread } from './line.ts';
import { type DraftLines, layOut } from './line-editor.ts';
import type { OpenConversation, ScreenFacts, Size } from './screen-facts.ts';
import { shownOf } from './scroll.ts';

export interface Screen {
  /** One per row, each exactly as wide as the terminal. */
  readonly lines: readonly Line[];
  readonly cursor: { readonly row: number; readonly column: number } | null;
}

/** Where everything goes. */
export interface Layout {
  /** 0: only one of list and conversation is shown. */
  readonly listWidth: number;
  readonly paneWidth: number;
  readonly bodyHeight: number;
  readonly composerHeight: number;
}

const SIZE_MIN: Size = { columns: 20, rows: 7 };
/** Narrower than this, list and conversation take turns. */
const BOTH_COLUMNS_MIN = 64;
const COMPOSER_ROWS_MAX = 6;
const PROMPT = '› ';
/** The titles, the two rules and the line about the connection. */
const FRAME_ROWS = 4;

/** ┌ titles ┬ rule ┬ list │ conversation ┬ rule, who types ┬ composer ┬ connection ┐ from top to bottom. */
export function drawScreen(facts: ScreenFacts, language: Language): Screen {
  const { columns, rows } = facts.size;
  if (columns < SIZE_MIN.columns || rows < SIZE_MIN.rows) return tooSmall(facts.size, language);
  const layout = layoutOf(facts);
  const draft = layOut(facts.draft, columns - PROMPT.length);
  const lines = [
    drawTitles(facts, layout, language),
    line('─'.repeat(columns), 'dim'),
    ...drawBody(facts, layout, language),
    fitLine(aboveComposer(facts, language), columns),
    ...drawComposer(draft, layout.composerHeight, columns),
    drawStatus(facts, language),
  ];
  const firstRow = firstDraftRow(draft, layout.composerHeight);
  const row = rows - 1 - layout.composerHeight + draft.row - firstRow;
  return { lines, cursor: { row, column: PROMPT.length + draft.column } };
}

export function layoutOf({ size: { columns, rows }, draft, open }: ScreenFacts): Layout {
  const draftRows = layOut(draft, columns - PROMPT.length).lines.length;
  // Half of the screen stays for what others write.
  const composerHeight = Math.min(draftRows, COMPOSER_ROWS_MAX, Math.max(1, Math.floor(rows / 3)));
  const bodyHeight = rows - FRAME_ROWS - composerHeight;
  if (columns < BOTH_COLUMNS_MIN) {
    const listWidth = open === null ? columns : 0;
    return { listWidth, paneWidth: columns - listWidth, bodyHeight, composerHeight };
  }
  const listWidth = Math.min(32, Math.floor(columns / 3));
  return { listWidth, paneWidth: columns - listWidth - 2, bodyHeight, composerHeight };
}

/** The open conversation's lines at the width it has now: what scrolling moves in. */
export function timelineOf(
  { info, view }: OpenConversation,
  width: number,
  language: Language,
): TimelineLine[] {
  return drawTimeline(view, { width, kind: info.kind, language });
}

function tooSmall({ columns, rows }: Size, { text }: Language): Screen {
  const lines = Array.from({ length: rows }, (_, row) =>
    fitLine(line(row === 0 ? text('terminal.small') : ''), columns),
  );
  return { lines, cursor: null };
}

function drawTitles(
  { open, unread, size }: ScreenFacts,
  { listWidth, paneWidth }: Layout,
  { text }: Language,
): Line {
  const list = line(unread > 0 ? text('list.titleCount', { count: unread }) : text('list.title'), 'strong');
  if (paneWidth === 0) return fitLine(list, size.columns);
  const title = open === null ? text('app.name') : printableLine(open.info.title);
  const isGroup = open?.info.kind === 'group';
  const count = isGroup ? text('chat.members', { count: open?.info.memberCount ?? 0 }) : '';
  const pane = spread(line(title, 'strong'), line(count, 'dim'), paneWidth);
  return listWidth === 0 ? pane : [...fitLine(list, listWidth), ...line('│ ', 'dim'), ...pane];
}

function drawBody(facts: ScreenFacts, layout: Layout, language: Language): Line[] {
  const { listWidth, paneWidth, bodyHeight } = layout;
  const notices = noticeLines(facts, layout);
  const openId = facts.open?.info.id ?? null;
  const list = drawList(facts.conversations, { width: listWidth, height: bodyHeight, openId, language });
  if (paneWidth === 0) return stack(list, notices, bodyHeight).map((each) => fitLine(each, listWidth));
  const pane = stack(drawPane(facts, layout, language), notices, bodyHeight);
  if (listWidth === 0) return pane.map((each) => fitLine(each, paneWidth));
  return pane.map((each, row) => [
    ...fitLine(list[row] ?? [], listWidth),
    ...line('│ ', 'dim'),
    ...fitLine(each, paneWidth),
  ]);
}

/** Rows of what is above and, at the end, what is below. */
function stack(above: readonly Line[], below: readonly Line[], height: number): Line[] {
  const room = height - below.length;
  return [...Array.from({ length: room }, (_, row) => above[row] ?? []), ...below];
}

function noticeLines({ notices }: ScreenFacts, { listWidth, paneWidth, bodyHeight }: Layout): Line[] {
  const width = paneWidth === 0 ? listWidth : paneWidth;
  return notices
    .flatMap((notice) => wrap(notice, width))
    .slice(0, bodyHeight)
    .map((text) => line(text, 'accent'));
}

/** The newest lines stand at the bottom, above where one writes. */
function drawPane(facts: ScreenFacts, layout: Layout, language: Language): Line[] {
  const { open, anchor } = facts;
  if (open === null)
    return wrap(language.text('chat.choose'), layout.paneWidth).map((text) => line(text, 'dim'));
  const height = layout.bodyHeight - noticeLines(facts, layout).length;
  if (height === 0) return [];
  const { lines } = shownOf(timelineOf(open, layout.paneWidth, language), height, anchor);
  const above = Array.from({ length: height - lines.length }, () => line(''));
  return [...above, ...lines.map((each) => each.line)];
}

function aboveComposer({ open, anchor, size }: ScreenFacts, { text, names }: Language): Line {
  const words = wordsAbove();
  const label = words === '' ? '' : ` ${clip(words, size.columns - 6)} `;
  return [
    { text: '──', style: 'dim' },
    { text: label, style: 'accent' },
    { text: '─'.repeat(size.columns - 2 - widthOf(label)), style: 'dim' },
  ];

  function wordsAbove(): string {
    if (open === null) return '';
    if (anchor !== null) return text('chat.below');
    if (open.info.exists && open.info.role === null) return text('chat.left');
    if (open.typing.length === 0) return '';
    return text('chat.typing', { names: printableLine(names(open.typing)) });
  }
}

function drawComposer(draft: DraftLines, height: number, columns: number): Line[] {
  const first = firstDraftRow(draft, height);
  return Array.from({ length: height }, (_, row) => {
    const prompt = first + row === 0 ? PROMPT : '  ';
    return fitLine([...line(prompt, 'accent'), ...line(draft.lines[first + row] ?? '')], columns);
  });
}

/** A long draft scrolls so that the cursor's row is shown. */
function firstDraftRow({ row, lines }: DraftLines, height: number): number {
  return Math.max(0, Math.min(row - height + 1, lines.length - height));
}

function drawStatus({ me, connection, waiting, size }: ScreenFacts, language: Language): Line {
  const style = connection.state === 'blocked' ? 'alarm' : 'dim';
  const words = line(connectionWords(connection, waiting, language), style);
  return spread(words, line(me === null ? '' : printableLine(me.name), 'dim'), size.columns);
}
