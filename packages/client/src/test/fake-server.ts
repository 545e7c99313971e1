import { type Clock, ENTRY_KIND } from '@skein/model';
import {
  CLOSE_CODE,
  type CloseReason,
  contentOfSend,
  type DownFrameInit,
  decodeUp,
  encodeDown,
  encodeMessage,
  FrameSplitter,
  HEARTBEAT,
  type History,
  type Request,
  type ResponseInit,
  type Send,
  type UpFrame,
  writeReaction,
} from '@skein/protocol';
import type { Link, LinkEvents, Transport } from '../engine/ports/transport.ts';
import {
  bodyOfText,
  type FakeConversation,
  type FakeDraft,
  type FakeEntry,
  FakeWorld,
  toLogEntry,
} from './fake-world.ts';

const FRAME_BYTES_MAX = 1_000_000;
const LATENCY_MS = 1;

type ValueOf<Case extends UpFrame['case']> = Extract<UpFrame, { case: Case }>['value'];

interface SignInRefusal {
  readonly close: CloseReason;
  readonly reason: string;
}

/** What a send is answered with instead of being stored. */
export type Refusing = (send: Send) => { readonly code: string; readonly retryAfterMs?: number } | null;

/** A server in memory, without rules of its own: it stores, tells, and does to its connections what a test wants. */
export class FakeServer implements Transport {
  readonly name = 'fake';
  readonly world = new FakeWorld();
  readonly peers: FakePeer[] = [];
  /** Every frame that any client sent, oldest first. */
  readonly received: UpFrame[] = [];
  /** device → "conversation" → counters used up. */
  readonly counters = new Map<string, number[]>();
  readonly devices = new Map<string, number>();
  isReachable = true;
  /** Nothing is answered any more, as on a line that is dead and does not say so. */
  isSilent = false;
  /** Instead of a Welcome. */
  refusesSignIn: (auth: ValueOf<'hello'>['auth']) => SignInRefusal | null = () => null;
  refusesSend: Refusing = () => null;
  /** The largest page of history. */
  pageEntriesMax = 100;
  /** How long an access token is good for. */
  accessTokenMs = 1e12;
  refreshes = 0;
  readonly clock: Clock;
  openedCount = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  open(events: LinkEvents): Link {
    this.openedCount++;
    const peer = new FakePeer(this, events);
    this.clock.setTimer(LATENCY_MS, () => peer.connected(this.isReachable));
    return peer;
  }

  get live(): FakePeer | undefined {
    return this.peers.findLast(({ isOpen }) => isOpen);
  }

  sent<Case extends UpFrame['case']>(name: Case): ValueOf<Case>[] {
    return this.received.filter((frame) => frame.case === name).map((frame) => frame.value as ValueOf<Case>);
  }

  /** Somebody writes; whoever is online is told. */
  say(conversation: FakeConversation, user: string, text: string): FakeEntry {
    return this.commit(conversation, user, { body: bodyOfText(text) });
  }

  commit(conversation: FakeConversation, user: string, draft: FakeDraft): FakeEntry {
    const before = conversation.entries.at(-1);
    const entry = this.world.append(conversation, this.world.user(user).number, draft);
    for (const peer of this.peers) peer.push(conversation, entry, before);
    return entry;
  }
}

/** One connection at the server's end. */
export class FakePeer implements Link {
  readonly #server: FakeServer;
  readonly #events: LinkEvents;
  readonly #splitter: FrameSplitter;
  user = 0;
  device = 0;
  isOpen = false;
  isLive = false;
  #isGone = false;

