import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GatewayDriver, GatewayPeer, Place } from './gateway/gateway-driver.ts';
import { type GatewayServer, GatewayStage, textsOf, until } from './gateway/gateway-stage.ts';

const ROUNDS = 8;
/** Not a limit of the product: how long a slow machine may take. */
const TEST_MS_MAX = 120_000;

/** One person on one gateway, over all of their connections. */
class Participant {
  readonly #stage: GatewayStage;
  readonly #canResume: boolean;
  readonly #before: string[] = [];
  readonly user: string;
  peer!: GatewayPeer;

  constructor(user: string, stage: GatewayStage, driver: GatewayDriver) {
    this.user = user;
    this.#stage = stage;
    this.#canResume = driver.cannot.resume === undefined;
  }

  /**
   * What others said, in the order in which it was shown on this device. What the last connection had not acknowledged may
   * come again over the next one (rule GC19), and is passed over there; twice over one connection counts as twice.
   */
  heard(place: Place): string[] {
    const before = new Set(this.#before);
    const isNew = (text: string): boolean => !text.startsWith(`${this.user} `) && !before.has(text);
    return [...this.#before, ...textsOf(this.peer, place).filter(isNew)];
  }

  async arrive(): Promise<void> {
    this.peer = await this.#stage.arrive(this.user, { device: `device-of-${this.user}` });
  }

  /** The line breaks, whatever is on its way, and the device comes back. */
  async comeBack(place: Place): Promise<void> {
    if (!this.#canResume) return;
    const heard = this.heard(place);
    this.peer.cut();
    this.#before.splice(0, this.#before.length, ...heard);
    await this.arrive();
  }
}

/** [GC26] One group with a member on each gateway, whose lines break in turn: all were shown the same, once. */
export function describeGatewaysTogether(
  drivers: readonly GatewayDriver[],
  open: () => Promise<GatewayServer & AsyncDisposable>,
): void {
  describe('all gateways together', () => {
    let server: Awaited<ReturnType<typeof open>>;

    beforeAll(async () => {
      server = await open();
    });

    afterAll(() => server[Symbol.asyncDispose]());

    it(
      '[GC26] show one group the same, without a gap or a double, while lines break',
      async () => {
        await using stages = new AsyncDisposableStack();
        const participants: Participant[] = [];
        for (const driver of drivers) {
          const stage = stages.use(new GatewayStage(server, driver));
          const participant = new Participant(await stage.account('member'), stage, driver);
          await participant.arrive();
          participants.push(participant);
        }
        const [first] = participants;
        if (first === undefined) throw new Error('there is no gateway');
        const group = await first.peer.createGroup(
          'Arden',
          participants.slice(1).map(({ user }) => user),
        );
        // Whoever was invited knows of the group once something is said there.
        await first.peer.send({ group }, `${first.user} begins`);
        for (const { peer } of participants.slice(1)) {
          await until('the group is known', () => textsOf(peer, { group }).length === 1);
        }
        await talk(participants, { group });
        const log = (await first.peer.history({ group }, 100)).filter(({ kind }) => kind === 'message');
        expect(log).toHaveLength(ROUNDS * participants.length + 1);
        for (const participant of participants) {
          const others = log
            .map(({ text }) => text)
            .filter((text) => !text.startsWith(`${participant.user} `));
          await until('everything is there', () => participant.heard({ group }).length >= others.length);
          expect([participant.user, ...participant.heard({ group })]).toEqual([participant.user, ...others]);
        }
      },
      TEST_MS_MAX,
    );
  });
}

/** Everybody speaks at once, again and again; in each round one of them loses the line. */
async function talk(participants: readonly Participant[], place: Place): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const results = await Promise.all(
      participants.map(({ user, peer }) => peer.send(place, `${user} says ${round}`)),
    );
    expect(results.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    await participants[round % participants.length]?.comeBack(place);
  }
}
