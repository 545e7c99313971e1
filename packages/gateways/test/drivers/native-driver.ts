import { randomUUID } from 'node:crypto';
import { ENTRY_KIND } from '@skein/model';
import {
  Availability,
  bodyOfPush,
  ConversationKind,
  type ConversationState,
  contentOfText,
  type DownFrame,
  encodeMessage,
  MemberAction,
  type RequestInit,
  type Response,
  Role,
  type SendInit,
  writeReaction,
} from '@skein/protocol';
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
import { People } from '../../src/session/client/people.ts';
import { type FrameLine, type OpenFrameLine, openTcpLine, openWebSocketLine } from './frame-line.ts';
import { seenOf } from './seen-entry.ts';

export const NATIVE_TCP: GatewayDriver = nativeDriver('native TCP', openTcpLine);
export const NATIVE_WEBSOCKET: GatewayDriver = nativeDriver('native WebSocket', openWebSocketLine);

/** What a device holds of each conversation; it outlives its connections. */
const held = new Map<string, Map<number, number>>();

function nativeDriver(name: string, open: OpenFrameLine): GatewayDriver {
  return {
    name,
    specialities: ['transient', 'presence', 'hiding', 'will'],
    cannot: { 'kicked-off': 'a device may have several connections' },
    arrive: async (port, arriving) => {
      const peer = new NativePeer(port, open, arriving);
      await peer.arrived;
      return peer;
    },
  };
}

type Answer = NonNullable<Response['answer']>;

interface PendingSend {
  readonly settle: (result: CommandResult) => void;
  readonly entry: Omit<ToldEntry, 'seq' | 'ordinal' | 'timeMs'>;
}

class NativePeer implements GatewayPeer {
  readonly seen: Seen[];
  readonly typists: string[] = [];
  readonly reads: { readonly by: string; readonly place: Place; readonly seq: number }[] = [];
  readonly passing: { readonly from: string; readonly text: string; readonly isWill: boolean }[] = [];
  readonly ended: Promise<void>;
  readonly arrived: Promise<void>;
  readonly #line: FrameLine;
  readonly #order: EntryOrder;
  readonly #people: People;
  readonly #held: Map<number, number>;
  readonly #places = new Map<number, Place>();
  readonly #directs = new Map<string, number>();
  readonly #answers = new Map<number, (answer: Answer) => void>();
  readonly #sends = new Map<string, PendingSend[]>();
  #asks = 0;
  #pushes = 0;
  #me = { number: 0, id: '' };
  #letIn: () => void = () => undefined;
  #refuse: (error: Error) => void = () => undefined;
  #end: () => void = () => undefined;

