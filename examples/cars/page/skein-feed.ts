import { type Client, createClient } from '@skein/client';
import { type Fleeting, fleeting } from '@skein/client/fleeting';
import { parseWords } from '../car-words.ts';
import { differenceOf, type Feed, type FeedEvents } from './feed.ts';

/** An open group for each tile: whoever joins it hears of all its cars at once, in one transient message a second. */
export class SkeinFeed implements Feed {
  readonly #client: Client;
  readonly #passing: Fleeting;
  readonly #events: FeedEvents;
  readonly #groups: ReadonlyMap<string, string>;
  #watched: ReadonlySet<string> = new Set();
  // One after the other, so that leaving does not overtake joining.
  #changes: Promise<void> = Promise.resolve();

  constructor(origin: string, user: string, events: FeedEvents) {
    this.#events = events;
    this.#client = createClient({ url: origin, auth: { dev: user }, cache: 'memory' });
    this.#passing = fleeting(this.#client);
    this.#groups = groupsIn(new URLSearchParams(location.search).get('groups') ?? '');
    this.#passing.onTransient(({ content }) => {
      if (content.kind !== 'text') return;
      for (const line of content.text.split('\n')) {
        const comma = line.indexOf(',');
        const place = parseWords(line.slice(comma + 1));
        if (place !== null) events.moved(line.slice(0, comma), place);
      }
    });
  }

  watch(tiles: ReadonlySet<string>): void {
    const { more, less } = differenceOf(this.#watched, tiles);
    this.#watched = tiles;
    this.#events.watching(tiles);
    this.#changes = this.#changes.then(() => this.#change(more, less)).catch(console.error);
  }

  close(): void {
    void this.#changes.then(() => this.#client.close());
  }

  async #change(more: readonly string[], less: readonly string[]): Promise<void> {
    await this.#client.signedIn();
    const groupOf = (tile: string) => this.#client.conversations.get(this.#groups.get(tile) ?? '');
    await Promise.all([
      ...more.map((tile) => groupOf(tile).join()),
      ...less.map((tile) => groupOf(tile).leave()),
    ]);
  }
}

/** "0-0:12,0-1:13": the group of each tile. */
function groupsIn(words: string): Map<string, string> {
  return new Map(
    words.split(',').map((word) => {
      const [tile = '', group = ''] = word.split(':');
      return [tile, group];
    }),
  );
}
