import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks on the terminal; what is typed is not shown. Null: nothing was typed, or the person went away. */
export async function askPassword(question: string): Promise<string | null> {
  process.stderr.write(question);
  // Readline echoes what it edits into its output, so that goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: process.stdin.isTTY });
  try {
    const answer = new Promise<string | null>((resolve) => {
      reader
        .once('line', resolve)
        .once('close', () => resolve(null))
        .once('SIGINT', () => resolve(null));
    });
    return (await answer) || null;
  } finally {
    reader.close();
    process.stderr.write('\n');
    // Until the closing reader has given the terminal back.
    await sleep(0);
  }
}