  constructor(port: number, open: OpenFrameLine, arriving: Arriving) {
    const { user, password, device = randomUUID(), screen = [] } = arriving;
    this.seen = screen;
    // Of a device and a user; as long as the server takes.
    const installation = `${device}-${user}`.slice(-64);
    this.#held = held.get(installation) ?? new Map();
    held.set(installation, this.#held);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.arrived = new Promise((resolve, reject) => {
      this.#letIn = resolve;
      this.#refuse = reject;
    });
    this.#people = new People(async (numbers) => {
      const answer = await this.#ask({ case: 'findUsers', value: { numbers } });
      return answer.case === 'users' ? answer.value.users : [];
    });
    this.#order = new EntryOrder({
      emit: (conversation, entry) => this.#show(conversation, entry),
      history: async (ask) => {
        const answer = await this.#ask({ case: 'history', value: ask });
        return answer.case === 'history' ? answer.value.entries.map(withKind) : null;
      },
    });
    this.#line = open(port, {
      frame: (frame) => this.#hear(frame),
      closed: (reason) => {
        this.#refuse(new SignInRefused(reason));
        this.#end();
      },
    });
    const hello = { version: 1, versionMin: 1, installation, sync: {} };
    const auth = { case: 'password', value: { user, password } } as const;
    this.#line.send({ case: 'hello', value: { ...hello, auth } });
  }

  send(place: Place, text: string, key?: string): Promise<CommandResult> {
    return this.#send(place, { text, ...(key === undefined ? {} : { key }) });
  }

  edit(place: Place, target: number, text: string): Promise<CommandResult> {
    return this.#send(place, { kind: ENTRY_KIND.edit, target, text });
  }

  recall(place: Place, target: number): Promise<CommandResult> {
    return this.#send(place, { kind: ENTRY_KIND.recall, target });
  }

  react(place: Place, target: number, key: string): Promise<CommandResult> {
    return this.#send(place, { kind: ENTRY_KIND.reaction, target, reaction: { key } });
  }

  read(place: Place, seq: number): void {
    void this.#numberOf(place).then((conversation) => {
      if (typeof conversation === 'number') this.#line.send({ case: 'read', value: { conversation, seq } });
    });
  }

  typing(place: Place): void {
    void this.#numberOf(place).then((conversation) => {
      if (typeof conversation === 'number') this.#line.send({ case: 'typing', value: { conversation } });
    });
  }

  sayInPassing(place: Place, text: string): void {
    void this.#numberOf(place).then((conversation) => {
      if (typeof conversation === 'number')
        this.#line.send({ case: 'transient', value: { conversation, text } });
    });
  }

  async leaveWill(place: Place, text: string): Promise<CommandResult> {
    const conversation = await this.#numberOf(place);
    if (typeof conversation !== 'number') return conversation;
    return resultOf(await this.#ask({ case: 'setWill', value: { conversation, text } }));
  }

  async isHere(user: string): Promise<boolean> {
    const found = await this.#ask({ case: 'findUsers', value: { users: [user] } });
    const users = found.case === 'users' ? found.value.users.map(({ number }) => number) : [];
    const answer = await this.#ask({ case: 'findPresence', value: { users } });
    return answer.case === 'presence' && answer.value.users.some(({ online }) => online);
  }

  async hide(): Promise<CommandResult> {
    return resultOf(await this.#ask({ case: 'setPresence', value: { availability: Availability.hidden } }));
  }

  async createGroup(title: string, users: readonly string[]): Promise<number> {
    const answer = await this.#ask({ case: 'createGroup', value: { key: randomUUID(), title, users } });
    if (answer.case !== 'conversation') throw new Error(`no group: ${JSON.stringify(answer)}`);
    return answer.value.conversation;
  }

  invite(group: number, user: string): Promise<CommandResult> {
    return this.#changeMembers(group, MemberAction.invited, [user]);
  }

  remove(group: number, user: string): Promise<CommandResult> {
    return this.#changeMembers(group, MemberAction.kicked, [user]);
  }

  leaveGroup(group: number): Promise<CommandResult> {
    return this.#changeMembers(group, MemberAction.left, []);
  }

  async rename(group: number, title: string): Promise<CommandResult> {
    return resultOf(await this.#ask({ case: 'changeSettings', value: { conversation: group, title } }));
  }

  async history(place: Place, limit: number): Promise<readonly Seen[]> {
    const conversation = await this.#numberOf(place);
    if (typeof conversation !== 'number') return [];
    const answer = await this.#ask({ case: 'history', value: { conversation, limit, newest: true } });
    if (answer.case !== 'history') return [];
    this.#people.meet(answer.value.users);
    return Promise.all(
      answer.value.entries.map(async (entry) =>
        seenOf(withKind(entry), place, await this.#people.idOf(entry.sender)),
      ),
    );
  }

  stall(): void {
    this.#line.stall();
  }

  flow(): void {
    this.#line.flow();
  }

  cut(): void {
    this.#line.cut();
  }

  async leave(): Promise<void> {
    this.#line.flow();
    this.#line.send({ case: 'goodbye', value: {} });
    this.#line.end();
    await this.ended;
  }

  async #changeMembers(
    conversation: number,
    action: MemberAction,
    users: readonly string[],
  ): Promise<CommandResult> {
    return resultOf(await this.#ask({ case: 'changeMembers', value: { conversation, action, users } }));
  }

  async #send(place: Place, send: SendInit): Promise<CommandResult> {
    const conversation = await this.#numberOf(place);
    if (typeof conversation !== 'number') return conversation;
    const value = { conversation, key: randomUUID(), ...send };
    return new Promise((settle) => {
      const name = `${conversation}/${value.key}`;
      const waiting = this.#sends.get(name) ?? [];
      this.#sends.set(name, waiting);
      waiting.push({ settle, entry: entryOf(value, this.#me.number) });
      this.#line.send({ case: 'send', value });
    });
  }

  async #numberOf(place: Place): Promise<number | CommandResult> {
    if ('group' in place) return place.group;
    const known = this.#directs.get(place.direct);
    if (known !== undefined) return known;
    const answer = await this.#ask({ case: 'createDirect', value: { user: place.direct } });
    return answer.case === 'conversation' ? answer.value.conversation : resultOf(answer);
  }

  #ask(ask: NonNullable<RequestInit['ask']>): Promise<Answer> {
    return new Promise((resolve) => {
      const id = ++this.#asks;
      this.#answers.set(id, resolve);
      this.#line.send({ case: 'request', value: { id, ask } });
    });
  }

  #hear(frame: DownFrame): void {
    switch (frame.case) {
      case 'welcome':
        if (frame.value.me !== undefined) this.#me = frame.value.me;
        this.#people.meet([this.#me]);
        return;
      case 'syncResult':
        this.#people.meet(frame.value.users);
        for (const state of frame.value.changed) this.#learn(state);
        if (!frame.value.more) this.#letIn();
        return;
      case 'membership':
        this.#people.meet(frame.value.users);
        if (frame.value.state !== undefined) this.#learn(frame.value.state);
        return;
      case 'response': {
        const { id, answer } = frame.value;
        if (answer?.case === 'conversation') this.#learn(answer.value);
        if (answer !== undefined) this.#answers.get(id)?.(answer);
        this.#answers.delete(id);
        return;
      }
      case 'push':
        this.#pushed(frame.value);
        return;
      case 'head':
        this.#order.grew(frame.value.conversation, frame.value.seq);
        return;
      case 'ack':
      case 'refused':
        this.#answeredSend(frame);
        return;
      case 'marker':
        void this.#marked(frame.value);
        return;
      case 'typing':
        void this.#people.idOf(frame.value.user).then((id) => this.typists.push(id));
        return;
      case 'transient': {
        const { user, text, will } = frame.value;
        void this.#people.idOf(user).then((from) => this.passing.push({ from, text, isWill: will }));
        return;
      }
      case 'resync':
        this.#line.send({ case: 'sync', value: {} });
        return;
      case 'close':
        this.#refuse(new SignInRefused(frame.value.reason));
        return;
      default:
    }
  }

  /** Without a seq it is the entry after the last that was told of. */
  #pushed(push: Extract<DownFrame, { case: 'push' }>['value']): void {
    this.#pushes++;
    const { conversation } = push;
    const seq = push.seq || this.#order.headOf(conversation) + 1;
    const kind = push.kind === 0 ? ENTRY_KIND.message : push.kind;
    const entry = { ...push, seq, kind, body: bodyOfPush(push) };
    this.#order.told(conversation, entry, null);
    const delivered = [{ conversation, seq }];
    this.#line.send({ case: 'received', value: { pushes: this.#pushes, delivered } });
  }

  #answeredSend(frame: Extract<DownFrame, { case: 'ack' | 'refused' }>): void {
    const { conversation, key } = frame.value;
    const pending = this.#sends.get(`${conversation}/${key}`)?.shift();
    if (frame.case === 'refused') {
      pending?.settle({ outcome: 'refused', code: frame.value.code });
      return;
    }
    const { seq, ordinal, timeMs } = frame.value;
    pending?.settle({ outcome: 'done', seq });
    if (pending !== undefined) {
      const entry = { ...pending.entry, seq, ordinal, timeMs };
      this.#order.told(conversation, entry, null);
    }
  }

  async #marked({
    conversation,
    user,
    read,
  }: Extract<DownFrame, { case: 'marker' }>['value']): Promise<void> {
    const place = this.#places.get(conversation);
    if (place !== undefined && read > 0)
      this.reads.push({ by: await this.#people.idOf(user), place, seq: read });
  }

  #learn(state: ConversationState): void {
    const { conversation, kind, peer, head, role } = state;
    if (kind === ConversationKind.direct) {
      const id = this.#people.known(peer);
      if (id === undefined) void this.#people.idOf(peer).then(() => this.#learn(state));
      else this.#directs.set(id, conversation);
      this.#places.set(conversation, { direct: id ?? `#${peer}` });
    } else {
      this.#places.set(conversation, { group: conversation });
    }
    if (this.#order.heldOf(conversation) === undefined) {
      // A device that was never here begins with what comes.
      this.#order.follow(conversation, this.#held.get(conversation) ?? head);
    }
    this.#order.grew(conversation, head);
    if (role === Role.unspecified) this.#order.leave(conversation);
  }

  #show(conversation: number, entry: ToldEntry): void {
    this.#held.set(conversation, entry.seq);
    const from = this.#people.known(entry.sender);
    const place = this.#places.get(conversation);
    if (place === undefined) return;
    this.seen.push(seenOf(entry, place, from ?? `#${entry.sender}`));
  }
}

/** What a send becomes, as far as its sender knows. */
function entryOf({ kind = ENTRY_KIND.message, target = 0, text = '', reaction }: SendInit, sender: number) {
  const body = reaction === undefined ? contentOfText(text) : encodeMessage(writeReaction, reaction);
  return { kind, target, sender, body };
}

function withKind(entry: ToldEntry): ToldEntry {
  return entry.kind === 0 ? { ...entry, kind: ENTRY_KIND.message } : entry;
}

function resultOf(answer: Answer): CommandResult {
  return answer.case === 'failure'
    ? { outcome: 'refused', code: answer.value.code }
    : { outcome: 'done', seq: null };
}
