import type { TestPort } from './test-port.ts';

export interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** Someone who asks by HTTP, one request after the other. */
export class HttpPerson {
  readonly url: string;
  readonly token: string;

  private constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  /** Signed in by name on a development server. */
  static async arrive({ url }: Pick<TestPort, 'url'>, name: string, more: object = {}): Promise<HttpPerson> {
    const { body } = await new HttpPerson(url, '').calls('Accounts/SignIn', { dev: name, ...more });
    return new HttpPerson(url, (body['tokens'] as { accessToken: string }).accessToken);
  }

  /** The same address, nobody in particular. */
  static stranger({ url }: Pick<TestPort, 'url'>, token = ''): HttpPerson {
    return new HttpPerson(url, token);
  }

  get authorization(): Record<string, string> {
    return this.token === '' ? {} : { Authorization: `Bearer ${this.token}` };
  }

  calls(procedure: string, body: object = {}, headers: Record<string, string> = {}): Promise<Told> {
    return this.asks(`/rpc/skein.v1.${procedure}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  }

  async asks(path: string, init: RequestInit = {}): Promise<Told> {
    const headers = { ...this.authorization, ...(init.headers as Record<string, string>) };
    const response = await fetch(this.url + path, { ...init, headers });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
      headers: response.headers,
    };
  }

  /** The number of the direct conversation with somebody. */
  async direct(user: string): Promise<number> {
    const { body } = await this.calls('Conversations/CreateDirect', { user });
    return body['conversation'] as number;
  }

  async says(conversation: number, text: string, headers: Record<string, string> = {}): Promise<Told> {
    return this.calls('Messages/Send', { conversation, text }, headers);
  }

  /** For one event stream. */
  async ticket(): Promise<string> {
    return (await this.calls('Streams/CreateTicket')).body['ticket'] as string;
  }

  polls(query: string): Promise<Told> {
    return this.asks(`/v1/poll?${query}`);
  }

  /** Reads events until the reader has what it wants or the stream ends. */
  async events(query: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(`${this.url}/v1/events${query}`, {
      headers: { ...this.authorization, ...headers },
      signal: abort.signal,
    });
    return new EventReader(response, () => abort.abort());
  }
}

export interface ToldEvent {
  readonly name: string;
  readonly id: string | null;
  readonly data: Record<string, unknown>;
}

/** A reader of `text/event-stream`, HTML standard §9.2.6, as far as our server uses it. */
export class EventReader {
  readonly response: Response;
  readonly events: ToldEvent[] = [];
  readonly close: () => void;
  isEnded = false;

  constructor(response: Response, close: () => void) {
    this.response = response;
    this.close = close;
    this.#read().catch(() => {
      this.isEnded = true;
    });
  }

  get lastId(): string {
    return this.events.findLast(({ id }) => id !== null)?.id ?? '';
  }

  /** Texts of messages in the order in which they came, whatever event carried them. */
  get texts(): string[] {
    return this.events.flatMap(({ name, data }) => (name === 'push' ? textsOf([data]) : textsIn(data)));
  }

  async #read(): Promise<void> {
    let held = '';
    const decoder = new TextDecoder();
    for await (const bytes of this.response.body ?? []) {
      held += decoder.decode(bytes as Uint8Array, { stream: true });
      const blocks = held.split('\n\n');
      held = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
    this.isEnded = true;
  }

  #take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const name = fields.get('event');
    if (name === undefined) return;
    this.events.push({ name, id: fields.get('id') ?? null, data: JSON.parse(fields.get('data') ?? '{}') });
  }
}

type Shown = { content?: { text?: string } };

/** The texts in an answer that says what changed. */
export function textsIn(changes: Record<string, unknown>): string[] {
  const changed = (changes['changed'] ?? []) as { entries?: Shown[] }[];
  return changed.flatMap(({ entries = [] }) => textsOf(entries));
}

function textsOf(entries: readonly Shown[]): string[] {
  return entries.flatMap(({ content }) => (content?.text === undefined ? [] : [content.text]));
}
