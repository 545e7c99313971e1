import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { PASSWORD } from '../src/xmpp/test/xmpp-person.ts';
import { openVerona } from '../src/xmpp/test/xmpp-scene.ts';

const run = promisify(execFile);
const PYTHON = '/usr/bin/python3';
const why = await reasonToSkip();

it.skipIf(why !== null)(
  `[XM5, XM21, XM30, XM50, XM62] slixmpp talks${why === null ? '' : ` (skipped: ${why})`}`,
  async () => {
    const { scene, port } = await openVerona();
    const web = await scene.arrive('juliet');
    const { conversation } = await web.createGroup(['romeo'], 'Balcony');
    const script = join(import.meta.dirname, 'xmpp-slixmpp.py');
    const room = `g${conversation}@groups.localhost`;
    const { stdout } = await run(PYTHON, [script, '127.0.0.1', String(port.port), room, PASSWORD], {
      timeout: 60_000,
    });
    expect(stdout.trim().split('\n')).toEqual([
      'arrived romeo@localhost/slix',
      'heard romeo@localhost 但，轻声！ <&>',
      'pinged',
      'archive 1',
      'joined',
      'room romeo',
      'blocked',
      'done',
    ]);
  },
  90_000,
);

/** Null when the program is there. */
async function reasonToSkip(): Promise<string | null> {
  try {
    await run(PYTHON, ['-c', 'import slixmpp']);
    return null;
  } catch {
    return 'python3-slixmpp is not installed';
  }
}
