import { describe, expect, it } from 'vitest';
import { isTest, read, sourceFiles } from './repository.ts';

const PORTS = sourceFiles().filter((path) => path.startsWith('packages/core/src/ports/') && !isTest(path));

/** A member of an interface that is called: `append(draft: …)`, `readonly send: (…) => …`. */
const METHOD = /^ {2}(?:readonly )?(\w+)\??(?:<.*>)?(?:\(|: (?:<.*>)?\()/;

describe('ports', () => {
  it.each(PORTS)('%s says for every method how it can fail', (path) => {
    expect(methodsWithoutErrors(read(path).split('\n'))).toEqual([]);
  });

  it('finds the methods of an interface', () => {
    const source = [
      'export interface Log {',
      '  /** Errors: none. */',
      '  head(): number;',
      '  /** Appends. */',
      '  append(',
      '    draft: Draft,',
      '  ): Promise<void>;',
      '  readonly close: () => void;',
      '}',
    ];
    expect(methodsWithoutErrors(source)).toEqual(['append', 'close']);
  });
});

function methodsWithoutErrors(lines: readonly string[]): string[] {
  const missing: string[] = [];
  let isInside = false;
  for (const [index, line] of lines.entries()) {
    if (/^(?:export )?interface /.test(line)) isInside = true;
    if (line === '}') isInside = false;
    const method = isInside ? METHOD.exec(line)?.[1] : undefined;
    if (method !== undefined && !docAbove(lines, index).includes('Errors:')) missing.push(method);
  }
  return missing;
}

/** The doc comment that ends on the line above, or an empty string. */
function docAbove(lines: readonly string[], index: number): string {
  if (!lines[index - 1]?.trimEnd().endsWith('*/')) return '';
  const start = lines.slice(0, index).findLastIndex((line) => line.trimStart().startsWith('/**'));
  return lines.slice(start, index).join('\n');
}
