import { ENTRY_KIND, isRefusalCode, REFUSALS } from '@skein/model';
import {
  type Ack,
  type ConversationState,
  closeAdvice,
  type DownFrame,
  type HelloInit,
  type LogEntry,
  laterTold,
  MemberAction,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  type Push,
  type Refused,
  type SyncResult,
  toldByPush,
  type Welcome,
} from '@skein/protocol';
import type { SeededRandom } from '@skein/testkit';
import type { History } from '../history/history.ts';
import type { CrashClient } from './crash-client.ts';
import { DeviceView } from './device-view.ts';
import type { HeldLog } from './held-log.ts';
import { NativeLine } from './native-line.ts';
import { Outbox, type OutboxRow, sendOf } from './outbox.ts';
import { entryOfPush } from './sent-text.ts';
import type { WireKind } from './wire.ts';

export interface NativeClientOptions {
  readonly device: string;
  readonly user: string;
  readonly wire: WireKind;
  readonly port: number;
  readonly history: History;
  readonly random: SeededRandom;
}

// Pauses before coming back: a server that was killed is back within a second, and nobody waits for long.
const RECONNECT_MS_MAX = 150;
// Received is sent at most this often.
const RECEIVED_AFTER_MS = 100;
const PAGE_ENTRIES = 100;
const REFRESH_CHANCE = 0.1;
const OUTBOX_MAX = 200;

/**
 * A client written from the protocol's page and nothing else: outbox, resends, cursor, holes, receipts. What it keeps survives every
 * connection, as a device's cache does; what it does and shows goes into the history.
 */
