import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@skein/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, ServerProcess } from '../server-process.ts';
import { Person } from './person.ts';

const DISK_MIB = 24;
const BODY = '满'.repeat(4_000);
const SENDS_MAX = 5_000;
const BACK_TRIES = 40;

const folder = mkdtempSync(join(tmpdir(), 'skein-full-'));
const isMounted =
  process.getuid?.() === 0 &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'skein-full', folder]).status === 0;

describe.skipIf(!isMounted)(`a disk of ${DISK_MIB} MiB (needs root and mount)`, () => {
  let server: ServerProcess;

  beforeAll(async () => {
    const port = await freePort(new SeededRandom(process.pid + 1));
    const settings = { 'limits.sends_per_second_max': '100000', 'limits.sends_burst_max': '100000' };
    server = new ServerProcess({ folder: join(folder, 'data'), port, settings });
  });

  afterAll(async () => {
    await server.kill();
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('[HO6] refuses sends while it is full, loses nothing, and goes on when there is room', async () => {
    // What can be removed later to make room, as an operator would.
    writeFileSync(join(folder, 'ballast'), new Uint8Array(8 * 2 ** 20));
    await server.start();
    const { port } = server;
    using speaker = await Person.arrive({ port, name: 'speaker' });
    using listener = await Person.arrive({ port, name: 'listener' });
    const conversation = await speaker.directWith('listener');

    const acked: number[] = [];
    let refusal = '';
    for (let sends = 0; sends < SENDS_MAX && refusal === ''; sends++) {
      const { seq, code } = await speaker.sayAndWait(conversation, BODY);
      if (code === '') acked.push(seq);
      refusal = code;
      if (sends % 20 === 0) listener.acknowledge();
    }
    const { bavail, bsize } = statfsSync(folder);
    console.log(`${acked.length} acknowledged, then ${refusal} with ${bavail * bsize} bytes free`);
    expect(refusal).toBe('server.storage_full');
    // Reading goes on, and asking again is refused again.
    const page = await listener.ask({ case: 'history', value: { conversation, newest: true, limit: 5 } });
    expect(page.case).toBe('history');
    expect((await speaker.sayAndWait(conversation, BODY)).code).toBe('server.storage_full');

    rmSync(join(folder, 'ballast'));
    let again = await speaker.sayAndWait(conversation, '有地方了');
    for (let tries = 0; again.seq === 0 && tries < BACK_TRIES; tries++)
      again = await speaker.sayAndWait(conversation, '有地方了');
    expect(again.seq).toBe((acked.at(-1) ?? 0) + 1);

    await server.kill();
    await server.start();
    using reader = await Person.arrive({ port, name: 'listener', auth: { case: 'dev', value: 'listener' } });
    const seqs: number[] = [];
    for (let from = 1; from <= again.seq; from = (seqs.at(-1) ?? again.seq) + 1) {
      const answer = await reader.ask({ case: 'history', value: { conversation, from, limit: 100 } });
      if (answer.case !== 'history') throw new Error(`no page from ${from}`);
      seqs.push(...answer.value.entries.map(({ seq }) => seq));
      if (answer.value.entries.length === 0) break;
    }
    expect(seqs).toEqual(Array.from({ length: again.seq }, (_, index) => index + 1));
  });
});

if (!isMounted) rmSync(folder, { recursive: true, force: true });
