import type { Screen } from './draw-screen.ts';
import type { Line, Style } from './line.ts';

const CSI = '\u001B[';

/** Another screen than the shell's, which comes back as it was; pastes are marked; long lines are not broken. */
export const ENTER = `${CSI}?1049h${CSI}?2004h${CSI}?7l${CSI}2J`;
export const LEAVE = `${CSI}0m${CSI}?7h${CSI}?2004l${CSI}?25h${CSI}?1049l`;

const HIDE_CURSOR = `${CSI}?25l`;
const SHOW_CURSOR = `${CSI}?25h`;
const RESET = `${CSI}0m`;

/** Bold, faint and reverse everywhere; colours from the terminal's own palette, so that its theme decides. */
const SGR: Readonly<Record<Style, string>> = {
  plain: '',
  dim: `${CSI}2m`,
  strong: `${CSI}1m`,
  accent: `${CSI}36m`,
  alarm: `${CSI}1;31m`,
  selected: `${CSI}7m`,
};
const SGR_WITHOUT_COLOUR: typeof SGR = { ...SGR, accent: '', alarm: `${CSI}1m` };

/** Turns screens into what a terminal must be told to show them: only the rows that changed. */
export class Painter {
  readonly #sgr: typeof SGR;
  #rows: readonly string[] = [];

  constructor({ hasColour }: { readonly hasColour: boolean }) {
    this.#sgr = hasColour ? SGR : SGR_WITHOUT_COLOUR;
  }

  /** After this everything is painted anew: the terminal changed its size, or another program wrote on it. */
  forget(): void {
    this.#rows = [];
  }

  paint({ lines, cursor }: Screen): string {
    const rows = lines.map((each) => this.#encode(each));
    const isFirst = this.#rows.length === 0;
    const changed = rows.map((row, index) =>
      row === this.#rows[index] ? '' : `${CSI}${index + 1};1H${row}${CSI}K`,
    );
    this.#rows = rows;
    const place = cursor === null ? '' : `${CSI}${cursor.row + 1};${cursor.column + 1}H${SHOW_CURSOR}`;
    return `${HIDE_CURSOR}${isFirst ? `${CSI}2J` : ''}${changed.join('')}${place}`;
  }

  #encode(spans: Line): string {
    return spans
      .map(({ text, style }) => (this.#sgr[style] === '' ? text : `${this.#sgr[style]}${text}${RESET}`))
      .join('');
  }
}
