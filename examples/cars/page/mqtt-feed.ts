// The build for browsers has no names beside this one.
import mqtt, { type MqttClient } from 'mqtt';
import { parseWords } from '../car-words.ts';
import { differenceOf, type Feed, type FeedEvents } from './feed.ts';

/** A topic for each car: whoever subscribes to a tile hears of every car in it by itself. */
export class MqttFeed implements Feed {
  readonly #client: MqttClient;
  readonly #events: FeedEvents;
  #watched: ReadonlySet<string> = new Set();

  constructor(origin: string, user: string, events: FeedEvents) {
    this.#events = events;
    this.#client = mqtt.connect(`${origin.replace('http', 'ws')}/mqtt`, {
      username: user,
      protocolVersion: 5,
      // Its own choice is a worker made of text, which the page's security policy has no room for.
      timerVariant: 'native',
    });
    this.#client.on('message', (topic, payload) => {
      const place = parseWords(new TextDecoder().decode(payload));
      const id = topic.split('/').at(-1);
      if (place !== null && id !== undefined) events.moved(id, place);
    });
  }

  watch(tiles: ReadonlySet<string>): void {
    const { more, less } = differenceOf(this.#watched, tiles);
    this.#watched = tiles;
    if (more.length > 0) this.#client.subscribe(more.map(topicOf));
    if (less.length > 0) this.#client.unsubscribe(less.map(topicOf));
    this.#events.watching(tiles);
  }

  close(): void {
    this.#client.end(true);
  }
}

function topicOf(tile: string): string {
  return `topics/cars/${tile}/+`;
}
