import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../seeded-random.ts';
import type { Ability, GatewayDriver, GatewayPeer } from './gateway/gateway-driver.ts';
import {
  type GatewayServer,
  GatewayStage,
  messagesOf,
  sendAll,
  until,
  untilTexts,
} from './gateway/gateway-stage.ts';
import { CONTROL_WORDS, ODD_WORDS, randomWords } from './gateway/odd-words.ts';

/** Of random words for each pair; `SKEIN_MATRIX_WORDS=10000` asks for more. */
const RANDOM_WORDS = Number(process.env['SKEIN_MATRIX_WORDS'] ?? 40);
const RANDOM_LENGTH_MAX = 60;
/** Not a limit of the product: how long a slow machine may take. */
const TEST_MS_MAX = 60_000 + RANDOM_WORDS * 100;

/** In which nearly every change is seen. */
const SEEN_MS_MAX = 1_000;
const NEARLY_EVERY = 0.95;

interface Pair {
  readonly ana: string;
  readonly ben: string;
  readonly anas: GatewayPeer;
  readonly bens: GatewayPeer;
  readonly can: (ability: Ability) => boolean;
}

/** How long each change took to be seen, by what it was. */
type Delays = { readonly what: string; readonly ms: number }[];

/** From every gateway to every other one: what is said and changed through the one is seen through the other (GC27, GC28). */
export function describeGatewayMatrix(
  drivers: readonly GatewayDriver[],
  open: () => Promise<GatewayServer & AsyncDisposable>,
): void {
  describe('from gateway to gateway', () => {
    const delays: Delays = [];
    let server: Awaited<ReturnType<typeof open>> | undefined;

    beforeAll(async () => {
      server = await open();
    });

    afterAll(() => server?.[Symbol.asyncDispose]());

    const pairs = drivers.flatMap((from) => drivers.filter((to) => to !== from).map((to) => ({ from, to })));

    it.concurrent.each(pairs)(
      '[GC27, GC28] words and changes are the same: $from.name → $to.name',
      async ({ from, to }) => {
        if (server === undefined) throw new Error('the server did not start');
        await using stages = new AsyncDisposableStack();
        const [anas, bens] = [from, to].map((driver) =>
          stages.use(new GatewayStage(server as GatewayServer, driver)),
        ) as [GatewayStage, GatewayStage];
        const [ana, ben] = [await anas.account('ana'), await bens.account('ben')];
        const can = (ability: Ability): boolean =>
          [from, to].every(({ cannot }) => cannot[ability] === undefined);
        const pair = { ana, ben, anas: await anas.arrive(ana), bens: await bens.arrive(ben), can };
        await sameWords(pair);
        await sameChanges(pair, delays);
      },
      TEST_MS_MAX,
    );

    it('[GC29] nearly every change is seen within a second', () => {
      const sorted = delays.toSorted((a, b) => a.ms - b.ms);
      expect(sorted.length).toBeGreaterThan(pairs.length);
      const tooSlow = sorted.slice(0, sorted.length * NEARLY_EVERY).filter(({ ms }) => ms > SEEN_MS_MAX);
      expect(tooSlow).toEqual([]);
    });
  });
}

async function sameWords({ ana, ben, anas, bens, can }: Pair): Promise<void> {
  const random = new SeededRandom(1);
  const words = [
    ...ODD_WORDS,
    ...(can('control-characters') ? CONTROL_WORDS : []),
    ...Array.from({ length: RANDOM_WORDS }, () => randomWords(random, RANDOM_LENGTH_MAX)),
  ];
  await sendAll(anas, { direct: ben }, words);
  await untilTexts(bens, { direct: ana }, words);
  const shown = messagesOf(bens, { direct: ana });
  // One by one: where two differ, that one is what the failure shows.
  for (const [at, each] of words.entries()) expect(shown[at]?.text).toBe(each);
  expect(new Set(shown.map((seen) => seen.from))).toEqual(new Set([ana]));
}

async function sameChanges({ ana, ben, anas, bens, can }: Pair, delays: Delays): Promise<void> {
  const [there, back] = [{ direct: ben }, { direct: ana }];
  const target = messagesOf(bens, back).at(-1)?.seq ?? 0;
  const sees = (peer: GatewayPeer, kind: string): boolean =>
    peer.seen.some((seen) => seen.kind === kind && seen.target === target);
  const soon = async (what: Ability, change: () => unknown, isSeen: () => boolean): Promise<void> => {
    if (!can(what)) return;
    const start = performance.now();
    const changed = change();
    await until(`the change by "${what}"`, isSeen);
    delays.push({ what, ms: performance.now() - start });
    await changed;
  };
  await soon(
    'edit',
    () => anas.edit(there, target, 'edited'),
    () => sees(bens, 'edit'),
  );
  await soon(
    'react',
    () => bens.react(back, target, '👍'),
    () => sees(anas, 'reaction'),
  );
  await soon(
    'read',
    () => bens.read(back, target),
    () => anas.reads.some(({ by, seq }) => by === ben && seq >= target),
  );
  await soon(
    'typing',
    () => bens.typing(back),
    () => anas.typists.includes(ben),
  );
  await soon(
    'recall',
    () => anas.recall(there, target),
    () => sees(bens, 'recall'),
  );
}
