import { graphemesOf, widthOf } from '../text/display-width.ts';

/** A text being written: by what a person calls characters, so that nothing is ever cut in half. */
export interface Draft {
  readonly before: string;
  readonly after: string;
}

export type Edit =
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'left' | 'right' | 'start' | 'end' }
  | { readonly type: 'erase-back' | 'erase-forward' | 'erase-word' | 'erase-to-start' | 'erase-to-end' };

export const EMPTY: Draft = { before: '', after: '' };

export function draftOf(text: string): Draft {
  return { before: text, after: '' };
}

export function textOf({ before, after }: Draft): string {
  return before + after;
}

export function edit({ before, after }: Draft, change: Edit): Draft {
  switch (change.type) {
    case 'insert':
      return { before: before + change.text, after };
    case 'left':
      return { before: withoutLast(before), after: lastOf(before) + after };
    case 'right':
      return { before: before + firstOf(after), after: withoutFirst(after) };
    case 'start':
      return { before: '', after: before + after };
    case 'end':
      return { before: before + after, after: '' };
    case 'erase-back':
      return { before: withoutLast(before), after };
    case 'erase-forward':
      return { before, after: withoutFirst(after) };
    case 'erase-word':
      return { before: before.replace(/\S*\s*$/, ''), after };
    case 'erase-to-start':
      return { before: '', after };
    case 'erase-to-end':
      return { before, after: '' };
  }
}

export interface DraftLines {
  readonly lines: readonly string[];
  /** Where the cursor stands: index of the line, and columns before it. */
  readonly row: number;
  readonly column: number;
}

/** Breaks the draft at the edge, character by character, so that the cursor never moves away from what was typed. */
export function layOut({ before, after }: Draft, width: number): DraftLines {
  const written = breakAt(before, width);
  const all = breakAt(before + after, width);
  const row = written.length - 1;
  const column = widthOf(written[row] ?? '');
  return { lines: all, row, column };
}

function breakAt(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const endLine = (): void => {
    lines.push(line);
    line = '';
    used = 0;
  };
  for (const grapheme of graphemesOf(text)) {
    const size = widthOf(grapheme);
    if (grapheme === '\n' || used + size > width) endLine();
    if (grapheme === '\n') continue;
    line += grapheme;
    used += size;
  }
  // A full last line would leave no column for the cursor.
  if (used >= width) endLine();
  lines.push(line);
  return lines;
}

function firstOf(text: string): string {
  return graphemesOf(text)[0] ?? '';
}

function lastOf(text: string): string {
  return graphemesOf(text).at(-1) ?? '';
}

function withoutFirst(text: string): string {
  return text.slice(firstOf(text).length);
}

function withoutLast(text: string): string {
  return text.slice(0, text.length - lastOf(text).length);
}
