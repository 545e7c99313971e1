import { join } from 'node:path';
import { type Client, type Conversation, createClient } from '@skein/client';
import { configWith, type RunningServer, startServer } from '@skein/server';

const ITEMS = 1_000;
const SELL_EVERY_MS = 500;

/** A flash sale: a server with a page, and a shop that says how many items are left. */
export class Sale implements AsyncDisposable {
  readonly #server: RunningServer;
  readonly #shop: Client;
  readonly #sale: Conversation;
  #left = ITEMS;

  private constructor(server: RunningServer, shop: Client, sale: Conversation) {
    this.#server = server;
    this.#shop = shop;
    this.#sale = sale;
  }

  static async open(port = 0): Promise<Sale> {
    const settings = {
      'listen.port': port,
      'data.store': 'memory',
      'log.level': 'silent',
      'web.folder': join(import.meta.dirname, 'page'),
      development: true,
    } as const;
    const server = await startServer(configWith(settings));
    const shop = createClient({ url: server.url, auth: { dev: 'shop' }, cache: 'memory' });
    const group = await shop.conversations.createGroup({ title: 'Flash sale', users: [], isOpen: true });
    return new Sale(server, shop, group);
  }

  /** Where the number can be watched. */
  get url(): string {
    return `${this.#server.url}?conversation=${this.#sale.id}`;
  }

  get left(): number {
    return this.#left;
  }

  /** Somebody buys something: the number goes out when it is stored. */
  async sell(): Promise<void> {
    this.#left--;
    const custom = { kind: 'stock', json: JSON.stringify({ left: this.#left }) };
    await this.#sale.send({ custom, fallback: `${this.#left} left` }).sent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shop.close();
    await this.#server.close();
  }
}

if (import.meta.main) {
  const sale = await Sale.open(6969);
  console.log(`watch the stock: ${sale.url}`);
  setInterval(() => void sale.sell(), SELL_EVERY_MS);
}
