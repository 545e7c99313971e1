import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const DEMO = join(import.meta.dirname, 'demo.ts');

describe('the demonstration', () => {
  test.each(['kill', 'restart', 'cut'])(
    'shows everybody the script although there is a %s',
    async (fault) => {
      const { stdout } = await run(process.execPath, [DEMO, '--speeches', '60', '--fault', fault]);
      expect(stdout).toContain(`… ${fault} …`);
      expect(stdout).toContain('Played in');
      expect(stdout).toContain('as in the script');
      expect(stdout).not.toContain('DIFFERENT');
    },
  );

  test('explains itself when asked for what it does not have', async () => {
    const wrong = run(process.execPath, [DEMO, '--fault', 'flood']);
    await expect(wrong).rejects.toMatchObject({ code: 2, stdout: expect.stringContaining('Usage') });
  });
});
