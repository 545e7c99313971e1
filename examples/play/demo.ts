/**
 * Plays a whole comedy through a real server and one real client per character, lets something go wrong in the middle, and
 * compares what every character saw with the script. `npm run demo -- --help`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Conversation } from '@skein/client';
import { type Actor, Company, newDevice, transcriptOf } from './company.ts';
import { type Comparison, compare, isSame, sum } from './compare.ts';
import { perform } from './perform.ts';
import { planOf, type Scene } from './plan.ts';
import { progressLine, table } from './print.ts';
import { readScript, type Script } from './script.ts';
import { FAULTS, type Fault, Theatre } from './theatre.ts';

interface Options {
  readonly fault: Fault;
  /** Speeches per second in each conversation; 0: as fast as it goes. */
  readonly speed: number;
  /** How many speeches of the play. */
  readonly speeches: number;
}

interface Stage {
  readonly scene: Scene;
  readonly conversationOf: (character: string) => Conversation;
}

const HELP = `Usage: npm run demo -- [options]

  --fault <name>      what goes wrong half-way: ${FAULTS.join(', ')} (default: kill)
  --speed <number>    speeches per second in each conversation (default: as fast as it goes)
  --speeches <count>  play only the beginning
`;
const HEADINGS = [
  'character',
  'over',
  'cache',
  'conversations',
  'speeches',
  'lost',
  'doubled',
  'displaced',
  '',
];
const PAIR_COUNT = 6;
/** After the last word; until then everything has arrived or something is wrong. */
const SETTLE_MS_MAX = 30_000;
/** Without a word for this long the play has stopped. */
const SILENCE_MS_MAX = 90_000;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null || options === 'help') {
    process.stdout.write(HELP);
    return options === 'help' ? 0 : 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'skein-demo-'));
  try {
    return (await play(options, folder)) ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function play({ fault, speed, speeches }: Options, folder: string): Promise<boolean> {
  const script = excerptOf(await readScript(), speeches);
  const plan = planOf(script, PAIR_COUNT);
  console.log(`${script.title}: ${script.speeches.length} speeches, ${script.cast.length} characters`);
  await using theatre = await Theatre.open(folder, fault);
  const ids = script.cast.map(({ id }) => id);
  await using company = await Company.engage(ids, theatre.port, folder);
  const stages = await Promise.all(
    plan.map(async (scene): Promise<Stage> => ({ scene, conversationOf: await company.open(scene) })),
  );
  const startedAt = performance.now();
  await performAll(stages, { speed, fault, theatre });
  const tookS = ((performance.now() - startedAt) / 1000).toFixed(1);
  const isRight = await judge(stages, company);
  const isNewDeviceRight = await judgeNewDevice(stages, ids, theatre.port);
  console.log(`\nPlayed in ${tookS} s; fault: ${fault}.`);
  return isRight && isNewDeviceRight;
}

/** All conversations at once; the fault comes when half of everything has been said, and nobody waits for it. */
async function performAll(
  stages: readonly Stage[],
  { speed, fault, theatre }: { readonly speed: number; readonly fault: Fault; readonly theatre: Theatre },
): Promise<void> {
  const total = stages.reduce((count, { scene }) => count + scene.parts.length, 0);
  const pauseMs = speed > 0 ? 1000 / speed : 0;
  const progress = progressLine(total);
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
  let suffering: Promise<void> = Promise.resolve();
  let count = 0;
  const said = (): void => {
    count++;
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
    progress.show(count);
    if (count !== Math.ceil(total / 2) || fault === 'none') return;
    progress.say(`… ${fault} …`);
    suffering = theatre.suffer(fault);
  };
  const performances = stages.map(({ scene, conversationOf }) =>
    perform(scene, { conversationOf, pauseMs, said }),
  );
  const stopped = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new Error(`nothing was said for ${SILENCE_MS_MAX / 1000} s`));
    silence.signal.addEventListener('abort', fail);
  });
  try {
    await Promise.race([Promise.all(performances), stopped]);
    await suffering;
  } finally {
    clearTimeout(timer);
    progress.end();
  }
}

/** Compares each character's own view with the script, and says so. */
async function judge(stages: readonly Stage[], company: Company): Promise<boolean> {
  const rows: string[][] = [];
  let isRight = true;
  for (const actor of company.actors.values()) {
    const mine = stages.filter(({ scene }) => scene.characters.includes(actor.id));
    const comparisons = await Promise.all(
      mine.map(({ scene, conversationOf }) => compareView(scene, conversationOf(actor.id))),
    );
    const result = sum(comparisons);
    isRight &&= isSame(result);
    rows.push(rowOf(actor, mine.length, result));
  }
  console.log(`\n${table(HEADINGS, rows)}`);
  return isRight;
}

function rowOf({ id, transport, cache }: Actor, conversations: number, result: Comparison): string[] {
  const { expected, lost, doubled, displaced, strange } = result;
  const counts = [conversations, expected, lost, doubled + strange, displaced].map(String);
  return [id, transport, cache, ...counts, isSame(result) ? 'as in the script' : 'DIFFERENT'];
}

/** Somebody who was in the most conversations comes back on a device that has seen nothing. */
async function judgeNewDevice(
  stages: readonly Stage[],
  ids: readonly string[],
  port: number,
): Promise<boolean> {
  const conversationsOf = (id: string): number =>
    stages.filter(({ scene }) => scene.characters.includes(id)).length;
  const [id = ''] = ids.toSorted((a, b) => conversationsOf(b) - conversationsOf(a));
  await using client = newDevice(id, port);
  await client.connection.until(({ state }) => state === 'online');
  const mine = stages.filter(({ scene }) => scene.characters.includes(id));
  const comparisons = await Promise.all(
    mine.map(({ scene, conversationOf }) =>
      compareView(scene, client.conversations.get(conversationOf(id).id)),
    ),
  );
  const result = sum(comparisons);
  const words = isSame(result) ? 'the same' : `DIFFERENT: ${JSON.stringify(result)}`;
  console.log(`\nA new device of ${id} reads ${result.expected} speeches: ${words}.`);
  return isSame(result);
}

async function compareView({ parts }: Scene, conversation: Conversation): Promise<Comparison> {
  const deadline = performance.now() + SETTLE_MS_MAX;
  for (;;) {
    const result = compare(parts, await transcriptOf(conversation));
    // What is missing may still be on its way; what is doubled or displaced will not get better.
    if (result.lost === 0 || performance.now() > deadline) return result;
    await sleep(100);
  }
}

/** The first speeches, and whoever says them. */
function excerptOf({ title, cast, speeches }: Script, count: number): Script {
  const excerpt = speeches.slice(0, count);
  const speakers = new Set(excerpt.map(({ speaker }) => speaker));
  return { title, cast: cast.filter(({ id }) => speakers.has(id)), speeches: excerpt };
}

/** Null: what was asked for does not exist. */
function readOptions(): Options | 'help' | null {
  try {
    const { values } = parseArgs({
      options: {
        fault: { type: 'string', default: 'kill' },
        speed: { type: 'string', default: '0' },
        speeches: { type: 'string', default: 'Infinity' },
        help: { type: 'boolean', default: false },
      },
    });
    const fault = FAULTS.find((name) => name === values.fault);
    const speed = Number(values.speed);
    const speeches = Number(values.speeches);
    if (values.help) return 'help';
    if (fault === undefined || !(speed >= 0) || !(speeches >= 1)) return null;
    return { fault, speed, speeches };
  } catch {
    return null;
  }
}
