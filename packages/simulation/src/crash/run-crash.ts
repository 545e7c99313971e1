import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@skein/testkit';
import { addAccounts } from './accounts.ts';
import { Crowd } from './crowd.ts';
import { checkHistory, type HistorySummary } from './history/check-history.ts';
import { History } from './history/history.ts';
import { freePort, ServerProcess } from './server-process.ts';
import { sleep } from './waiting.ts';

export interface CrashOptions {
  readonly seed: number;
  readonly kills: number;
  readonly clients: number;
  /** The server is asked to end in order each time, as for an upgrade; left out, it is killed. */
  readonly isAsked?: boolean;
  /** Stops killing after this long, whatever `kills` says. */
  readonly msMax?: number;
  readonly progress?: (line: string) => void;
}

export interface CrashReport extends HistorySummary {
  readonly seed: number;
  readonly kills: number;
  readonly killsDuringStart: number;
  /** From the signal for one process to the ready line of the next. */
  readonly servingAgainMs: readonly number[];
  /** The same without the time in which it was ready to run and others had the cores. */
  readonly servingAgainOwnMs: readonly number[];
  readonly history: History;
  readonly serverLog: string;
}

// How long a server lives: some die with their first batch, some serve for a while.
const LIFE_MS_MAX = 900;
const START_KILL_CHANCE = 0.12;
const START_LIFE_MS_MAX = 450;
const LOAD_AFTER_LAST_KILL_MS = 1_000;
const SAY_EVERY_KILLS = 25;

/**
 * Kills the server again and again while people use it, and collects what they saw. The seed decides who does what and when the
 * server dies; how far it got by then is up to the machine, so a seed makes a failure likely again rather than certain.
 */
export async function runCrash(options: CrashOptions): Promise<CrashReport> {
  const random = new SeededRandom(options.seed);
  const folder = mkdtempSync(join(tmpdir(), 'skein-crash-'));
  const history = new History();
  await using server = new ServerProcess({ folder: join(folder, 'data'), port: await freePort(random) });
  const crowd = new Crowd({
    clients: options.clients,
    port: server.port,
    folder,
    history,
    random: random.fork(),
  });
  try {
    await server.start();
    await crowd.meet();
    const killed = await killAgainAndAgain(server, crowd, { options, random, history });
    await sleep(LOAD_AFTER_LAST_KILL_MS);
    crowd.stopActing();
    await settle(server, crowd, history);
    return { ...checkHistory(history.facts), ...killed, seed: options.seed, history, serverLog: server.log };
  } finally {
    await crowd.stop();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits for quiet and takes everybody's last word. Where there is no quiet, that is what is wrong with this history. */
async function settle(server: ServerProcess, crowd: Crowd, history: History): Promise<void> {
  try {
    await crowd.quiet();
    await addAccounts(server, crowd, history);
    for (const client of crowd.clients) await client.claimComplete();
  } catch (error) {
    history.add({ fact: 'trouble', device: 'everybody', what: String(error) });
  }
}

interface Run {
  readonly options: CrashOptions;
  readonly random: SeededRandom;
  readonly history: History;
}

async function killAgainAndAgain(server: ServerProcess, crowd: Crowd, { options, random, history }: Run) {
  const { kills: killsMax, msMax = Number.POSITIVE_INFINITY, isAsked = false, progress } = options;
  const endMs = performance.now() + msMax;
  const servingAgainMs: number[] = [];
  const servingAgainOwnMs: number[] = [];
  let killsDuringStart = 0;
  let kills = 0;
  crowd.startActing();
  for (; kills < killsMax && performance.now() < endMs; kills++) {
    await sleep(random.int(LIFE_MS_MAX));
    const askedAtMs = performance.now();
    if (isAsked) await stopInOrder(server, history, kills);
    else {
      await server.kill();
      history.add({ fact: 'killed', cycle: kills });
    }
    server.spawn();
    if (!isAsked && random.chance(START_KILL_CHANCE)) {
      await sleep(random.int(START_LIFE_MS_MAX));
      await server.kill();
      history.add({ fact: 'killed', cycle: kills });
      killsDuringStart++;
      server.spawn();
      await server.ready();
    } else {
      await server.ready();
      const tookMs = performance.now() - askedAtMs;
      servingAgainMs.push(tookMs);
      servingAgainOwnMs.push(tookMs - server.waitedForCoreMs());
    }
    if (kills % SAY_EVERY_KILLS === SAY_EVERY_KILLS - 1)
      progress?.(`${kills + 1} of ${killsMax} kills, ${history.facts.length} facts`);
  }
  return { kills: kills + killsDuringStart, killsDuringStart, servingAgainMs, servingAgainOwnMs };
}

async function stopInOrder(server: ServerProcess, history: History, cycle: number): Promise<void> {
  history.add({ fact: 'stopping', cycle });
  const code = await server.stop();
  history.add({ fact: 'stopped', code });
}
