/** One line that is written over and over on a terminal; elsewhere one line for each tenth. */
export function progressLine(total: number): {
  readonly show: (count: number) => void;
  readonly say: (words: string) => void;
  readonly end: () => void;
} {
  const { isTTY } = process.stdout;
  let shown = -1;
  return {
    show(count) {
      const part = Math.floor((count / total) * (isTTY ? 50 : 10));
      if (part === shown) return;
      shown = part;
      const percent = String(Math.floor((count / total) * 100)).padStart(3);
      if (isTTY) process.stdout.write(`\r  ${'█'.repeat(part)}${'░'.repeat(50 - part)} ${percent} %`);
      else console.log(`  ${percent} %`);
    },
    say(words) {
      console.log(isTTY ? `\n  ${words}` : `  ${words}`);
    },
    end() {
      if (isTTY) process.stdout.write('\n');
    },
  };
}

/** Columns as wide as what is in them; numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = headings.map((_, column) => rows.every((row) => /^\d+$/.test(row[column] ?? '')));
  const toLine = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  return [toLine(headings), rule, ...rows.map(toLine)].join('\n');
}
