import { REFUSALS } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { read } from './repository.ts';

const PAGE = 'docs/errors.md';
const ROW = /^\| `([\w.]+)` \| (yes|no) \| (.+?) \| (.+?) \| (.+) \|$/gm;

describe(PAGE, () => {
  const rows = [...read(PAGE).matchAll(ROW)].map(([, code = '', retryable, en, zh, advice]) => ({
    code,
    says: { retryable: retryable === 'yes', en, zh },
    advice: advice ?? '',
  }));

  it('lists every refusal as the table in the code has it, in its order', () => {
    expect(rows.map(({ code, says }) => [code, says])).toEqual(Object.entries(REFUSALS));
  });

  it('says for each what to do', () => {
    expect(rows.filter(({ advice }) => advice.trim().length < 8)).toEqual([]);
  });
});
