import { randomUUID } from 'node:crypto';
import type {
  Arriving,
  CommandResult,
  GatewayDriver,
  GatewayPeer,
  Place,
  Seen,
} from '@skein/testkit/contracts';
import { SignInRefused } from '@skein/testkit/contracts';
import { EntryOrder, type ToldEntry } from '../../src/session/client/entry-order.ts';
import { type OpenFeed, openFeed } from './http-feed.ts';

export const HTTP_EVENTS: GatewayDriver = httpDriver('HTTP, event stream', openFeed.events);
export const HTTP_LONG_POLL: GatewayDriver = httpDriver('HTTP, long poll', openFeed.poll);

/** An entry as JSON has it; what is zero or empty is left out. */
export interface JsonEntry {
  readonly seq: number;
  readonly kind?: number;
  readonly sender: number;
  readonly target?: number;
  readonly content?: { readonly text?: string };
  readonly reaction?: { readonly key?: string };
  readonly settings?: { readonly title?: string };
}

export interface JsonState {
  readonly conversation: number;
  readonly kind?: string;
  readonly head?: number;
  readonly role?: string;
  readonly peer?: number;
  readonly entries?: readonly JsonEntry[];
}

interface JsonUser {
  readonly number: number;
  readonly id: string;
}

/** What a feed tells, whichever way it came. */
export interface Told {
  readonly changed?: readonly JsonState[];
  readonly users?: readonly JsonUser[];
  readonly push?: JsonEntry & { readonly conversation: number };
  readonly marker?: { readonly conversation: number; readonly user: number; readonly read?: number };
  readonly typing?: { readonly conversation: number; readonly user: number };
}

/** What a device holds; it outlives its connections. */
interface Device {
  cursor: string;
  readonly held: Map<number, number>;
  readonly places: Map<number, Place>;
}

const devices = new Map<string, Device>();
const RETRY_MS = 50;
const KINDS: readonly Seen['kind'][] = [
  'message',
  'message',
  'edit',
  'recall',
  'reaction',
  'member',
  'settings',
];

function httpDriver(name: string, open: OpenFeed): GatewayDriver {
  const isPolling = open === openFeed.poll;
  return {
    name,
    cannot: {
      'kicked-off': 'there is no connection to be ended',
      ...(isPolling
        ? {
            typing: 'a poll tells what is kept',
            stall: 'nothing is pushed between two polls',
          }
        : {}),
    },
    // Of presence not more: after the last request its user is here for a minute, whatever became of the feed.
    specialities: ['hiding'],
    arrive: async (port, arriving) => {
      const peer = new HttpPeer(`http://127.0.0.1:${port}`, arriving);
      await peer.signIn(arriving);
      await peer.follow(open);
      return peer;
    },
  };
}

class HttpPeer implements GatewayPeer {
  readonly seen: Seen[];
  readonly typists: string[] = [];
  readonly reads: { readonly by: string; readonly place: Place; readonly seq: number }[] = [];
  /** Of an event stream; a poll that fails is asked again. */
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;
  /** The next connection of the device goes on from what this one has shown. */
  #isOver = false;
  readonly #url: string;
  readonly #device: Device;
  readonly #isNew: boolean;
  readonly #installation: string;
  readonly #names = new Map<number, string>();
  readonly #directs = new Map<string, number>();
  readonly #bodies = new Map<string, JsonEntry>();
  readonly #order: EntryOrder;
  #token = '';
  #sending: Promise<unknown> = Promise.resolve();
  #feed: { stop(): void; stall(): void; flow(): void } | null = null;

  constructor(url: string, { user, device = randomUUID(), screen = [] }: Arriving) {
    this.seen = screen;
    this.#url = url;
    this.ended = new Promise((resolve) => {
      this.#end = () => {
        this.#isOver = true;
        resolve();
      };
    });
    this.#installation = `${device}-${user}`.slice(-64);
    const known = devices.get(this.#installation);
    this.#isNew = known === undefined;
    this.#device = known ?? { cursor: '', held: new Map(), places: new Map() };
    devices.set(this.#installation, this.#device);
    this.#order = new EntryOrder({
      emit: (conversation, entry) => this.#show(conversation, entry),
      history: async (ask) => {
        const { body } = await this.#callUntilAnswered('Messages/History', ask);
        this.#meet(body['users'] as JsonUser[] | undefined);
        const entries = (body['entries'] ?? []) as JsonEntry[];
        return entries.map((entry) => this.#remember(Number(ask.conversation), entry));
      },
    });
    this.#resume();
  }

