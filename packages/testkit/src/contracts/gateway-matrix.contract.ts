import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../seeded-random.ts';
import type { Ability, GatewayDriver, GatewayPeer } from './gateway/gateway-driver.ts';
import { type GatewayServer, GatewayStage, messagesOf, until, untilTexts } from './gateway/gateway-stage.ts';
import { ODD_WORDS, randomWords } from './gateway/odd-words.ts';

/** Of random words for each pair; `SKEIN_MATRIX_WORDS=10000` asks for more. */
const RANDOM_WORDS = Number(process.env['SKEIN_MATRIX_WORDS'] ?? 40);
const RANDOM_LENGTH_MAX = 60;
/** Not a limit of the product: how long a slow machine may take. */
const TEST_MS_MAX = 60_000 + RANDOM_WORDS * 100;

interface Pair {
  readonly ana: string;
  readonly ben: string;
  readonly anas: GatewayPeer;
  readonly bens: GatewayPeer;
}

/** From every gateway to every other one: what is said and changed through the one is seen through the other (GC27, GC28). */
export function describeGatewayMatrix(
  drivers: readonly GatewayDriver[],
  open: () => Promise<GatewayServer & AsyncDisposable>,
): void {
  describe('from gateway to gateway', () => {
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
        const pair = { ana, ben, anas: await anas.arrive(ana), bens: await bens.arrive(ben) };
        await sameWords(pair);
        await sameChanges(pair, (ability) => [from, to].every(({ cannot }) => cannot[ability] === undefined));
      },
      TEST_MS_MAX,
    );
  });
}

async function sameWords({ ana, ben, anas, bens }: Pair): Promise<void> {
  const random = new SeededRandom(1);
  const words = [
    ...ODD_WORDS,
    ...Array.from({ length: RANDOM_WORDS }, () => randomWords(random, RANDOM_LENGTH_MAX)),
  ];
  for (const each of words) await anas.send({ direct: ben }, each);
  await untilTexts(bens, { direct: ana }, words);
  const shown = messagesOf(bens, { direct: ana });
  // One by one: where two differ, that one is what the failure shows.
  for (const [at, each] of words.entries()) expect(shown[at]?.text).toBe(each);
  expect(new Set(shown.map((seen) => seen.from))).toEqual(new Set([ana]));
}

async function sameChanges(
  { ana, ben, anas, bens }: Pair,
  can: (ability: Ability) => boolean,
): Promise<void> {
  const [there, back] = [{ direct: ben }, { direct: ana }];
  const last = (): number => messagesOf(bens, back).at(-1)?.seq ?? 0;
  const sees = (peer: GatewayPeer, kind: string, target: number): boolean =>
    peer.seen.some((seen) => seen.kind === kind && seen.target === target);
  const target = last();
  if (can('edit')) {
    await anas.edit(there, target, 'edited');
    await until('the edit', () => sees(bens, 'edit', target));
  }
  if (can('react')) {
    await bens.react(back, target, '👍');
    await until('the reaction', () => sees(anas, 'reaction', target));
  }
  if (can('read')) {
    bens.read(back, target);
    await until('the marker', () => anas.reads.some(({ by, seq }) => by === ben && seq >= target));
  }
  if (can('typing')) {
    bens.typing(back);
    await until('the typing', () => anas.typists.includes(ben));
  }
  if (can('recall')) {
    await anas.recall(there, target);
    await until('the recall', () => sees(bens, 'recall', target));
  }
}