  constructor(server: FakeServer, events: LinkEvents) {
    this.#server = server;
    this.#events = events;
    this.#splitter = new FrameSplitter(
      FRAME_BYTES_MAX,
      (bytes, from, to) => this.#frame(decodeUp(bytes, from, to)),
      () => this.deliver(HEARTBEAT),
    );
  }

  connected(isReachable: boolean): void {
    if (this.#isGone) return;
    if (!isReachable) return this.cut();
    this.isOpen = true;
    this.#server.peers.push(this);
    this.#events.opened();
  }

  send(bytes: Uint8Array): void {
    if (this.isOpen && !this.#server.isSilent) this.#splitter.push(bytes.slice());
  }

  close(): void {
    this.isOpen = false;
    this.#isGone = true;
  }

  /** The line breaks. */
  cut(code = 0, reason = ''): void {
    if (this.#isGone) return;
    this.close();
    this.#events.closed(code, reason);
  }

  /** Tells why, then breaks the line. */
  end(close: CloseReason, reason: string = close): void {
    this.tell({ case: 'close', value: { code: CLOSE_CODE[close], reason } });
  }

  tell(frame: DownFrameInit): void {
    this.deliver(encodeDown(frame).slice());
  }

  deliver(bytes: Uint8Array): void {
    this.#server.clock.setTimer(LATENCY_MS, () => {
      if (this.isOpen && !this.#server.isSilent) this.#events.received(bytes);
    });
  }

  push(conversation: FakeConversation, entry: FakeEntry, before: FakeEntry | undefined): void {
    const isOwn = entry.device === this.device && entry.counter > 0;
    if (!this.isOpen || !this.isLive || isOwn || !conversation.members.has(this.user)) return;
    const timeDeltaMs = entry.timeMs - (before?.timeMs ?? 0);
    const { sender, kind, target, body } = entry;
    this.tell({
      case: 'push',
      value: { conversation: conversation.number, sender, timeDeltaMs, kind, target, body },
    });
  }

  #frame(frame: UpFrame | undefined): void {
    if (frame === undefined) return;
    this.#server.received.push(frame);
    const { world } = this.#server;
    switch (frame.case) {
      case 'hello':
        return this.#hello(frame.value);
      case 'sync':
        for (const { conversation, seq } of frame.value.read) {
          world.readUpTo(world.conversation(conversation), this.user, seq);
        }
        this.tell({ case: 'syncResult', value: world.answer(this.user, frame.value) });
        this.isLive = true;
        return;
      case 'send':
        return this.#send(frame.value);
      case 'probe':
        return this.tell({ case: 'pong', value: { id: frame.value.id } });
      case 'read':
        return this.#read(frame.value);
      case 'request':
        return this.#request(frame.value);
      default:
        return;
    }
  }

  #hello(hello: ValueOf<'hello'>): void {
    const { world, devices } = this.#server;
    const refusal = this.#server.refusesSignIn(hello.auth);
    if (refusal !== null) return this.end(refusal.close, refusal.reason);
    const me = world.user(nameIn(hello.auth));
    this.user = me.number;
    this.device = devices.get(hello.installation) ?? devices.size + 1;
    devices.set(hello.installation, this.device);
    const { epoch } = world;
    const tokens = this.#tokens(me.id);
    this.tell({ case: 'welcome', value: { version: 1, me, device: this.device, epoch, tokens } });
    if (hello.sync !== undefined) this.#frame({ case: 'sync', value: hello.sync });
  }

  #tokens(user: string) {
    const { clock, accessTokenMs } = this.#server;
    const accessExpiresMs = Math.max(0, Math.round(clock.nowMs() + accessTokenMs));
    return { accessToken: `access ${user}`, accessExpiresMs, refreshToken: `refresh ${user}` };
  }

  #send(send: Send): void {
    const { world, counters } = this.#server;
    const { conversation, counter } = send;
    const key = `${this.device}/${conversation}`;
    const used = counters.get(key) ?? [];
    counters.set(key, used);
    if (counter > used.length + 1) {
      return this.tell({ case: 'refused', value: { conversation, counter, need: used.length + 1 } });
    }
    const refusal = counter <= used.length ? null : this.#server.refusesSend(send);
    if (refusal !== null) {
      const isRetryable = refusal.code.startsWith('server.') || refusal.code === 'limit.rate';
      if (!isRetryable) used.push(0);
      return this.tell({ case: 'refused', value: { conversation, counter, ...refusal } });
    }
    const log = world.conversation(conversation);
    if (counter > used.length) {
      const before = log.entries.at(-1);
      const kind = send.kind === 0 ? ENTRY_KIND.message : send.kind;
      const draft = { kind, target: send.target, body: bodyOfSend(send), device: this.device, counter };
      const entry = world.append(log, this.user, draft);
      used.push(entry.seq);
      for (const peer of this.#server.peers) if (peer !== this) peer.push(log, entry, before);
    }
    const entry = log.entries[(used[counter - 1] ?? 0) - 1];
    if (entry === undefined) return;
    const { seq, timeMs, ordinal } = entry;
    this.tell({ case: 'ack', value: { conversation, counter, seq, timeMs, ordinal } });
  }

  #read({ conversation, seq }: { readonly conversation: number; readonly seq: number }): void {
    const { world } = this.#server;
    const log = world.conversation(conversation);
    if (!world.readUpTo(log, this.user, seq)) return;
    const { read } = world.state(log, this.user);
    this.tell({ case: 'marker', value: { conversation, user: this.user, read: seq, mine: read } });
  }

  #request({ id, ask }: Request): void {
    const answer = this.#answer(ask);
    const none = { case: 'failure', value: { code: 'request.unknown' } } as const;
    this.tell({ case: 'response', value: { id, answer: answer ?? none } });
  }

  #answer(ask: Request['ask']): ResponseInit['answer'] {
    const { world } = this.#server;
    const me = [...world.users.values()].find(({ number }) => number === this.user)?.id ?? '';
    switch (ask?.case) {
      case 'createDirect':
        if (!world.users.has(ask.value.user)) return { case: 'failure', value: { code: 'user.not_found' } };
        return { case: 'conversation', value: world.state(world.direct(me, ask.value.user), this.user) };
      case 'createGroup':
        return {
          case: 'conversation',
          value: world.state(world.group(ask.value.title, [me, ...ask.value.users]), this.user),
        };
      case 'refreshSession':
        this.#server.refreshes++;
        return { case: 'tokens', value: this.#tokens(me) };
      case 'history':
        return { case: 'history', value: this.#history(ask.value) };
      case 'findUsers':
        return {
          case: 'users',
          value: {
            users: [...world.users.values()].filter(
              ({ number, id }) => ask.value.numbers.includes(number) || ask.value.users.includes(id),
            ),
          },
        };
      default:
        return undefined;
    }
  }

  #history({ conversation, from, to, limit, newest, amendmentsOnly }: History) {
    const { entries } = this.#server.world.conversation(conversation);
    const last = to === 0 ? entries.length : to;
    const within = entries.filter(({ seq }) => from <= seq && seq <= last);
    if (amendmentsOnly) {
      return { entries: within.filter(({ target }) => target > 0 && target < from).map(toLogEntry) };
    }
    const { pageEntriesMax } = this.#server;
    const count = Math.min(limit === 0 ? pageEntriesMax : limit, pageEntriesMax);
    const page = newest ? within.slice(-count) : within.slice(0, count);
    const seqs = new Set(page.map(({ seq }) => seq));
    const amendments = entries.filter(({ seq, target }) => seq > (page.at(-1)?.seq ?? 0) && seqs.has(target));
    return { entries: page.map(toLogEntry), amendments: amendments.map(toLogEntry) };
  }
}

function bodyOfSend(send: Send): Uint8Array {
  return send.reaction === undefined ? contentOfSend(send) : encodeMessage(writeReaction, send.reaction);
}

/** Tokens name their user, so that they work across sign-ins. */
function nameIn(auth: ValueOf<'hello'>['auth']): string {
  switch (auth?.case) {
    case 'password':
    case 'registration':
      return auth.value.user;
    case 'dev':
      return auth.value;
    default:
      return auth?.value.split(' ')[1] ?? '';
  }
}
