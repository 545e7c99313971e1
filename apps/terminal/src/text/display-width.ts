import stringWidth from 'string-width';

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Columns of a terminal that the text fills: 你 fills two, a combining accent none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** What a person would call characters. */
export function graphemesOf(text: string): string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

/** The text when it fits, else its beginning and "…". */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  let clipped = '';
  let left = width - 1;
  for (const grapheme of graphemesOf(text)) {
    left -= widthOf(grapheme);
    if (left < 0) break;
    clipped += grapheme;
  }
  return `${clipped}…`;
}

/** Exactly this wide: clipped, or filled with spaces. */
export function fit(text: string, width: number): string {
  const clipped = clip(text, width);
  return clipped + ' '.repeat(Math.max(0, width - widthOf(clipped)));
}

/**
 * Breaks text into lines that fit: at its line feeds, between words, and inside a word only when it is too long.
 * One character that is wider than a line by itself stays whole.
 */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(2, width)));
}

function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let left = width;
  const endLine = (): void => {
    lines.push(line);
    line = '';
    left = width;
  };
  for (const piece of piecesOf(text, width)) {
    const size = widthOf(piece);
    if (size > left) {
      endLine();
      // The space that ends a line is not the first character of the next.
      if (piece.trim() === '') continue;
    }
    line += piece;
    left -= size;
  }
  endLine();
  return lines;
}

/** Words, spaces and punctuation; what is wider than a line, by character. */
function piecesOf(text: string, width: number): string[] {
  const words = Array.from(WORDS.segment(text), ({ segment }) => segment);
  return words.flatMap((word) => (widthOf(word) > width ? graphemesOf(word) : [word]));
}
