import { ENTRY_KIND } from '@skein/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimelineView } from '../api/conversation.ts';
import { bodyOfText, type FakeConversation } from '../test/fake-world.ts';
import { Stage } from '../test/stage.ts';

/** What can happen to a timeline; numbers choose a place in the log. */
type Happening =
  | { readonly type: 'say' | 'say-unheard' | 'edit-unheard' | 'send' | 'cut' | 'head' | 'older' | 'latest' }
  | { readonly type: 'repeat' | 'jump'; readonly at: number }
  | { readonly type: 'pass'; readonly ms: number };

const place = fc.integer({ min: 0, max: 999 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('say', 'say-unheard', 'send', 'pass0').map(toHappening) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('edit-unheard', 'cut', 'head', 'older', 'latest').map(toHappening),
  },
  { weight: 2, arbitrary: place.map((at): Happening => ({ type: 'repeat', at })) },
  { weight: 1, arbitrary: place.map((at): Happening => ({ type: 'jump', at })) },
  { weight: 4, arbitrary: fc.constantFrom(0, 1, 2, 5, 40).map((ms): Happening => ({ type: 'pass', ms })) },
);

describe('what shows of a log', () => {
  it('[TL1, CU3] is always without a break, or the break is declared; and in the end it is the log', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 5, maxLength: 60 }),
        fc.integer(),
        async (script, seed) => {
          const play = await Play.start(seed);
          for (const next of script) {
            await play.perform(next);
            expect(play.broken).toBeNull();
          }
          expect(await play.finish()).toEqual(play.log());
          expect(play.broken).toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

class Play {
  readonly #stage: Stage;
  readonly #chat: FakeConversation;
  readonly #client;
  #count = 0;
  /** What was wrong with a view, the first time. */
  broken: string | null = null;

  private constructor(stage: Stage, client: Awaited<ReturnType<Stage['online']>>) {
    this.#stage = stage;
    this.#chat = stage.world.direct('alice', 'bob');
    this.#client = client;
    client.conversations.get('@bob').messages.view.subscribe((view) => this.#look(view));
  }

  static async start(seed: number): Promise<Play> {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 0; i < 5 + (Math.abs(seed) % 90); i++) stage.server.say(chat, 'bob', `before ${i}`);
    const window = { conversations: 1, entriesFirst: 20, entriesMissed: 1 + (Math.abs(seed) % 15) };
    const client = await stage.online('alice', undefined, { window });
    return new Play(stage, client);
  }

  async perform(next: Happening): Promise<void> {
    const { server } = this.#stage;
    const { messages } = this.#client.conversations.get('@bob');
    const ignore = () => undefined;
    switch (next.type) {
      case 'say':
        server.say(this.#chat, 'bob', `said ${++this.#count}`);
        break;
      case 'say-unheard':
        this.#unheard({ body: bodyOfText(`unheard ${++this.#count}`) });
        break;
      case 'edit-unheard': {
        const target = 2 + (++this.#count % (this.#chat.entries.length - 1));
        this.#unheard({ kind: ENTRY_KIND.edit, target, body: bodyOfText(`edited ${this.#count}`) });
        break;
      }
      case 'repeat':
        this.#repeat(next.at);
        break;
      case 'head':
        this.#head();
        break;
      case 'send':
        this.#client.conversations
          .get('@bob')
          .send(`sent ${++this.#count}`)
          .sent.catch(ignore);
        break;
      case 'cut':
        server.live?.cut();
        break;
      case 'older':
        messages.loadOlder(1 + (this.#count % 30)).catch(ignore);
        break;
      case 'latest':
        messages.jumpTo('latest').catch(ignore);
        break;
      case 'jump':
        messages.jumpTo({ seq: 1 + (next.at % this.#chat.entries.length) }).catch(ignore);
        break;
      case 'pass':
        await this.#stage.pass(next.ms);
    }
  }

  /** The line is good, everything is read: the view is what is returned. */
  async finish(): Promise<unknown[]> {
    this.#stage.server.live?.cut();
    await this.#stage.pass(60_000);
    const { messages } = this.#client.conversations.get('@bob');
    await Promise.all([messages.jumpTo('latest'), this.#stage.pass(1_000)]);
    for (let page = 0; page < 40 && messages.older !== 'exhausted'; page++) {
      await Promise.all([messages.loadOlder(100), this.#stage.pass(1_000)]);
    }
    for (let page = 0; page < 40 && messages.gaps.length > 0; page++) {
      await Promise.all([messages.fillGap(messages.gaps.at(-1)!), this.#stage.pass(1_000)]);
    }
    const shown = messages.get().map((m) => [m.seq, m.kind === 'text' ? m.text : m.kind]);
    await this.#client.close();
    return shown;
  }

  /** Committed, and not pushed: lost on a line that broke, or left out for a slow reader. */
  #unheard(draft: Parameters<Stage['server']['commit']>[2]): void {
    const bob = this.#stage.world.user('bob').number;
    this.#stage.world.append(this.#chat, bob, draft);
    this.#head();
  }

  #head(): void {
    const { seq, timeMs, ordinal } = this.#chat.entries.at(-1)!;
    this.#stage.server.live?.tell({
      case: 'head',
      value: { conversation: this.#chat.number, seq, timeMs, ordinal },
    });
  }

  /** A push that comes again, late, or before its time. */
  #repeat(at: number): void {
    const { seq, timeMs, ordinal, sender, kind, target, body } =
      this.#chat.entries[at % this.#chat.entries.length]!;
    const { number: conversation } = this.#chat;
    const push = { conversation, seq, timeMs, ordinal, sender, kind, target, body };
    this.#stage.server.live?.tell({ case: 'push', value: push });
  }

  #look({ items, gaps }: TimelineView): void {
    const shown = items.flatMap(({ seq }) => seq ?? []);
    const isAscending = shown.every((seq, index) => index === 0 || seq > (shown[index - 1] ?? 0));
    const isPendingLast = items.findIndex(({ seq }) => seq === null) === -1 || items.at(-1)?.seq === null;
    if (!isAscending || !isPendingLast) this.broken ??= `order: ${items.map(({ seq }) => seq).join(' ')}`;
    for (let seq = (shown[0] ?? 0) + 1; seq < (shown.at(-1) ?? 0); seq++) {
      const isShown = shown.includes(seq) || this.#chat.entries[seq - 1]?.target !== 0;
      const isDeclared = gaps.some(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq);
      if (!isShown && !isDeclared) this.broken ??= `${seq} is missing between ${shown.join(' ')}`;
    }
  }

  log(): unknown[] {
    const { entries } = this.#chat;
    return entries
      .filter(({ target }) => target === 0)
      .map((entry) => {
        const edit = entries.findLast(({ target, kind }) => target === entry.seq && kind === ENTRY_KIND.edit);
        const text = new TextDecoder().decode((edit ?? entry).body.subarray(2));
        return [entry.seq, entry.kind === ENTRY_KIND.message ? text : 'tip'];
      });
  }
}

function toHappening(type: string): Happening {
  return type === 'pass0' ? { type: 'pass', ms: 0 } : { type: type as 'say' };
}
