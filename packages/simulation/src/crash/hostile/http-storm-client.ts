import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';

interface Shown {
  readonly seq?: number;
  readonly content?: { readonly text?: string };
}

interface Changes {
  readonly cursor?: string;
  readonly changed?: readonly { readonly entries?: readonly Shown[] }[];
}

export type Reading = 'events' | 'polls';

const POLL_WAIT_S = 30;

/** A program that reads one group, by an event stream or by polls, and goes on where it stopped. */
export class HttpStormClient {
  readonly texts: string[] = [];
  /** How often it was let in. */
  arrivals = 0;
  readonly #port: number;
  readonly #reading: Reading;
  readonly #token: string;
  /** Its one connection, as a browser's for a stream or a small library's for polls. */
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #cursor = '';
  #lastSeq = 0;
  #asking: ClientRequest | null = null;
  #isOver = false;

  constructor(port: number, reading: Reading, token: string) {
    this.#port = port;
    this.#reading = reading;
    this.#token = token;
  }

  /** Reads until the line breaks; false where it was not let in. */
  async read(): Promise<boolean> {
    const before = this.arrivals;
    try {
      if (this.#reading === 'events') await this.#events();
      else while (!this.#isOver) await this.#poll();
    } catch {
      // The line broke.
    }
    return this.arrivals > before;
  }

  stop(): void {
    this.#isOver = true;
    this.#asking?.destroy();
    this.#agent.destroy();
  }

  async #poll(): Promise<void> {
    const query = this.#cursor === '' ? '' : `?cursor=${this.#cursor}&wait=${POLL_WAIT_S}`;
    // A first question without a wait, as the server may be another one: its answer says that it is there.
    const response = await this.#ask(`/v1/poll${query}`, {});
    let text = '';
    for await (const chunk of response) text += String(chunk);
    this.#arrived();
    this.#takeChanges(JSON.parse(text) as Changes);
  }

  async #events(): Promise<void> {
    const headers = this.#cursor === '' ? {} : { 'Last-Event-ID': this.#cursor };
    const response = await this.#ask('/v1/events', headers);
    this.#arrived();
    let held = '';
    response.setEncoding('utf8');
    for await (const chunk of response) {
      held += String(chunk);
      const blocks = held.split('\n\n');
      held = blocks.pop() ?? '';
      for (const block of blocks) this.#takeEvent(block);
    }
  }

  #arrived(): void {
    this.arrivals++;
  }

  #ask(path: string, headers: Record<string, string>): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      this.#asking = request(
        {
          agent: this.#agent,
          port: this.#port,
          host: '127.0.0.1',
          path,
          headers: { ...headers, Authorization: `Bearer ${this.#token}` },
        },
        (response) => {
          if (response.statusCode === 200) resolve(response);
          else response.resume().once('end', () => reject(new Error(`answered ${response.statusCode}`)));
        },
      );
      this.#asking.once('error', reject);
      this.#asking.end();
    });
  }

  /** HTML standard §9.2.6, as far as our server uses it. */
  #takeEvent(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const data = JSON.parse(fields.get('data') ?? '{}') as Changes & Shown;
    if (fields.get('event') === 'changes') this.#takeChanges(data);
    else if (fields.get('event') === 'push') this.#takeEntries([data]);
    this.#cursor = fields.get('id') ?? this.#cursor;
  }

  #takeChanges({ cursor = '', changed = [] }: Changes): void {
    if (cursor !== '') this.#cursor = cursor;
    for (const { entries = [] } of changed) this.#takeEntries(entries);
  }

  /** What comes twice, or before something that comes later, is shown as such. */
  #takeEntries(entries: readonly Shown[]): void {
    for (const { seq = 0, content } of entries) {
      if (content?.text === undefined) continue;
      this.texts.push(seq > this.#lastSeq ? content.text : `again or late: ${content.text}`);
      this.#lastSeq = seq;
    }
  }
}