export class NativeClient implements CrashClient {
  readonly device: string;
  readonly user: string;
  readonly view: DeviceView;
  readonly #options: NativeClientOptions;
  readonly #history: History;
  readonly #random: SeededRandom;
  readonly #outbox: Outbox;
  readonly #joinable = new Set<number>();
  #tokens: { access: string; refresh: string } | null = null;
  #mustRefresh = false;
  // One connection's state.
  #line: NativeLine | null = null;
  #isLive = false;
  #parts: SyncResult[] = [];
  #pushes = 0;
  #pushesAcknowledged = 0;
  #isChanging = false;
  #delivered = new Set<number>();
  #receivedTimer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(options: NativeClientOptions) {
    this.#options = options;
    this.device = options.device;
    this.user = options.user;
    this.#history = options.history;
    this.#random = options.random;
    this.view = new DeviceView(options.device, options.history);
    this.#outbox = new Outbox(options.device, options.history);
    this.#history.add({ fact: 'device', device: this.device, user: this.user });
  }

  start(): void {
    const { wire, port } = this.#options;
    this.#line = new NativeLine(
      { wire, port, hello: this.#hello() },
      { frame: (frame) => this.#hear(frame), ended: (code) => this.#ended(code) },
    );
  }

  stop(): void {
    this.#isStopped = true;
    this.#line?.destroy();
    this.#forgetConnection();
  }

  get isQuiet(): boolean {
    return this.describe() === '';
  }

  describe(): string {
    if (!this.#isLive) return 'not live';
    if (this.#outbox.size > 0) return `${this.#outbox.size} sends unanswered`;
    if (this.#pushes !== this.#pushesAcknowledged) return 'pushes unacknowledged';
    if (this.#isChanging) return 'a question unanswered';
    const holes = this.view.memberships.filter(([, log]) => log.hasHole);
    return holes.map(([number, { shown, head }]) => `hole in ${number}: ${shown} of ${head}`).join(', ');
  }

  claimComplete(): void {
    this.view.claimComplete();
  }

  act(): void {
    const random = this.#random;
    const places = this.view.memberships;
    if (places.length === 0 || this.#outbox.size > OUTBOX_MAX) return;
    const [conversation, log] = random.pick(places);
    const dice = random.fraction();
    if (dice < 0.8) this.#say({ conversation, kind: ENTRY_KIND.message, target: 0 });
    else if (dice < 0.85) this.#change(conversation, log);
    else if (dice < 0.9 && log.shown > 0)
      this.#say({ conversation, kind: ENTRY_KIND.reaction, target: 1 + random.int(log.shown) });
    else if (dice < 0.98) this.#moveRead(conversation, log);
    else this.#comeOrGo();
  }

  /** Opens the direct conversation with somebody; any number of times it is the same one. */
  openDirect(user: string): void {
    this.#line?.request({ case: 'createDirect', value: { user } }, (answer) => {
      if (answer?.case === 'conversation') this.#takeState(answer.value);
    });
  }

  createGroup(key: string, users: readonly string[], isOpen: boolean): void {
    const value = { key, title: key, users: [...users], open: isOpen };
    this.#line?.request({ case: 'createGroup', value }, (answer) => {
      if (answer?.case === 'conversation') this.#takeState(answer.value);
      else this.view.trouble(`no group: ${JSON.stringify(answer?.value)}`);
    });
  }

  /** A group of which one may go and to which one may come back. */
  allowLeaving(conversation: number): void {
    this.#joinable.add(conversation);
  }

  beat(): void {
    this.#line?.beat();
  }

  #say(draft: { conversation: number; kind: number; target: number }): void {
    const row = this.#outbox.add(draft);
    if (this.#isLive) this.#transmit(draft.conversation, row);
  }

  #transmit(conversation: number, row: OutboxRow): void {
    this.#line?.send({ case: 'send', value: sendOf(conversation, row) });
  }

  /** Edits an own message, or takes it back for good. */
  #change(conversation: number, log: HeldLog): void {
    if (log.ownMessages.length === 0) return;
    const at = this.#random.int(log.ownMessages.length);
    const target = log.ownMessages[at] as number;
    const isRecall = this.#random.chance(0.5);
    if (isRecall) log.ownMessages.splice(at, 1);
    this.#say({ conversation, kind: isRecall ? ENTRY_KIND.recall : ENTRY_KIND.edit, target });
  }

  #moveRead(conversation: number, log: HeldLog): void {
    log.wantedRead = Math.max(log.wantedRead, log.shown);
    if (this.#isLive && log.wantedRead > log.read)
      this.#line?.send({ case: 'read', value: { conversation, seq: log.wantedRead } });
  }

  #comeOrGo(): void {
    if (this.#joinable.size === 0 || !this.#isLive || this.#isChanging) return;
    const conversation = this.#random.pick([...this.#joinable]);
    const isMember = this.view.logs.get(conversation)?.isMember ?? false;
    const action = isMember ? MemberAction.left : MemberAction.joined;
    this.#isChanging = true;
    this.#line?.request({ case: 'changeMembers', value: { conversation, action } }, () => {
      this.#isChanging = false;
    });
  }

  #hello(): HelloInit {
    return {
      version: PROTOCOL_VERSION,
      versionMin: PROTOCOL_VERSION_MIN,
      installation: `crash-installation-${this.device}`,
      app: 'skein-crash',
      deviceKind: 'bot',
      auth: this.#auth(),
      sync: this.view.sync,
    };
  }

  #auth(): NonNullable<HelloInit['auth']> {
    if (this.#tokens === null) return { case: 'dev', value: this.user };
    if (this.#mustRefresh || this.#random.chance(REFRESH_CHANCE))
      return { case: 'refreshToken', value: this.#tokens.refresh };
    return { case: 'accessToken', value: this.#tokens.access };
  }

  #hear(frame: DownFrame): void {
    switch (frame.case) {
      case 'welcome':
        return this.#welcomed(frame.value);
      case 'syncResult':
        return this.#synced(frame.value);
      case 'push':
        return this.#pushed(frame.value);
      case 'ack':
        return this.#acked(frame.value);
      case 'refused':
        return this.#refused(frame.value);
      case 'head': {
        const log = this.view.logOf(frame.value.conversation);
        log.told = laterTold(log.told, frame.value);
        log.learnHead(frame.value.seq);
        return this.#fillHole(frame.value.conversation, log);
      }
      case 'marker':
        if (frame.value.mine !== undefined)
          this.view.confirmRead(frame.value.conversation, frame.value.mine.seq);
        else this.view.sawRead(frame.value.conversation, frame.value.user, frame.value.read);
        return;
      case 'membership':
        if (frame.value.state !== undefined) this.#takeState(frame.value.state);
        return;
      case 'resync':
        this.#isLive = false;
        this.#line?.send({ case: 'sync', value: this.view.sync });
        return;
      default:
    }
  }

  #welcomed({ me, tokens, durability }: Welcome): void {
    this.view.me = me?.number ?? 0;
    this.#mustRefresh = false;
    if (tokens !== undefined) this.#tokens = { access: tokens.accessToken, refresh: tokens.refreshToken };
    if (durability !== 'fsync') this.view.trouble(`an ack means ${durability}`);
  }

  #synced(part: SyncResult): void {
    this.#parts.push(part);
    if (part.more) return;
    const parts = this.#parts;
    this.#parts = [];
    this.view.takeSync(parts);
    this.#isLive = true;
    for (const [conversation, log] of this.view.logs) this.#fillHole(conversation, log);
    for (const conversation of this.#outbox.conversations) {
      for (const row of this.#outbox.rowsFrom(conversation, 0)) this.#transmit(conversation, row);
    }
  }

  #takeState(state: ConversationState): void {
    this.view.takeState(state);
    this.#fillHole(state.conversation, this.view.logOf(state.conversation));
  }

  #take(conversation: number, entry: Pick<LogEntry, 'seq' | 'kind' | 'target' | 'body'>): void {
    this.view.take(conversation, entry);
    this.#delivered.add(conversation);
  }

  #pushed(push: Push): void {
    const log = this.view.logOf(push.conversation);
    log.told = laterTold(log.told, toldByPush(log.told, push));
    const { seq } = push.seq === 0 ? log.told : push;
    this.#pushes++;
    this.#take(push.conversation, entryOfPush(push, seq));
    this.#fillHole(push.conversation, log);
    this.#receivedTimer ??= setTimeout(() => this.#sendReceived(), RECEIVED_AFTER_MS);
  }

  #sendReceived(): void {
    this.#receivedTimer = null;
    const delivered = [...this.#delivered].map((conversation) => ({
      conversation,
      seq: this.view.logOf(conversation).shown,
    }));
    this.#delivered.clear();
    this.#pushesAcknowledged = this.#pushes;
    this.#line?.send({ case: 'received', value: { pushes: this.#pushes, delivered } });
  }

  #acked(ack: Ack): void {
    const { conversation, counter, seq } = ack;
    const log = this.view.logOf(conversation);
    this.#history.add({ fact: 'acked', device: this.device, conversation, counter, seq });
    log.told = laterTold(log.told, ack);
    const row = this.#outbox.remove(conversation, counter);
    if (row === undefined) return;
    if (row.kind === ENTRY_KIND.message) log.ownMessages.push(seq);
    log.take({ seq, kind: row.kind, target: row.target, id: row.id });
    this.#fillHole(conversation, log);
  }

  #refused({ conversation, counter, code, need, retryAfterMs }: Refused): void {
    if (need > 0) {
      const rows = this.#outbox.rowsFrom(conversation, need);
      if (rows[0]?.counter !== need)
        this.view.trouble(`asked for ${need} in ${conversation}, which was answered`);
      for (const row of rows) this.#transmit(conversation, row);
      return;
    }
    if (isRefusalCode(code) && REFUSALS[code].retryable) {
      const line = this.#line;
      setTimeout(() => this.#resend(line, conversation), Math.max(retryAfterMs, RECEIVED_AFTER_MS));
      return;
    }
    this.#history.add({ fact: 'refused', device: this.device, conversation, counter, code });
    this.#outbox.remove(conversation, counter);
  }

  #resend(line: NativeLine | null, conversation: number): void {
    if (line !== this.#line || !this.#isLive) return;
    for (const row of this.#outbox.rowsFrom(conversation, 0)) this.#transmit(conversation, row);
  }

  /** One page at a time, from where the screen ends. */
  #fillHole(conversation: number, log: HeldLog): void {
    if (!this.#isLive || !log.hasHole || log.isAsking) return;
    log.isAsking = true;
    const from = log.shown + 1;
    const value = { conversation, from, to: log.head, limit: PAGE_ENTRIES };
    this.#line?.request({ case: 'history', value }, (answer) => {
      log.isAsking = false;
      if (answer?.case === 'history') {
        for (const entry of [...answer.value.entries, ...answer.value.amendments])
          this.#take(conversation, entry);
        if (log.shown < from) return this.view.trouble(`no entry ${from} of ${log.head} in ${conversation}`);
      } else if (answer?.case === 'failure' && isFinal(answer.value.code)) {
        return this.view.trouble(`no page of ${conversation}: ${answer.value.code}`);
      }
      this.#fillHole(conversation, log);
    });
  }

  #ended(code: number): void {
    if (this.#isLive) this.#history.add({ fact: 'ended', device: this.device, code });
    this.#forgetConnection();
    if (this.#isStopped) return;
    const advice = closeAdvice(code);
    if (advice === 'stop') return this.view.trouble(`the server closed with ${code}`);
    this.#mustRefresh = advice === 'refresh';
    setTimeout(() => {
      if (!this.#isStopped) this.start();
    }, this.#random.int(RECONNECT_MS_MAX));
  }

  #forgetConnection(): void {
    this.#line = null;
    this.#isLive = false;
    this.#isChanging = false;
    this.#parts = [];
    this.#pushes = 0;
    this.#pushesAcknowledged = 0;
    this.#delivered.clear();
    if (this.#receivedTimer !== null) clearTimeout(this.#receivedTimer);
    this.#receivedTimer = null;
    for (const log of this.view.logs.values()) log.isAsking = false;
  }
}

function isFinal(code: string): boolean {
  return !isRefusalCode(code) || !REFUSALS[code].retryable;
}