  /** What has not changed since is not told of again, and goes on from where it was. */
  #resume(): void {
    for (const [conversation, seq] of this.#device.held) this.#order.follow(conversation, seq);
  }

  async signIn({ user, password }: Arriving): Promise<void> {
    const { status, body } = await this.#call('Accounts/SignIn', {
      password: { user, password },
      installation: this.#installation,
    });
    if (status !== 200) throw new SignInRefused(String(body['code']));
    this.#token = (body['tokens'] as { accessToken: string }).accessToken;
    const me = body['me'] as JsonUser | undefined;
    if (me !== undefined) this.#meet([me]);
  }

  async follow(open: OpenFeed): Promise<void> {
    this.#feed = await open({
      url: this.#url,
      token: this.#token,
      cursor: this.#device.cursor,
      tell: (told, cursor) => {
        this.#hear(told);
        if (cursor !== null) this.#device.cursor = cursor;
      },
      ended: () => this.#end(),
    });
  }

  /** One request after the other: two at once have no order. */
  send(place: Place, text: string, key?: string): Promise<CommandResult> {
    const sent = this.#sending.then(() => this.#send(place, { text }, key));
    this.#sending = sent.catch(() => undefined);
    return sent;
  }

  edit(place: Place, target: number, text: string): Promise<CommandResult> {
    return this.#send(place, { kind: 2, target, text });
  }

  recall(place: Place, target: number): Promise<CommandResult> {
    return this.#send(place, { kind: 3, target });
  }

  react(place: Place, target: number, key: string): Promise<CommandResult> {
    return this.#send(place, { kind: 4, target, reaction: { key } });
  }

  read(place: Place, seq: number): void {
    void this.#numberOf(place).then((conversation) => this.#call('Messages/Read', { conversation, seq }));
  }

  typing(place: Place): void {
    void this.#numberOf(place).then((conversation) => this.#call('Messages/Typing', { conversation }));
  }

  async isHere(user: string): Promise<boolean> {
    const found = await this.#call('Users/Find', { users: [user] });
    const numbers = ((found.body['users'] ?? []) as JsonUser[]).map(({ number }) => number);
    const { body } = await this.#call('Users/FindPresence', { users: numbers });
    return ((body['users'] ?? []) as { online?: boolean }[]).some(({ online }) => online === true);
  }

  hide(): Promise<CommandResult> {
    return this.#command('Users/SetPresence', { availability: 'hidden' });
  }

  async createGroup(title: string, users: readonly string[]): Promise<number> {
    const { body } = await this.#call('Conversations/CreateGroup', { key: randomUUID(), title, users });
    return body['conversation'] as number;
  }

  invite(group: number, user: string): Promise<CommandResult> {
    return this.#command('Members/Change', { conversation: group, action: 'invited', users: [user] });
  }

  remove(group: number, user: string): Promise<CommandResult> {
    return this.#command('Members/Change', { conversation: group, action: 'kicked', users: [user] });
  }

  leaveGroup(group: number): Promise<CommandResult> {
    return this.#command('Members/Change', { conversation: group, action: 'left' });
  }

  rename(group: number, title: string): Promise<CommandResult> {
    return this.#command('Conversations/ChangeSettings', { conversation: group, title });
  }

  async history(place: Place, limit: number): Promise<readonly Seen[]> {
    const conversation = await this.#numberOf(place);
    const { body } = await this.#call('Messages/History', { conversation, limit, newest: true });
    this.#meet(body['users'] as JsonUser[] | undefined);
    return ((body['entries'] ?? []) as JsonEntry[]).map((entry) => this.#seenOf(entry, place));
  }

  stall(): void {
    this.#feed?.stall();
  }

  flow(): void {
    this.#feed?.flow();
  }

  cut(): void {
    this.#isOver = true;
    this.#feed?.stop();
  }

  async leave(): Promise<void> {
    this.#feed?.stop();
  }

  async #send(place: Place, send: object, key?: string): Promise<CommandResult> {
    const conversation = await this.#numberOf(place);
    if (typeof conversation !== 'number') return conversation;
    const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key };
    return resultOf(await this.#call('Messages/Send', { conversation, ...send }, headers));
  }

  async #command(procedure: string, body: object): Promise<CommandResult> {
    return resultOf(await this.#call(procedure, body));
  }

  async #numberOf(place: Place): Promise<number | CommandResult> {
    if ('group' in place) return place.group;
    const known = this.#directs.get(place.direct);
    if (known !== undefined) return known;
    const answer = await this.#call('Conversations/CreateDirect', { user: place.direct });
    const conversation = answer.body['conversation'] as number | undefined;
    if (conversation === undefined) return resultOf(answer);
    this.#directs.set(place.direct, conversation);
    this.#device.places.set(conversation, place);
    return conversation;
  }

  /** For what nobody waits for who could ask again: the server may be away for a while. */
  async #callUntilAnswered(procedure: string, body: object) {
    while (!this.#isOver) {
      try {
        return await this.#call(procedure, body);
      } catch {
        await new Promise((resolve) => {
          setTimeout(resolve, RETRY_MS);
        });
      }
    }
    return { status: 0, body: {} as Record<string, unknown> };
  }

  async #call(procedure: string, body: object, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.#url}/rpc/skein.v1.${procedure}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(this.#token === '' ? {} : { Authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  #hear({ changed = [], users, push, marker, typing }: Told): void {
    this.#meet(users);
    for (const state of changed) this.#learn(state);
    if (push !== undefined)
      this.#order.told(push.conversation, this.#remember(push.conversation, push), null);
    const place = this.#device.places.get(marker?.conversation ?? 0);
    if (marker !== undefined && place !== undefined) void this.#readBy(marker, place);
    if (typing !== undefined) void this.#nameOf(typing.user).then((name) => this.typists.push(name));
  }

  #learn(state: JsonState): void {
    const { conversation, kind, peer = 0, head = 0, role, entries = [] } = state;
    const name = this.#names.get(peer);
    if (kind === 'group') this.#device.places.set(conversation, { group: conversation });
    else if (name !== undefined) {
      this.#device.places.set(conversation, { direct: name });
      this.#directs.set(name, conversation);
    }
    if (this.#order.heldOf(conversation) === undefined) {
      // A device that was never here begins with what comes.
      const held = this.#device.held.get(conversation);
      this.#order.follow(conversation, held ?? (this.#isNew && this.#device.cursor === '' ? head : 0));
    }
    for (const entry of entries) this.#order.told(conversation, this.#remember(conversation, entry), null);
    this.#order.grew(conversation, head);
    if (role === undefined) this.#order.leave(conversation);
    for (const marker of (state as { markers?: readonly { user: number; read?: number }[] }).markers ?? []) {
      const place = this.#device.places.get(conversation);
      if (place !== undefined) void this.#readBy(marker, place);
    }
  }

  async #readBy(marker: { readonly user: number; readonly read?: number }, place: Place): Promise<void> {
    this.reads.push({ by: await this.#nameOf(marker.user), place, seq: marker.read ?? 0 });
  }

  /** The order knows nothing of JSON: what an entry says is looked up again when its turn has come. */
  #remember(conversation: number, entry: JsonEntry): ToldEntry {
    this.#bodies.set(`${conversation}/${entry.seq}`, entry);
    const { seq, sender, kind = 1, target = 0 } = entry;
    return { seq, sender, kind, target, ordinal: 0, timeMs: 0, body: new Uint8Array(0) };
  }

  #show(conversation: number, { seq }: ToldEntry): void {
    if (this.#isOver) return;
    this.#device.held.set(conversation, seq);
    const entry = this.#bodies.get(`${conversation}/${seq}`);
    const place = this.#device.places.get(conversation);
    if (entry !== undefined && place !== undefined) this.seen.push(this.#seenOf(entry, place));
  }

  #seenOf(entry: JsonEntry, place: Place): Seen {
    const text = entry.content?.text ?? entry.reaction?.key ?? entry.settings?.title ?? '';
    const from = this.#names.get(entry.sender) ?? ('direct' in place ? place.direct : `#${entry.sender}`);
    const kind = KINDS[entry.kind ?? 1] ?? 'message';
    return { place, kind, from, text, seq: entry.seq, target: entry.target ?? 0 };
  }

  async #nameOf(number: number): Promise<string> {
    const known = this.#names.get(number);
    if (known !== undefined) return known;
    const { body } = await this.#callUntilAnswered('Users/Find', { numbers: [number] });
    this.#meet(body['users'] as JsonUser[] | undefined);
    return this.#names.get(number) ?? `#${number}`;
  }

  #meet(users: readonly JsonUser[] = []): void {
    for (const { number, id } of users) this.#names.set(number, id);
  }
}

function resultOf({ status, body }: { status: number; body: Record<string, unknown> }): CommandResult {
  return status === 200
    ? { outcome: 'done', seq: (body['seq'] as number | undefined) ?? null }
    : { outcome: 'refused', code: (body['code'] as string | undefined) ?? null };
}
